// What the lists of this section share: a title's line, small figures, and how a list is taken away.

import type { ComponentChildren } from "preact";
import type { BriefFormat, Feature } from "../data/create_types";
import { problemOf } from "../data/problem";
import type { Title } from "../data/types";
import { csv } from "../export/csv";
import { save } from "../export/save";
import { number, say, t } from "../i18n";
import { to } from "../router";
import { announce, answers, asking } from "../state/app";
import { Link } from "../ui/link";
import { Marks } from "../ui/marks";
import { type Choice, Menu } from "../ui/menu";
import { shareLink } from "../ui/share";
import { kindAndRuntime } from "../ui/title_words";

/** A row of a list: rank, title, what is told of it, marks. */
export function TitleRow({ rank, title, children }: { rank: number; title: Title; children: ComponentChildren }) {
  return (
    <li class="row create-row" data-row="">
      <span class="rank" aria-hidden="true">
        {rank}
      </span>
      <div class="row-main">
        <p class="row-title">
          <Link to={to("title", title.title_id)}>{title.name}</Link>
          {title.year !== null && <span class="year">{title.year}</span>}
          <span class="row-kind">{kindAndRuntime(title)}</span>
        </p>
        {children}
      </div>
      <div class="tools">
        <Marks title={title} marks={["watchlist", "pin"]} />
      </div>
    </li>
  );
}

export function TitleLinks({ titles }: { titles: Title[] }) {
  return (
    <>
      {titles.map((title, at) => (
        <span key={title.title_id}>
          {at > 0 && " · "}
          <Link to={to("title", title.title_id)}>{title.name}</Link>
          {title.year !== null && <span class="year">{title.year}</span>}
        </span>
      ))}
    </>
  );
}

/** "$5.2 million", "73 %", "8,123 votes". */
export function figureWords(figure: { measure: string; value: number; unit: string }): string {
  const { value, unit } = figure;
  const short = new Intl.NumberFormat(document.documentElement.lang, { notation: "compact", maximumFractionDigits: 1 });
  if (unit === "usd") return `$${short.format(value)}`;
  if (unit === "percent") return `${number(value)}%`;
  return value >= 10_000 ? short.format(value) : number(value, 2);
}

export function measureName(measure: string): string {
  return say(`create.measure.${measure}`, measure.replace(/_/g, " "));
}

export interface List {
  header: string[];
  rows: (string | number | null | undefined)[][];
}

const FORMATS: BriefFormat[] = ["pdf", "html", "markdown", "csv"];

interface Taken {
  feature: Feature;
  body: object;
  list: List;
  more?: Choice[];
}

/** The brief in four forms, the list as a table, and a link to what is seen. */
export function TakeAway({ feature, body, list, more = [] }: Taken) {
  async function brief(format: BriefFormat): Promise<void> {
    announce(t("create.brief_made"));
    try {
      save(
        `reelation-${feature}.${format === "markdown" ? "md" : format}`,
        await answers().brief(feature, body, format, asking()),
      );
    } catch (caught) {
      const problem = problemOf(caught);
      announce(problem?.detail || problem?.title || t("problem.unexpected"), true);
    }
  }
  return (
    <Menu
      label={t("export")}
      icon="share"
      choices={[
        { name: t("export.link"), act: () => void shareLink() },
        ...FORMATS.map((format) => ({
          name: t(`create.brief.${format}`),
          act: () => void brief(format),
        })),
        {
          name: t("export.csv"),
          act: () => save(`${feature}.csv`, csv(list.header, list.rows), "text/csv;charset=utf-8"),
        },
        ...more,
      ]}
    />
  );
}
