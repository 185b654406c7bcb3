// A genre, theme, person, country or group over the years.

import { useRef, useState } from "preact/hooks";
import type { Timeline } from "../data/time_types";
import { csv } from "../export/csv";
import { save } from "../export/save";
import { svgFile, svgPicture } from "../export/svg";
import { language, n, number, percent, say, t } from "../i18n";
import { tagName } from "../i18n/tags";
import { amend, go, route, to } from "../router";
import { answers, asking } from "../state/app";
import { useAnswer } from "../state/use_answer";
import { useDocumentTitle } from "../state/use_document_title";
import { Link } from "../ui/link";
import { Menu } from "../ui/menu";
import { SearchBox } from "../ui/search_box";
import { shareLink } from "../ui/share";
import { Slider } from "../ui/slider";
import { Empty, Loading, Note, Wrong } from "../ui/states";
import { Table } from "../ui/table";
import { TimelineChart } from "../ui/timeline_chart";
import { MovementView } from "./timeline_movement";

const EXAMPLES = ["genre:western", "genre:science fiction", "genre:musical", "country:South Korea", "genre:horror"];

/** Milliseconds that a slider rests before it is asked about. */
const SETTLE = 120;

export default function TimelineScreen() {
  const thing = route.value.query.get("thing");
  const by = route.value.query.get("by");
  const asOf = Number(route.value.query.get("as_of")) || null;
  const possible = answers().can("timeline");
  const found = useAnswer(
    thing && possible ? `${thing}|${by}|${asOf}|${language.value}` : null,
    (signal) => answers().timeline(thing ?? "", by, asOf, asking(signal)),
    SETTLE,
  );
  useDocumentTitle(found.value ? tagName(found.value) : t("nav.timeline"));
  return (
    <div class="timeline-screen">
      {!found.value && <h1>{t("timeline.title")}</h1>}
      {!possible && <Note>{t("problem.needs-service")}</Note>}
      {possible && <Asking />}
      {found.problem && <Wrong problem={found.problem} again={found.again} />}
      {thing && possible && !found.value && !found.problem && <Loading rows={3} />}
      {!thing && possible && (
        <Empty title={t("timeline.choose")}>
          <p class="tool-line">
            {EXAMPLES.map((one) => (
              <Link key={one} class="button small" to={to("timeline", "", { thing: one })}>
                {tagText(one)}
              </Link>
            ))}
          </p>
        </Empty>
      )}
      {thing && possible && <AsOf year={asOf} />}
      {found.value && <Told timeline={found.value} />}
    </div>
  );
}

/** A person is searched for; anything else is named. */
function Asking() {
  const [text, setText] = useState("");
  return (
    <div class="timeline-ask">
      <SearchBox
        types="person"
        label={t("timeline.person")}
        onPick={(hit) => go(to("timeline", "", { thing: hit.id }))}
      />
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (text.trim()) amend({ thing: text.trim(), by: null }, { replace: false });
        }}
      >
        <label class="field-inline">
          <span class="hidden">{t("timeline.other")}</span>
          <input
            type="text"
            maxLength={120}
            placeholder={t("timeline.other")}
            value={text}
            onInput={(event) => setText(event.currentTarget.value)}
          />
        </label>
        <button type="submit" class="button">
          {t("timeline.show")}
        </button>
      </form>
    </div>
  );
}

function Told({ timeline }: { timeline: Timeline }) {
  const box = useRef<HTMLDivElement>(null);
  const svg = () => box.current?.querySelector("svg") as SVGSVGElement;
  const rows = timeline.years.map((year) => [
    year.year,
    year.titles,
    year.of,
    year.share,
    year.smooth,
    year.low,
    year.high,
  ]);
  return (
    <>
      <p class="kicker">
        {say(`type.${timeline.type}`, timeline.type)} · {n("titles", timeline.titles)}
      </p>
      <header class="list-head">
        <h1>{tagName(timeline)}</h1>
        <Menu
          label={t("export")}
          icon="share"
          choices={[
            { name: t("export.link"), act: () => void shareLink() },
            {
              name: t("export.png"),
              act: () => void svgPicture(svg()).then((png) => save(`${timeline.name}.png`, png)),
            },
            { name: t("export.svg"), act: () => save(`${timeline.name}.svg`, svgFile(svg()), "image/svg+xml") },
            {
              name: t("export.csv"),
              act: () =>
                save(
                  `${timeline.name}.csv`,
                  csv(["year", "titles", "of", "share", "smooth", "low", "high"], rows),
                  "text/csv;charset=utf-8",
                ),
            },
          ]}
        />
      </header>
      <ul class="summary">
        {timeline.summary.map((line) => (
          <li key={line}>{line}</li>
        ))}
      </ul>
      <div ref={box}>
        <TimelineChart timeline={shown(timeline)} />
      </div>
      <p class="quiet">{[t("timeline.band"), timeline.outlook && t("timeline.ahead")].filter(Boolean).join(" ")}</p>
      {timeline.movement && <MovementView movement={timeline.movement} />}
      {timeline.career && <Career timeline={timeline} />}
      <details class="as-table">
        <summary>{t("map.table")}</summary>
        <Table
          caption={timeline.name}
          rows={timeline.years}
          id={(year) => String(year.year)}
          first={120}
          columns={[
            {
              key: "year",
              name: t("column.year"),
              value: (year) => year.year,
              show: (year) => year.year,
              numeric: true,
            },
            { key: "titles", name: t("column.titles_count"), value: (year) => year.titles, numeric: true },
            { key: "of", name: t("timeline.of"), value: (year) => year.of, numeric: true },
            {
              key: "share",
              name: t("timeline.share"),
              value: (year) => year.share,
              show: (year) => percent(year.share, 2),
              numeric: true,
            },
            {
              key: "smooth",
              name: t("timeline.smooth"),
              value: (year) => year.smooth,
              show: (year) => percent(year.smooth, 2),
              numeric: true,
            },
          ]}
        />
      </details>
    </>
  );
}

/** As if it were an earlier year: what was known by its end. */
function AsOf({ year }: { year: number | null }) {
  const now = new Date().getFullYear();
  return (
    <div class="as-of">
      <Slider
        label={t("tune.as_of")}
        value={year ?? now}
        min={1920}
        max={now}
        step={1}
        plain={now}
        text={year === null ? t("tune.today") : String(year)}
        onInput={(next) => amend({ as_of: next >= now ? null : next })}
      />
    </div>
  );
}

function Career({ timeline }: { timeline: Timeline }) {
  const career = timeline.career;
  if (!career) return null;
  return (
    <section aria-labelledby="works-heading">
      <h2 id="works-heading" class="section-heading">
        {t("timeline.works")}
      </h2>
      <p class="quiet">
        {Object.entries(career.active)
          .map(([role, [first, last]]) => `${say(`role.${role}`, role)} ${first}–${last}`)
          .join(" · ")}
      </p>
      <Table
        caption={t("timeline.works")}
        rows={career.works}
        id={(work) => work.title_id}
        first={40}
        columns={[
          {
            key: "name",
            name: t("column.title"),
            value: (work) => work.name,
            show: (work) => <Link to={to("title", work.title_id)}>{work.name}</Link>,
          },
          {
            key: "year",
            name: t("column.year"),
            value: (work) => work.year,
            show: (work) => work.year ?? "–",
            numeric: true,
          },
          {
            key: "roles",
            name: t("column.relation"),
            value: (work) => work.roles.map((role) => say(`role.${role}`, role)).join(", "),
          },
          {
            key: "runtime",
            name: t("column.runtime"),
            value: (work) => work.runtime_min ?? null,
            show: (work) => (work.runtime_min ? number(work.runtime_min) : "–"),
            numeric: true,
          },
        ]}
      />
    </section>
  );
}

function tagText(node: string): string {
  const cut = node.indexOf(":");
  return tagName({ type: node.slice(0, cut), name: node.slice(cut + 1) });
}

const MARGIN = 3;

/** Of a person only the years of their work, with a few around them. */
function shown(timeline: Timeline): Timeline {
  const { career, first_year, last_year } = timeline;
  if (!career || first_year === null || last_year === null) return timeline;
  const years = timeline.years.filter(({ year }) => year >= first_year - MARGIN && year <= last_year + MARGIN);
  return { ...timeline, years };
}
