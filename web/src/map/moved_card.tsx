// How a chosen title's neighbourhood moved over the map: a date to go to, the titles that were closest then.

import { useEffect, useMemo } from "preact/hooks";
import type { Columns } from "../data/columns";
import type { Trajectory } from "../data/time_types";
import { language, list, n, t } from "../i18n";
import { amend, route, to } from "../router";
import { answers, asking } from "../state/app";
import { useAnswer } from "../state/use_answer";
import { Link } from "../ui/link";
import { Play } from "../ui/play";
import { Slider } from "../ui/slider";
import { Loading, Wrong } from "../ui/states";
import { shortly } from "../ui/title_words";
import { middle, type Track } from "./track";

const DATES = 6;
const COUNT = 10;
const PACE = 1600;

interface Props {
  id: string;
  columns: Columns;
  /** The track to draw, the rows that were closest at the chosen date, and its place among the dates. */
  onMoved: (track: Track, near: number[], at: number) => void;
}

export function MovedCard({ id, columns, onMoved }: Props) {
  const found = useAnswer(`${id}|${language.value}`, (signal) =>
    answers().trajectory(id, DATES, COUNT, asking(signal)),
  );
  return (
    <div class="moved-card" aria-busy={found.waiting} data-testid="moved-card">
      {found.problem && <Wrong problem={found.problem} again={found.again} />}
      {!found.value && !found.problem && <Loading rows={3} />}
      {found.value?.title.title_id === id && <Dates moved={found.value} columns={columns} onMoved={onMoved} />}
    </div>
  );
}

function Dates({ moved, columns, onMoved }: { moved: Trajectory } & Omit<Props, "id">) {
  const { snapshots } = moved;
  const last = snapshots.length - 1;
  const asked = Math.round(Number(route.value.query.get("moved")));
  const at = asked >= 0 && asked <= last ? asked : last;
  const now = snapshots[at];
  const rows = useMemo(
    () =>
      snapshots.map(({ closest }) => closest.map(({ title_id }) => columns.row(title_id)).filter((row) => row >= 0)),
    [moved, columns],
  );
  const track = useMemo(
    () => ({
      places: rows.map((some) => middle(some, columns.x, columns.y)),
      names: snapshots.map(({ date }) => shortly(date)),
    }),
    [rows],
  );
  useEffect(() => onMoved(track, rows[at] ?? [], at), [track, at]);
  if (!now) return null;
  // The map shows what existed at the date, too.
  const choose = (next: number) =>
    amend({ moved: next, from: null, until: next === last ? null : (snapshots[next]?.date.slice(0, 4) ?? null) });
  const came = new Set(at ? now.came.map((one) => one.title_id) : []);
  return (
    <>
      <p class="quiet">{t("moved.on_map")}</p>
      <div class="moved-dates">
        <Play at={at} first={0} last={last} pace={PACE} onStep={choose} />
        <Slider
          label={t("moved.date")}
          value={at}
          min={0}
          max={last}
          step={1}
          plain={last}
          text={track.names[at] ?? ""}
          onInput={choose}
        />
      </div>
      <p class="quiet">{n("moved.known", now.titles)}</p>
      <ol class="closest">
        {now.closest.map((title) => (
          <li key={title.title_id} data-row="">
            <Link to={to("title", title.title_id)}>{title.name}</Link>
            {title.year !== null && <span class="year">{title.year}</span>}
            {came.has(title.title_id) && <span class="example-reason">{t("moved.came")}</span>}
          </li>
        ))}
      </ol>
      {now.went.length > 0 && (
        <p class="quiet">{t("moved.went", { titles: list(now.went.map((title) => title.name)) })}</p>
      )}
      <Link class="button small" to={to("title", moved.title.title_id, { moved: at })}>
        {t("moved.as_ranks")}
      </Link>
    </>
  );
}
