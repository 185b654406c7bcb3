// What stands in the browser's tab, and is read out when the screen changes.

import { useEffect } from "preact/hooks";
import { language, t } from "../i18n";

export function useDocumentTitle(name: string | null): void {
  const app = t("app.name");
  useEffect(() => {
    document.title = name ? `${name} · ${app}` : app;
  }, [name, language.value]);
}
