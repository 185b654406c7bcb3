// The portrait: in sentences, then aspect by aspect, with how sure each leaning is; groups, the crowd, gaps, drift.

import type { Aspect, HistoryEvent, Leaning, Taste } from "../data/viewer_types";
import { language, number, percent, say, t } from "../i18n";
import { tagName } from "../i18n/tags";
import { to } from "../router";
import { answers, asking } from "../state/app";
import { useAnswer } from "../state/use_answer";
import { Link } from "../ui/link";
import { Shape } from "../ui/shape";
import { Loading, Note, Wrong } from "../ui/states";
import { Table } from "../ui/table";
import { DriftView } from "./taste_drift";

export function Portrait({ viewer, history }: { viewer: string | null; history: HistoryEvent[] }) {
  const found = useAnswer(`${viewer}|${history.length}|${language.value}`, (signal) =>
    answers().taste(viewer, history, asking(signal)),
  );
  if (found.problem) return <Wrong problem={found.problem} again={found.again} />;
  if (!found.value) return <Loading rows={6} />;
  return <Told taste={found.value} />;
}

function Told({ taste }: { taste: Taste }) {
  const aspects = Object.entries(taste.aspects).filter(([, aspect]) => aspect.items.length + aspect.less.length > 0);
  return (
    <div class="portrait">
      <ul class="summary">
        {taste.summary.map((line) => (
          <li key={line}>{line}</li>
        ))}
      </ul>
      <div class="aspects">
        {aspects.map(([name, aspect]) => (
          <AspectCard key={name} name={name} aspect={aspect} />
        ))}
      </div>
      {taste.groups.length > 0 && <Groups taste={taste} />}
      {taste.drift && <DriftView drift={taste.drift} />}
      {taste.crowd && <Crowd taste={taste} />}
      {taste.blind_spots && taste.blind_spots.titles.length > 0 && <Gaps taste={taste} />}
      {Object.entries(taste.missing).map(([section, why]) => (
        <Note key={section}>{why}</Note>
      ))}
    </div>
  );
}

function AspectCard({ name, aspect }: { name: string; aspect: Aspect }) {
  const most = Math.max(...aspect.items.map((item) => Math.log2(Math.max(item.lift, 1) + 1)), 1);
  return (
    <section class="panel" aria-label={say(`aspect.${name}`, name)}>
      <h2>{say(`aspect.${name}`, name)}</h2>
      <ul class="leanings">
        {aspect.items.map((item) => (
          <LeaningRow key={item.node_id} item={item} most={most} />
        ))}
      </ul>
      {aspect.less.length > 0 && (
        <p class="quiet">
          {t("taste.less")} {aspect.less.map(tagName).join(", ")}
        </p>
      )}
    </section>
  );
}

function LeaningRow({ item, most }: { item: Leaning; most: number }) {
  return (
    <li>
      <Link to={to("timeline", "", { thing: item.node_id })}>
        <Shape of={item.type} size={10} /> {tagName(item)}
      </Link>
      <span class="quiet">
        {t("taste.lift", { lift: number(item.lift, 1), seen: number(item.seen) })}
        {item.signature === "more" && <em> · {t("taste.signature")}</em>}
      </span>
      <svg class="group-size" viewBox="0 0 100 4" preserveAspectRatio="none" aria-hidden="true">
        <rect width={(100 * Math.log2(Math.max(item.lift, 1) + 1)) / most} height="4" />
      </svg>
    </li>
  );
}

function Groups({ taste }: { taste: Taste }) {
  return (
    <section aria-labelledby="lived-heading">
      <h2 id="lived-heading" class="section-heading">
        {t("taste.groups")}
      </h2>
      <Table
        caption={t("taste.groups")}
        rows={taste.groups}
        id={(group) => String(group.group)}
        columns={[
          {
            key: "name",
            name: t("column.name"),
            value: (group) => group.name,
            show: (group) => <Link to={to("groups", "", { group: group.group })}>{group.name}</Link>,
          },
          { key: "seen", name: t("mark.seen"), value: (group) => group.seen, numeric: true },
          {
            key: "share",
            name: t("column.share"),
            value: (group) => group.share,
            show: (group) => percent(group.share),
            numeric: true,
          },
          {
            key: "average",
            name: t("taste.average"),
            value: (group) => group.average,
            show: (group) => percent(group.average),
            numeric: true,
          },
        ]}
      />
    </section>
  );
}

function Crowd({ taste }: { taste: Taste }) {
  const crowd = taste.crowd;
  if (!crowd) return null;
  const rows = [...crowd.above, ...crowd.below];
  return (
    <section aria-labelledby="crowd-heading">
      <h2 id="crowd-heading" class="section-heading">
        {t("taste.crowd")}
      </h2>
      {crowd.more_contrarian_than !== null && (
        <p>{t("taste.contrarian", { share: percent(crowd.more_contrarian_than) })}</p>
      )}
      <Table
        caption={t("taste.crowd")}
        rows={rows}
        id={(title) => title.title_id}
        columns={[
          {
            key: "name",
            name: t("column.title"),
            value: (title) => title.name,
            show: (title) => <Link to={to("title", title.title_id)}>{title.name}</Link>,
          },
          { key: "stars", name: t("taste.stars"), value: (title) => title.stars, numeric: true },
          { key: "others", name: t("taste.others"), value: (title) => title.others, numeric: true },
          { key: "difference", name: t("taste.difference"), value: (title) => title.difference, numeric: true },
        ]}
      />
    </section>
  );
}

function Gaps({ taste }: { taste: Taste }) {
  return (
    <section aria-labelledby="gaps-heading">
      <h2 id="gaps-heading" class="section-heading">
        {t("taste.gaps")}
      </h2>
      <ul class="closest">
        {taste.blind_spots?.titles.map((title) => (
          <li key={title.title_id} data-row="">
            <Link to={to("title", title.title_id)}>{title.name}</Link>
            {title.year !== null && <span class="year">{title.year}</span>}
            <span class="example-reason">{title.why}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}
