// An address that means nothing.

import { t } from "../i18n";
import { useDocumentTitle } from "../state/use_document_title";
import { Link } from "../ui/link";
import { Empty } from "../ui/states";

export function Nowhere() {
  useDocumentTitle(t("nowhere.title"));
  return (
    <div class="narrow">
      <h1>{t("nowhere.title")}</h1>
      <Empty title={t("nowhere.what")}>
        <Link class="button" to="/">
          {t("shell.home")}
        </Link>
      </Empty>
    </div>
  );
}
