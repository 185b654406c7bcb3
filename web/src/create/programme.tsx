// A season or strand: titles in a running order, each with its note, and what leads to the next.

import type { ProgrammeAnswer, Slot } from "../data/create_types";
import { number, say, t } from "../i18n";
import { tagName } from "../i18n/tags";
import { amend, route } from "../router";
import { Slider } from "../ui/slider";
import { Note } from "../ui/states";
import { runtime } from "../ui/title_words";
import { asked, PLAIN, TRAITS, within } from "./asked";
import { Folded, Form, NumberField, TextField } from "./fields";
import { TitlePicks } from "./picks";
import { TakeAway, TitleRow } from "./row";
import { Told } from "./told";

const SLIDERS = [
  { name: "variety", low: 0 },
  { name: "popularity", low: -1 },
  { name: "alternate", low: 0 },
] as const;

export function Programme() {
  const { query } = route.value;
  const limits = TRAITS.map((trait) => `most_${trait}`);
  return (
    <>
      <Form send={t("create.programme.send")}>
        <div class="create-fields">
          <TextField name="theme" label={t("create.programme.theme")} hint={t("create.programme.theme_hint")} />
          <NumberField name="count" label={t("create.programme.count")} low={1} high={60} />
        </div>
        <Folded names={[...limits, "seed", "must", "longest", "since", "until", ...SLIDERS.map((one) => one.name)]}>
          {TRAITS.map((trait) => (
            <NumberField
              key={trait}
              name={`most_${trait}`}
              label={t("create.programme.at_most", { trait: say(`type.${trait}`, say(`role.${trait}`, trait)) })}
              low={1}
              high={60}
            />
          ))}
          <NumberField name="longest" label={t("create.programme.longest")} low={1} high={100000} />
          <NumberField name="since" label={t("tune.from")} low={1870} high={2100} />
          <NumberField name="until" label={t("tune.until")} low={1870} high={2100} />
          <TitlePicks name="seed" label={t("create.programme.seeds")} />
          <TitlePicks name="must" label={t("create.programme.must")} />
          {SLIDERS.map(({ name, low }) => {
            const value = within(query, name, low, 1) ?? PLAIN[name];
            return (
              <Slider
                key={name}
                label={t(`create.programme.${name}`)}
                value={value}
                min={low}
                max={1}
                step={0.1}
                plain={PLAIN[name]}
                text={number(value, 1)}
                onInput={(next) => amend({ [name]: next === PLAIN[name] ? null : Math.round(next * 10) / 10 })}
              />
            );
          })}
        </Folded>
      </Form>
      <Told
        feature="programme"
        body={asked("programme", query)}
        missing={t("create.programme.missing")}
        show={(answer, body) => <Order answer={answer} body={body} />}
      />
    </>
  );
}

function Order({ answer, body }: { answer: ProgrammeAnswer; body: object }) {
  const { titles } = answer;
  const list = {
    header: ["place", "title_id", "name", "year", "minutes", "directors", "countries", "note", "next"],
    rows: titles.map((one) => [
      one.place,
      one.title_id,
      one.name,
      one.year,
      one.runtime_min,
      one.directors.join("; "),
      one.countries.join("; "),
      one.note,
      one.next?.text,
    ]),
  };
  const name = [...answer.themes.map(tagText), ...answer.seeds.map((one) => one.name)].join(" × ");
  return (
    <>
      <header class="list-head">
        <h2>{name}</h2>
        <p class="quiet">{t("create.programme.of", { count: titles.length, of: number(answer.in_theme) })}</p>
        <TakeAway feature="programme" body={body} list={list} />
      </header>
      <dl class="counts" aria-label={t("create.programme.coverage")}>
        {Object.entries(answer.coverage)
          .filter(([, one]) => one.values > 0)
          .map(([trait, one]) => (
            <div key={trait}>
              <dd>
                <b>{number(one.values)}</b>
              </dd>
              <dt>{say(`create.trait.${trait}`, trait)}</dt>
            </div>
          ))}
        <div>
          <dd>
            <b>{runtime(answer.minutes)}</b>
          </dd>
          <dt>{t("create.programme.length")}</dt>
        </div>
      </dl>
      {answer.unknown_length > 0 && (
        <Note>{t("create.programme.unknown_length", { count: answer.unknown_length })}</Note>
      )}
      <ol class="rows programme" data-testid="programme">
        {titles.map((one) => (
          <Item key={one.title_id} one={one} />
        ))}
      </ol>
      <p class="quiet">
        {t(answer.gap === 0 ? "create.programme.proved" : "create.programme.near", {
          pool: number(answer.pool),
          gap: number(100 * answer.gap, 1),
        })}
      </p>
    </>
  );
}

function Item({ one }: { one: Slot }) {
  return (
    <TitleRow rank={one.place} title={one}>
      <p class="programme-note">{one.note}</p>
      {one.next && (
        <p class="programme-next">
          <span aria-hidden="true">↓ </span>
          <span class="hidden">{t("create.programme.next")} </span>
          {one.next.text}
        </p>
      )}
    </TitleRow>
  );
}

function tagText(theme: { node_id: string; name: string }): string {
  return tagName({ type: theme.node_id.slice(0, theme.node_id.indexOf(":")), name: theme.name });
}
