// For people who make films and series: comparables, blends, gaps, casting, programmes, and pinned titles compared.

import type { ComponentType } from "preact";
import { Blend } from "../create/blend";
import { Casting } from "../create/casting";
import { Compare } from "../create/compare";
import { Comps } from "../create/comps";
import { Gaps } from "../create/gaps";
import { Programme } from "../create/programme";
import { t } from "../i18n";
import { address, go, route, to } from "../router";
import { answers } from "../state/app";
import { useDocumentTitle } from "../state/use_document_title";
import { Note } from "../ui/states";
import { Tabs } from "../ui/tabs";

const TABS = ["comps", "blend", "gaps", "casting", "programme", "compare"] as const;
type Tab = (typeof TABS)[number];
const SHOWN: Record<Tab, ComponentType> = {
  comps: Comps,
  blend: Blend,
  gaps: Gaps,
  casting: Casting,
  programme: Programme,
  compare: Compare,
};

/** What was chosen on each tab, to find it again on the way back; the address holds the one that is seen. */
const left: Partial<Record<Tab, string>> = {};

export default function CreateScreen() {
  const { query } = route.value;
  const chosen = TABS.find((one) => one === query.get("tab")) ?? "comps";
  const possible = answers().can("create") || chosen === "compare";
  const Shown = SHOWN[chosen];
  useDocumentTitle(`${t(`create.${chosen}`)} · ${t("nav.create")}`);
  function choose(tab: Tab): void {
    left[chosen] = address.value;
    go(left[tab] ?? to("create", "", { tab: tab === "comps" ? null : tab }), { replace: true, keepScroll: true });
  }
  return (
    <div class="create-screen">
      <h1>{t("create.title")}</h1>
      <p class="lead-small">{t("create.lead")}</p>
      <Tabs
        label={t("create.title")}
        tabs={TABS.map((id) => ({ id, name: t(`create.${id}`) }))}
        chosen={chosen}
        onChoose={choose}
      >
        <p class="quiet">{t(`create.${chosen}.lead`)}</p>
        {possible ? (
          <Shown key={chosen} />
        ) : (
          <Note>
            {t("problem.needs-service")}. {t("state.run")} <code>reelation serve</code>
          </Note>
        )}
      </Tabs>
    </div>
  );
}
