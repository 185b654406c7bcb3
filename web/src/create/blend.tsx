// Titles between two titles: a slider for the mix, and how much each result has of either. With more titles added or
// some taken away: as near to those as they are far from these.

import type { BlendAnswer, Blended, Element } from "../data/create_types";
import type { Shared } from "../data/types";
import { n, percent, t } from "../i18n";
import { tagName } from "../i18n/tags";
import { amend, route } from "../router";
import { Shape } from "../ui/shape";
import { Slider } from "../ui/slider";
import { Empty } from "../ui/states";
import { asked, PLAIN, share } from "./asked";
import { Folded } from "./fields";
import { TitlePicks } from "./picks";
import { TakeAway, TitleRow } from "./row";
import { Told } from "./told";

const NAMED = 4;
/** Parents that are told apart by colour; further ones begin anew. */
const COLOURS = 4;

export function Blend() {
  const { query } = route.value;
  const mix = share(query, "mix") ?? PLAIN.mix;
  const summed = query.has("plus") || query.has("minus");
  const chosen = query.has("a") && query.has("b");
  const feature = summed ? "combine" : "blend";
  return (
    <>
      <div class="create-form panel">
        <div class="create-ends">
          <TitlePicks name="a" label={t("create.blend.one")} most={1} />
          <button
            type="button"
            class="tool"
            aria-label={t("path.swap")}
            title={t("path.swap")}
            disabled={!chosen}
            onClick={() => amend({ a: query.get("b"), b: query.get("a"), mix: mix === 0.5 ? null : tidy(1 - mix) })}
          >
            ⇄
          </button>
          <TitlePicks name="b" label={t("create.blend.two")} most={1} />
        </div>
        {chosen && !summed && (
          <Slider
            label={t("create.blend.mix")}
            value={mix}
            min={0}
            max={1}
            step={0.05}
            plain={PLAIN.mix}
            text={t("create.blend.parts", { one: percent(1 - mix), two: percent(mix) })}
            onInput={(value) => amend({ mix: value === PLAIN.mix ? null : tidy(value) })}
          />
        )}
        <Folded names={["plus", "minus"]}>
          <TitlePicks name="plus" label={t("create.combine.plus")} most={8} />
          <TitlePicks name="minus" label={t("create.combine.minus")} most={10} />
        </Folded>
      </div>
      <Told
        feature={feature}
        body={asked(feature, query)}
        missing={t(`create.${feature}.missing`)}
        show={(answer, body) => <Near feature={feature} answer={answer} body={body} />}
      />
    </>
  );
}

interface Found {
  feature: "blend" | "combine";
  answer: BlendAnswer;
  body: object;
}

function Near({ feature, answer, body }: Found) {
  const shares = answer.parents.map((_, at) => `share_${at + 1}`);
  const list = {
    header: ["rank", "title_id", "name", "year", "score", ...shares, "sentence"],
    rows: answer.blend.map((one) => [
      one.rank,
      one.title_id,
      one.name,
      one.year,
      one.score,
      ...one.elements.map((part) => part.share),
      one.sentence,
    ]),
  };
  return (
    <>
      <header class="list-head">
        <h2>{heading(feature, answer)}</h2>
        <p class="quiet">{n("related.of", answer.candidates)}</p>
        <TakeAway feature={feature} body={body} list={list} />
      </header>
      {feature === "blend" && <p class="quiet">{t("create.blend.both", { share: percent(answer.both) })}</p>}
      {!answer.blend.length && <Empty title={t("related.empty")} />}
      <ol class="rows" data-testid="blended">
        {answer.blend.map((one) => (
          <Row key={one.title_id} one={one} />
        ))}
      </ol>
    </>
  );
}

/** "A × B"; "A + C − B" where titles are added up and taken away. */
function heading(feature: Found["feature"], { parents, amounts }: BlendAnswer): string {
  if (feature === "blend") return parents.map((one) => one.name).join(" × ");
  const signed = parents.map((one, at) => `${(amounts[at] ?? 0) < 0 ? "−" : "+"} ${one.name}`).join(" ");
  return signed.replace(/^\+ /, "");
}

function Row({ one }: { one: Blended }) {
  return (
    <TitleRow rank={one.rank} title={one}>
      {one.sentence && <p class="row-reason">{one.sentence}</p>}
      <Shares elements={one.elements} />
      <dl class="from-parents">
        {one.elements.map((part, at) => {
          const things = own(part, one.elements);
          return (
            <div key={part.parent.title_id}>
              <dt>
                <i class={`parent-mark ${part.amount < 0 ? "parent-away" : colour(at)}`} aria-hidden="true" />
                {part.parent.name} <b>{shareWords(part)}</b>
              </dt>
              <dd>
                {things.length ? (
                  <ul class="chips">
                    {things.map((thing) => (
                      <li key={thing.node_id} class="chip">
                        <Shape of={thing.type} size={10} />
                        {tagName(thing)}
                      </li>
                    ))}
                  </ul>
                ) : (
                  <span class="quiet">{t("create.blend.nothing")}</span>
                )}
              </dd>
            </div>
          );
        })}
      </dl>
    </TitleRow>
  );
}

/** A bar of what comes from each parent that adds to the score. */
function Shares({ elements }: { elements: Element[] }) {
  let from = 0;
  const bars = elements.map((one, at) => {
    const width = 100 * Math.min(1, Math.max(0, one.share));
    from += width;
    return <rect key={one.parent.title_id} class={colour(at)} x={from - width} width={width} height="8" />;
  });
  const label = elements.map((one) => `${one.parent.name} ${shareWords(one)}`).join(", ");
  return (
    <svg class="shares" viewBox="0 0 100 8" preserveAspectRatio="none" role="img" aria-label={label}>
      {bars}
    </svg>
  );
}

function colour(at: number): string {
  return `parent-${(at % COLOURS) + 1}`;
}

/** "40%"; of a title that is taken away what it takes, "−5%". */
function shareWords({ amount, share }: Element): string {
  if (amount >= 0) return percent(Math.max(0, share));
  return share < 0 ? `−${percent(-share)}` : percent(share);
}

/** What a title has of one parent and not of the other; what it has of both, where there is nothing else. */
function own(part: Element, all: Element[]): Shared[] {
  const others = new Set(all.filter((one) => one !== part).flatMap((one) => one.shared.map((thing) => thing.node_id)));
  const told = part.shared.filter((thing) => thing.type !== "word" && thing.type !== "certificate");
  const alone = told.filter((thing) => !others.has(thing.node_id));
  return (alone.length ? alone : told).slice(0, NAMED);
}

function tidy(value: number): number {
  return Math.round(value * 100) / 100;
}
