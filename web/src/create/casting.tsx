// People for a project, each with the titles, years and people that speak for them.

import type { Candidate, CastingAnswer } from "../data/create_types";
import { list as listed, n, number, percent, say, t } from "../i18n";
import { tagName } from "../i18n/tags";
import { amend, route, to } from "../router";
import { Link } from "../ui/link";
import { Shape } from "../ui/shape";
import { Slider } from "../ui/slider";
import { Empty, Note } from "../ui/states";
import { asked, PLAIN, share } from "./asked";
import { Choose, Folded, Form, NumberField, TextField } from "./fields";
import { PeoplePicks, TitlePicks } from "./picks";
import { TakeAway, TitleLinks } from "./row";
import { Told } from "./told";

const ROLES = ["actor", "director", "writer", "producer", "composer", "cinematographer", "editor", "creator"];
const BROUGHT = 4;

export function Casting() {
  const { query } = route.value;
  return (
    <>
      <Form send={t("create.casting.send")}>
        <div class="create-fields">
          <TitlePicks name="like" label={t("create.casting.like")} />
          <PeoplePicks name="attached" label={t("create.casting.attached")} />
          <Choose
            name="role"
            label={t("create.casting.role")}
            choices={ROLES.map((role) => [role, say(`role.${role}`, role)])}
          />
        </div>
        <Folded names={["text", "genre", "count", "likely", "complement"]}>
          <TextField name="text" label={t("create.text")} hint={t("create.text_hint")} rows={2} most={4000} />
          <TextField name="genre" label={t("create.genres")} hint={t("create.genres_hint")} />
          <NumberField name="count" label={t("create.casting.count")} low={1} high={100} />
          {(["likely", "complement"] as const).map((name) => (
            <Slider
              key={name}
              label={t(`create.casting.${name}`)}
              value={share(query, name) ?? PLAIN[name]}
              min={0}
              max={1}
              step={0.1}
              plain={PLAIN[name]}
              text={number(share(query, name) ?? PLAIN[name], 1)}
              onInput={(value) => amend({ [name]: value === PLAIN[name] ? null : value })}
            />
          ))}
        </Folded>
      </Form>
      <Told
        feature="casting"
        body={asked("casting", query)}
        missing={t("create.casting.missing")}
        show={(answer, body) => <People answer={answer} body={body} />}
      />
    </>
  );
}

function People({ answer, body }: { answer: CastingAnswer; body: object }) {
  const list = {
    header: ["rank", "node_id", "name", "score", "closeness", "first_year", "last_year", "titles", "because"],
    rows: answer.items.map((one) => [
      one.rank,
      one.node_id,
      one.name,
      one.score,
      one.closeness,
      one.availability.first_year,
      one.availability.last_year,
      one.availability.titles,
      one.sentences.join(" "),
    ]),
  };
  return (
    <>
      <header class="list-head">
        <h2>{say(`role.${answer.role}`, answer.role)}</h2>
        <p class="quiet">{n("create.casting.of", answer.candidates, { people: number(answer.people) })}</p>
        <TakeAway feature="casting" body={body} list={list} />
      </header>
      {answer.notes.map((note) => (
        <Note key={note}>{note}</Note>
      ))}
      {!answer.items.length && <Empty title={t("create.casting.none")} />}
      <ol class="rows" data-testid="cast">
        {answer.items.map((one) => (
          <Row key={one.node_id} one={one} />
        ))}
      </ol>
      <p class="quiet">{t("create.casting.caveat")}</p>
    </>
  );
}

function Row({ one }: { one: Candidate }) {
  const { availability } = one;
  return (
    <li class="row create-row" data-row="">
      <span class="rank" aria-hidden="true">
        {one.rank}
      </span>
      <div class="row-main">
        <p class="row-title">
          <Link to={to("timeline", "", { thing: one.node_id })}>{one.name}</Link>
          <span class="row-kind">
            {availability.first_year !== null && `${availability.first_year}–${availability.last_year} · `}
            {n("titles", availability.titles)}
          </span>
        </p>
        {one.closest.length > 0 && (
          <p class="examples-line">
            <span>{t("create.casting.closest")}</span> <TitleLinks titles={one.closest} />
          </p>
        )}
        {one.together.map((both) => (
          <p key={both.node_id} class="examples-line">
            <span>{n("create.casting.together", both.titles, { name: both.name })}</span>{" "}
            <TitleLinks titles={both.examples} />
          </p>
        ))}
        {one.likely.map((other) => (
          <p key={other.node_id} class="examples-line">
            <span>{t("create.casting.chance", { name: other.name })}</span> {percent(other.chance, 1)}
            {other.between.length > 0 && (
              <span class="quiet">
                {" "}
                {t("create.casting.between", { names: listed(other.between.map((person) => person.name)) })}
              </span>
            )}
          </p>
        ))}
        <p class="examples-line">
          <span>{t("create.casting.active")}</span>{" "}
          {availability.titles_lately === null
            ? t("create.unknown")
            : n("create.casting.lately", availability.titles_lately, { last: String(availability.last_year) })}
        </p>
        {one.brings.length > 0 && (
          <ul class="chips" aria-label={t("create.casting.brings")}>
            {one.brings.slice(0, BROUGHT).map((topic) => (
              <li key={topic.node_id} class="chip">
                <Shape of={topic.type} size={10} />+ {tagName(topic)}
              </li>
            ))}
          </ul>
        )}
      </div>
    </li>
  );
}
