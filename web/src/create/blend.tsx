// Titles between two titles: a slider for the mix, and how much each result has of either.

import type { BlendAnswer, Blended, Element } from "../data/create_types";
import type { Shared } from "../data/types";
import { n, percent, t } from "../i18n";
import { tagName } from "../i18n/tags";
import { amend, route } from "../router";
import { Shape } from "../ui/shape";
import { Slider } from "../ui/slider";
import { Empty } from "../ui/states";
import { asked, PLAIN, share } from "./asked";
import { TitlePicks } from "./picks";
import { TakeAway, TitleRow } from "./row";
import { Told } from "./told";

const NAMED = 4;

export function Blend() {
  const { query } = route.value;
  const mix = share(query, "mix") ?? PLAIN.mix;
  const chosen = query.has("a") && query.has("b");
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
        {chosen && (
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
      </div>
      <Told
        feature="blend"
        body={asked("blend", query)}
        missing={t("create.blend.missing")}
        show={(answer, body) => <Near answer={answer} body={body} />}
      />
    </>
  );
}

function Near({ answer, body }: { answer: BlendAnswer; body: object }) {
  const list = {
    header: ["rank", "title_id", "name", "year", "score", "share_1", "share_2", "sentence"],
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
        <h2>{answer.parents.map((one) => one.name).join(" × ")}</h2>
        <p class="quiet">{n("related.of", answer.candidates)}</p>
        <TakeAway feature="blend" body={body} list={list} />
      </header>
      <p class="quiet">{t("create.blend.both", { share: percent(answer.both) })}</p>
      {!answer.blend.length && <Empty title={t("related.empty")} />}
      <ol class="rows" data-testid="blended">
        {answer.blend.map((one) => (
          <Row key={one.title_id} one={one} />
        ))}
      </ol>
    </>
  );
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
                <i class={`parent-mark parent-${at + 1}`} aria-hidden="true" />
                {part.parent.name} <b>{percent(Math.max(0, part.share))}</b>
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

/** A bar of what comes from either parent. */
function Shares({ elements }: { elements: Element[] }) {
  const label = elements.map((one) => `${one.parent.name} ${percent(Math.max(0, one.share))}`).join(", ");
  const first = 100 * Math.min(1, Math.max(0, elements[0]?.share ?? 0));
  return (
    <svg class="shares" viewBox="0 0 100 8" preserveAspectRatio="none" role="img" aria-label={label}>
      <rect class="parent-1" width={first} height="8" />
      <rect class="parent-2" x={first} width={100 - first} height="8" />
    </svg>
  );
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
