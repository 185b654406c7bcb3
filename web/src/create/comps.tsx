// Comparables for a pitch in two columns, the misses beside the hits, figures with their sources.

import type { Comparable, CompsAnswer, Figure, Outcome, Source } from "../data/create_types";
import { n, number, percent, say, t } from "../i18n";
import { tagName } from "../i18n/tags";
import { route } from "../router";
import { Shape } from "../ui/shape";
import { Empty } from "../ui/states";
import { asked, BUDGETS, KINDS } from "./asked";
import { Choose, Folded, Form, NumberField, TextField } from "./fields";
import { PeoplePicks } from "./picks";
import { figureWords, measureName, TakeAway, TitleRow } from "./row";
import { Told } from "./told";

const COLUMNS = ["tonal", "market"] as const;
const SHOWN = 6;

export function Comps() {
  return (
    <>
      <Form send={t("create.comps.send")}>
        <TextField name="text" label={t("create.text")} hint={t("create.text_hint")} rows={3} most={4000} />
        <ProjectFields />
      </Form>
      <Told
        feature="comps"
        body={asked("comps", route.value.query)}
        missing={t("create.comps.missing")}
        show={(answer, body) => <Columns answer={answer} body={body} />}
      />
    </>
  );
}

function ProjectFields() {
  return (
    <Folded names={["genre", "tone", "person", "territory", "budget", "year", "kind", "since", "count"]}>
      <TextField name="genre" label={t("create.genres")} hint={t("create.genres_hint")} />
      <TextField name="tone" label={t("create.tone")} hint={t("create.tone_hint")} />
      <TextField name="territory" label={t("create.territory")} most={60} />
      <NumberField name="year" label={t("create.year")} low={1870} high={2100} />
      <NumberField name="since" label={t("create.since")} low={1870} high={2100} />
      <NumberField name="count" label={t("create.comps.count")} low={1} high={10} />
      <Choose
        name="budget"
        label={t("create.budget")}
        none={t("tune.any")}
        choices={BUDGETS.map((one) => [one, say(`create.budget.${one}`, one)])}
      />
      <Choose name="kind" label={t("tune.kind")} choices={KINDS.map((one) => [one, say(`kind.${one}`, one)])} />
      <PeoplePicks name="person" label={t("create.people")} />
    </Folded>
  );
}

function Columns({ answer, body }: { answer: CompsAnswer; body: object }) {
  const all = COLUMNS.flatMap((column) => [
    ...answer[column].map((one) => ({ column: column as string, one })),
    ...answer[`${column}_misses`].map((one) => ({ column: `${column}_misses`, one })),
  ]);
  const list = {
    header: ["column", "rank", "title_id", "name", "year", "fared", "shared", "differs", "figures"],
    rows: all.map(({ column, one }) => [
      column,
      one.rank,
      one.title_id,
      one.name,
      one.year,
      one.outcome?.fared,
      one.reason,
      one.differs.join("; "),
      one.figures.map((figure) => `${figure.measure} ${figure.value} (${figure.source})`).join("; "),
    ]),
  };
  return (
    <>
      <header class="list-head">
        <h2>{t("create.comps")}</h2>
        <p class="quiet">{n("related.of", answer.candidates)}</p>
        <TakeAway feature="comps" body={body} list={list} />
      </header>
      {answer.cautions.length > 0 && (
        <ul class="note cautions" aria-label={t("create.cautions")}>
          {answer.cautions.map((one) => (
            <li key={one.code + one.text}>{one.text}</li>
          ))}
        </ul>
      )}
      {answer.mentions.length > 0 && (
        <p class="quiet">
          {t("create.comps.mentions")} {answer.mentions.map((one) => one.text).join(" · ")}
        </p>
      )}
      {!all.length && <Empty title={t("create.comps.none")} />}
      <div class="comps">
        {COLUMNS.map((column) => (
          <section key={column} aria-labelledby={`comps-${column}`}>
            <h3 id={`comps-${column}`} class="column-heading">
              {t(`create.comps.${column}`)}
            </h3>
            <p class="quiet">{t(`create.comps.${column}_what`)}</p>
            <ol class="rows" data-testid={`comps-${column}`}>
              {answer[column].map((one) => (
                <Comp key={one.title_id} one={one} sources={answer.sources} />
              ))}
            </ol>
            {!answer[column].length && <p class="quiet">{t("create.comps.none")}</p>}
            {answer[`${column}_misses`].length > 0 && (
              <>
                <h4 class="misses-heading">{t("create.comps.misses")}</h4>
                <ol class="rows" data-testid={`comps-${column}-misses`}>
                  {answer[`${column}_misses`].map((one) => (
                    <Comp key={one.title_id} one={one} sources={answer.sources} />
                  ))}
                </ol>
              </>
            )}
          </section>
        ))}
      </div>
      <p class="quiet">{t("create.comps.caveat")}</p>
    </>
  );
}

function Comp({ one, sources }: { one: Comparable; sources: Source[] }) {
  const shared = one.shared.filter(({ type }) => type !== "word").slice(0, SHOWN);
  return (
    <TitleRow rank={one.rank} title={one}>
      {one.outcome && <Fared outcome={one.outcome} />}
      {shared.length > 0 ? (
        <ul class="chips" aria-label={t("create.shared")}>
          {shared.map((both) => (
            <li key={both.node_id} class="chip">
              <Shape of={both.type} size={10} />
              {tagName(both)}
            </li>
          ))}
          {one.plot_share !== null && one.plot_share >= 0.9 && (
            <li class="chip">
              <Shape of="story" size={10} />
              {t("create.reads_alike")}
            </li>
          )}
        </ul>
      ) : (
        <p class="row-reason">{one.reason}</p>
      )}
      {one.differs.length > 0 && (
        <ul class="chips differs-chips" aria-label={t("related.differs")}>
          {one.differs.map((text) => (
            <li key={text} class="chip">
              {text}
            </li>
          ))}
        </ul>
      )}
      {one.figures.length > 0 && <Figures figures={one.figures} sources={sources} />}
    </TitleRow>
  );
}

/** Figures, and after those of one source its name. */
function Figures({ figures, sources }: { figures: Figure[]; sources: Source[] }) {
  const named = [...new Set(figures.map((one) => one.source))];
  return (
    <ul class="figures">
      {named.map((source) => (
        <li key={source}>
          {figures
            .filter((one) => one.source === source)
            .map((one) => (
              <span key={one.measure}>
                {measureName(one.measure)} <b>{figureWords(one)}</b>
              </span>
            ))}
          <span class="quiet">{sources.find((one) => one.name === source)?.label ?? source}</span>
        </li>
      ))}
    </ul>
  );
}

function Fared({ outcome }: { outcome: Outcome }) {
  return (
    <p class={`fared fared-${outcome.fared}`}>
      <strong>{t(`create.fared.${outcome.fared}`)}</strong>
      {t("create.fared.how", {
        share: percent(Math.floor(outcome.share * 100) / 100),
        measure: measureName(outcome.measure),
        peers: number(outcome.peers),
      })}
    </p>
  );
}
