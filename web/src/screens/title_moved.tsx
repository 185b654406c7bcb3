// How a title's neighbourhood moved: its closest titles as they would have been listed on one date after another.

import { useRef, useState } from "preact/hooks";
import type { Trajectory } from "../data/time_types";
import { language, list, n, number, t } from "../i18n";
import { amend, route, to } from "../router";
import { answers, asking } from "../state/app";
import { useAnswer } from "../state/use_answer";
import { useFlip } from "../ui/flip";
import { Link } from "../ui/link";
import { Play } from "../ui/play";
import { RankChart } from "../ui/rank_chart";
import { Slider } from "../ui/slider";
import { Loading, Wrong } from "../ui/states";
import { Table } from "../ui/table";
import { shortly } from "../ui/title_words";

const DATES = 6;
const COUNT = 10;
const PACE = 1600;

export default function Moved({ id }: { id: string }) {
  const at = route.value.query.get("moved");
  const found = useAnswer(`${id}|${language.value}`, (signal) =>
    answers().trajectory(id, DATES, COUNT, asking(signal)),
  );
  return (
    <section class="panel moved" aria-labelledby="moved-heading" aria-busy={found.waiting} data-testid="moved">
      <header class="panel-head">
        <h2 id="moved-heading">{t("moved.title")}</h2>
        <button type="button" class="button small" onClick={() => amend({ moved: null })}>
          {t("close")}
        </button>
      </header>
      <p class="quiet">{t("moved.about")}</p>
      {found.problem && <Wrong problem={found.problem} again={found.again} />}
      {!found.value && !found.problem && <Loading rows={5} />}
      {found.value?.title.title_id === id && <Told moved={found.value} at={at} />}
    </section>
  );
}

function Told({ moved, at }: { moved: Trajectory; at: string | null }) {
  const { snapshots } = moved;
  const asked = at === "now" ? Number.NaN : Math.round(Number(at));
  const chosen = asked >= 0 && asked < snapshots.length ? asked : snapshots.length - 1;
  const now = snapshots[chosen];
  const [lit, setLit] = useState<string | null>(null);
  const rows = useRef<HTMLOListElement>(null);
  useFlip(rows, `${moved.title.title_id}|${chosen}`);
  if (!now) return null;
  const dates = snapshots.map(({ date }) => shortly(date));
  const choose = (next: number) => amend({ moved: next });
  const came = new Set(chosen ? now.came.map((one) => one.title_id) : []);
  return (
    <>
      {moved.summary.map((line) => (
        <p key={line}>{line}</p>
      ))}
      <div class="moved-drawn">
        <RankChart
          label={moved.summary.join(" ")}
          dates={dates}
          lists={snapshots.map(({ closest }) => closest)}
          chosen={chosen}
          lit={lit}
        />
        <div>
          <div class="moved-dates">
            <Play at={chosen} first={0} last={snapshots.length - 1} pace={PACE} onStep={choose} />
            <Slider
              label={t("moved.date")}
              value={chosen}
              min={0}
              max={snapshots.length - 1}
              step={1}
              plain={snapshots.length - 1}
              text={shortly(now.date)}
              onInput={choose}
            />
          </div>
          <p class="quiet">{n("moved.known", now.titles)}</p>
          <ol class="moved-list" ref={rows}>
            {now.closest.map((title) => (
              <li
                key={title.title_id}
                data-flip={title.title_id}
                onMouseEnter={() => setLit(title.title_id)}
                onMouseLeave={() => setLit(null)}
                onFocusCapture={() => setLit(title.title_id)}
                onBlurCapture={() => setLit(null)}
              >
                <Link to={to("title", title.title_id)}>{title.name}</Link>{" "}
                <span class="quiet">
                  {title.year}
                  {came.has(title.title_id) && ` · ${t("moved.came")}`}
                </span>
              </li>
            ))}
          </ol>
          {now.went.length > 0 && (
            <p class="quiet">{t("moved.went", { titles: list(now.went.map((title) => title.name)) })}</p>
          )}
        </div>
      </div>
      <Ranks moved={moved} dates={dates} />
    </>
  );
}

/** The same as a table: the rank of every title at every date. */
function Ranks({ moved, dates }: { moved: Trajectory; dates: string[] }) {
  const titles = new Map(moved.snapshots.flatMap(({ closest }) => closest.map((title) => [title.title_id, title])));
  const rankOf = (id: string, at: number) => {
    const rank = moved.snapshots[at]?.closest.findIndex((title) => title.title_id === id) ?? -1;
    return rank < 0 ? null : rank + 1;
  };
  return (
    <details class="as-table">
      <summary>{t("map.table")}</summary>
      <Table
        caption={t("moved.title")}
        rows={[...titles.values()]}
        id={(title) => title.title_id}
        columns={[
          { key: "name", name: t("column.title"), value: (title) => title.name },
          ...dates.map((date, at) => ({
            key: date,
            name: date,
            value: (title: { title_id: string }) => rankOf(title.title_id, at),
            show: (title: { title_id: string }) => {
              const rank = rankOf(title.title_id, at);
              return rank === null ? "–" : number(rank);
            },
            numeric: true,
          })),
        ]}
      />
    </details>
  );
}
