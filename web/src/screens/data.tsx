// Data: own exports in, questions answered; where everything comes from, how well it does, how it works.

import { t } from "../i18n";
import { amend, route } from "../router";
import { answers } from "../state/app";
import { useDocumentTitle } from "../state/use_document_title";
import { Note } from "../ui/states";
import { Tabs } from "../ui/tabs";
import { Card } from "./data_card";
import { Import } from "./data_import";

const TABS = ["import", "about", "how"] as const;

export default function DataScreen() {
  useDocumentTitle(t("nav.data"));
  const tab = route.value.query.get("tab");
  const chosen = TABS.find((one) => one === tab) ?? (answers().can("imports") ? "import" : "about");
  return (
    <div class="data-screen narrow-wide">
      <h1>{t("data.title")}</h1>
      <Tabs
        label={t("data.title")}
        tabs={TABS.map((id) => ({ id, name: t(`data.${id}`) }))}
        chosen={chosen}
        onChoose={(id) => amend({ tab: id })}
      >
        {chosen === "import" && (answers().can("imports") ? <Import /> : <Note>{t("problem.needs-service")}</Note>)}
        {chosen === "about" && <Card />}
        {chosen === "how" && <How />}
      </Tabs>
    </div>
  );
}

const STEPS = ["catalogue", "graph", "network", "facets", "reasons", "privacy"] as const;

function How() {
  return (
    <ol class="how">
      {STEPS.map((step) => (
        <li key={step}>
          <h2>{t(`how.${step}`)}</h2>
          <p>{t(`how.${step}.what`)}</p>
        </li>
      ))}
    </ol>
  );
}
