// A link to exactly what is seen now.

import { t } from "../i18n";
import { shareable } from "../router";
import { announce } from "../state/app";

export async function shareLink(): Promise<void> {
  const link = shareable();
  try {
    await navigator.clipboard.writeText(link);
    announce(t("export.link_copied"));
  } catch {
    announce(t("export.link_is", { link }));
  }
}
