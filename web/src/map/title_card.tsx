// The title that is chosen on the map: what it is, and the titles closest to it in the full space.

import { useEffect } from "preact/hooks";
import type { Columns } from "../data/columns";
import { PLAIN } from "../data/wish";
import { language, t } from "../i18n";
import { amend, route, to } from "../router";
import { answers, asking } from "../state/app";
import { useAnswer } from "../state/use_answer";
import { Icon } from "../ui/icon";
import { Link } from "../ui/link";
import { Loading, Wrong } from "../ui/states";
import { kindAndRuntime, years } from "../ui/title_words";
import { MovedCard } from "./moved_card";
import type { Track } from "./track";

const CLOSEST = 6;

interface Props {
  id: string;
  columns: Columns;
  onRelated: (ids: string[]) => void;
  onMoved: (track: Track | null, near: number[], at: number) => void;
}

export function TitleCard({ id, columns, onRelated, onMoved }: Props) {
  const moved = route.value.query.has("moved") && answers().can("trajectory");
  const found = useAnswer(`${id}|${language.value}`, (signal) =>
    answers().related(id, { ...PLAIN, count: CLOSEST }, asking(signal)),
  );
  const list = found.value?.title.title_id === id ? found.value : null;
  useEffect(() => {
    if (moved) return;
    onMoved(null, [], 0);
    if (list) onRelated(list.related.map((one) => one.title_id));
  }, [list, moved]);
  return (
    <section class="panel title-card" aria-live="polite" aria-label={list?.title.name}>
      {found.problem && <Wrong problem={found.problem} />}
      {!list && !found.problem && <Loading rows={2} />}
      {list && (
        <>
          <header class="panel-head">
            <h2>
              <Link to={to("title", id)}>{list.title.name}</Link>
            </h2>
            <button type="button" class="tool" aria-label={t("close")} onClick={() => amend({ id: null, moved: null })}>
              <Icon name="close" />
            </button>
          </header>
          <p class="quiet">{[years(list.title), kindAndRuntime(list.title, true)].filter(Boolean).join(" · ")}</p>
          {moved ? (
            <MovedCard id={id} columns={columns} onMoved={onMoved} />
          ) : (
            <ol class="closest">
              {list.related.map((one) => (
                <li key={one.title_id} data-row="">
                  <Link to={to("title", one.title_id)}>{one.name}</Link>
                  {one.year !== null && <span class="year">{one.year}</span>}
                  <span class="example-reason">{one.reason.split(/[;；]/)[0]}</span>
                </li>
              ))}
            </ol>
          )}
          <div class="tool-line">
            <Link class="button small" to={to("map", "", { mode: "ego", id })}>
              {t("near.title")}
            </Link>
            {list.title.year !== null && answers().can("trajectory") && (
              <button
                type="button"
                class="button small"
                aria-pressed={moved}
                onClick={() => amend({ moved: moved ? null : "now", until: null }, { replace: false })}
              >
                <Icon name="time" />
                {t("title.moved")}
              </button>
            )}
          </div>
        </>
      )}
    </section>
  );
}
