// What somebody would like next, each with the own titles that speak for it.

import { useRef } from "preact/hooks";
import type { HistoryEvent, Recommended } from "../data/viewer_types";
import { csv } from "../export/csv";
import { save } from "../export/save";
import { language, n, number, t } from "../i18n";
import { amend, route, to } from "../router";
import { answers, asking } from "../state/app";
import { useAnswer } from "../state/use_answer";
import { useFlip } from "../ui/flip";
import { Link } from "../ui/link";
import { Marks } from "../ui/marks";
import { Menu } from "../ui/menu";
import { shareLink } from "../ui/share";
import { Slider } from "../ui/slider";
import { Empty, Loading, Note, Wrong } from "../ui/states";
import { kindAndRuntime } from "../ui/title_words";
import { TunePanel } from "../ui/tune_panel";

const SETTLE = 80;

export function Next({ viewer, history }: { viewer: string | null; history: HistoryEvent[] }) {
  const { query } = route.value;
  const read = (name: string, low: number) => Math.max(low, Math.min(1, Number(query.get(name)) || 0));
  const pull = {
    count: Math.min(100, Number(query.get("count")) || 20),
    popularity: read("popularity", -1),
    diversity: read("diversity", 0),
    novelty: read("novelty", 0),
  };
  const key = `${viewer}|${history.length}|${JSON.stringify(pull)}|${language.value}`;
  const found = useAnswer(key, (signal) => answers().recommend(viewer, history, pull, asking(signal)), SETTLE);
  const list = useRef<HTMLOListElement>(null);
  const items = found.value?.recommended ?? [];
  useFlip(list, items.map((item) => item.title_id).join());
  const set = (name: string, value: number) => amend({ [name]: value === 0 ? null : Math.round(value * 10) / 10 });
  const rows = items.map((item) => [item.rank, item.title_id, item.name, item.year, item.score, item.reason]);
  return (
    <div class="columns">
      <section class="list-column" aria-busy={found.waiting} aria-labelledby="next-heading">
        <header class="list-head">
          <h2 id="next-heading">{t("taste.next")}</h2>
          {found.value && <p class="quiet">{n("related.of", found.value.candidates)}</p>}
          <Menu
            label={t("export")}
            icon="share"
            choices={[
              { name: t("export.link"), act: () => void shareLink() },
              {
                name: t("export.csv"),
                act: () =>
                  save(
                    "recommended.csv",
                    csv(["rank", "title_id", "name", "year", "score", "reason"], rows),
                    "text/csv;charset=utf-8",
                  ),
              },
            ]}
          />
        </header>
        {found.value?.note && <Note>{found.value.note}</Note>}
        {found.problem && <Wrong problem={found.problem} again={found.again} />}
        {!found.value && !found.problem && <Loading rows={6} />}
        {found.value && !items.length && <Empty title={t("related.empty")} />}
        <ol class="rows" ref={list} data-testid="recommended">
          {items.map((item) => (
            <Row key={item.title_id} item={item} />
          ))}
        </ol>
        {items.length >= pull.count && pull.count < 100 && (
          <button type="button" class="button more" onClick={() => amend({ count: pull.count + 20 })}>
            {t("more")}
          </button>
        )}
      </section>
      <aside class="side-column">
        <TunePanel
          changed={pull.popularity !== 0 || pull.diversity !== 0 || pull.novelty !== 0}
          onReset={() => amend({ popularity: null, diversity: null, novelty: null })}
        >
          <Slider
            label={t("tune.popularity")}
            value={pull.popularity}
            min={-1}
            max={1}
            step={0.1}
            plain={0}
            text={pull.popularity === 0 ? t("tune.as_it_is") : t(pull.popularity > 0 ? "tune.known" : "tune.unknown")}
            onInput={(value) => set("popularity", value)}
          />
          {(["diversity", "novelty"] as const).map((name) => (
            <Slider
              key={name}
              label={t(`tune.${name}`)}
              value={pull[name]}
              min={0}
              max={1}
              step={0.1}
              plain={0}
              text={pull[name] === 0 ? t("tune.as_it_is") : number(pull[name], 1)}
              onInput={(value) => set(name, value)}
            />
          ))}
        </TunePanel>
      </aside>
    </div>
  );
}

function Row({ item }: { item: Recommended }) {
  return (
    <li class="row" data-row="" data-flip={item.title_id}>
      <span class="rank" aria-hidden="true">
        {item.rank}
      </span>
      <div class="row-main">
        <p class="row-title">
          <Link to={to("title", item.title_id)}>{item.name}</Link>
          {item.year !== null && <span class="year">{item.year}</span>}
          <span class="row-kind">{kindAndRuntime(item)}</span>
        </p>
        <p class="row-reason">{item.reason}</p>
        {item.because.length > 0 && (
          <ul class="chips" aria-label={t("taste.because")}>
            {item.because.map((own) => (
              <li key={own.title_id} class="chip">
                <Link to={to("title", item.title_id, { why: own.title_id })}>{own.name}</Link>
              </li>
            ))}
          </ul>
        )}
      </div>
      <div class="row-side">
        <div class="tools">
          <Marks title={item} marks={["seen", "like", "watchlist", "hide"]} />
        </div>
      </div>
    </li>
  );
}
