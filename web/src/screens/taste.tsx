// Somebody's taste: what to see next and why, the portrait, how it moved, what counts, and the way out.

import { useMemo } from "preact/hooks";
import type { HistoryEvent } from "../data/viewer_types";
import { language, t } from "../i18n";
import { amend, route, to } from "../router";
import { answers, asking } from "../state/app";
import { history, viewer } from "../state/marks";
import { useAnswer } from "../state/use_answer";
import { useDocumentTitle } from "../state/use_document_title";
import { Link } from "../ui/link";
import { Empty } from "../ui/states";
import { Tabs } from "../ui/tabs";
import { Next } from "./taste_next";
import { Own } from "./taste_own";
import { Portrait } from "./taste_portrait";

const TABS = ["next", "portrait", "own"] as const;

export default function TasteScreen() {
  const { query } = route.value;
  const liked = query.getAll("like");
  useDocumentTitle(t("nav.taste"));
  const key = liked.join("|");
  const alike = useMemo<HistoryEvent[]>(() => liked.map((title_id) => ({ title_id, kind: "like" })), [key]);
  const named = useAnswer(liked.length ? `${key}|${language.value}` : null, (signal) =>
    Promise.all(liked.map((id) => answers().title(id, asking(signal)))),
  );
  if (liked.length) {
    return (
      <div class="taste-screen">
        <h1>{t("taste.alike")}</h1>
        <p class="lead-small">
          {named.value?.map(({ title }) => title.name).join(" · ") ?? "…"} —{" "}
          <Link to={to("taste")}>{t("taste.mine")}</Link>
        </p>
        <Next viewer={null} history={alike} />
      </div>
    );
  }
  const who = answers().can("viewers") ? viewer.value : null;
  const known = history.value.length > 0 || who !== null;
  const chosen = TABS.find((one) => one === query.get("tab")) ?? "next";
  return (
    <div class="taste-screen">
      <h1>{t("taste.title")}</h1>
      <p class="lead-small">{t("taste.lead")}</p>
      {known ? (
        <Tabs
          label={t("taste.title")}
          tabs={TABS.map((id) => ({ id, name: t(`taste.${id}`) }))}
          chosen={chosen}
          onChoose={(tab) => amend({ tab: tab === "next" ? null : tab })}
        >
          {chosen === "next" && <Next viewer={who} history={history.value} />}
          {chosen === "portrait" && <Portrait viewer={who} history={history.value} />}
          {chosen === "own" && <Own />}
        </Tabs>
      ) : (
        <Empty title={t("taste.empty")}>
          <p>{t("taste.empty_try")}</p>
          <p class="tool-line">
            <Link class="button main" to={to("data")}>
              {t("taste.import")}
            </Link>
            <Link class="button" to="/">
              {t("taste.search")}
            </Link>
          </p>
        </Empty>
      )}
    </div>
  );
}
