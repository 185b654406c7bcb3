// Combinations that are rarer than they should be: a list, and where each stands between supply and demand.

import { useRef } from "preact/hooks";
import type { Gap, GapsAnswer } from "../data/create_types";
import { save } from "../export/save";
import { svgFile, svgPicture } from "../export/svg";
import { fixed, list as listed, n, number, percent, say, t } from "../i18n";
import { tagName } from "../i18n/tags";
import { route, to } from "../router";
import { Link } from "../ui/link";
import type { Choice } from "../ui/menu";
import { Empty, Note } from "../ui/states";
import { Table } from "../ui/table";
import { asked } from "./asked";
import { Folded, Form, NumberField, TextField } from "./fields";
import { GapsChart, QUADRANTS, Sample } from "./gaps_chart";
import { demand, gapName, signed } from "./gaps_words";
import { TakeAway, TitleLinks } from "./row";
import { Told } from "./told";

export function Gaps() {
  return (
    <>
      <Form send={t("create.gaps.send")}>
        <TextField name="with" label={t("create.gaps.with")} hint={t("create.gaps.with_hint")} />
        <Folded names={["by", "count", "until"]}>
          <TextField name="by" label={t("create.gaps.by")} hint="genre, keyword, place, country, decade, person" />
          <NumberField name="count" label={t("create.gaps.count")} low={1} high={100} />
          <NumberField name="until" label={t("tune.until")} low={1870} high={2100} />
        </Folded>
      </Form>
      <Told
        feature="gaps"
        body={asked("gaps", route.value.query)}
        missing=""
        show={(answer, body) => <Found answer={answer} body={body} />}
      />
    </>
  );
}

function Found({ answer, body }: { answer: GapsAnswer; body: object }) {
  const box = useRef<HTMLDivElement>(null);
  const svg = () => box.current?.querySelector("svg") as SVGSVGElement;
  const { gaps } = answer;
  const list = {
    header: ["rank", "one", "two", "seen", "expected", "ratio", "low", "high", "q_value", "quadrant", "tagged"],
    rows: gaps.map((one, at) => [
      at + 1,
      one.one.node_id,
      one.two.node_id,
      one.seen,
      one.expected,
      one.ratio,
      one.low,
      one.high,
      one.q_value,
      one.quadrant,
      Math.min(one.coverage.share, one.coverage.lately),
    ]),
  };
  return (
    <>
      <header class="list-head">
        <h2>{t("create.gaps")}</h2>
        <p class="quiet">{n("create.gaps.found", answer.called, { tested: number(answer.tested) })}</p>
        <TakeAway feature="gaps" body={body} list={list} more={gaps.length ? drawings(svg) : []} />
      </header>
      <p class="quiet">
        {t("create.gaps.about", {
          titles: number(answer.titles),
          first: String(answer.first),
          until: String(answer.until),
          types: listed(answer.types.map((type) => say(`type.${type}`, type))),
          rate: percent(answer.rate, 1),
        })}
      </p>
      {!gaps.length && <Empty title={t("create.gaps.none")}>{t("create.gaps.none_try")}</Empty>}
      {gaps.length > 0 && (
        <>
          <Note>{t("create.gaps.caveat")}</Note>
          <div ref={box} class="quadrants">
            <GapsChart gaps={gaps} />
          </div>
          <ul class="legend-line" aria-label={t("map.legend")}>
            {QUADRANTS.filter((quadrant) => gaps.some((one) => one.quadrant === quadrant)).map((quadrant) => (
              <li key={quadrant}>
                <Sample quadrant={quadrant} /> {t(`create.quadrant.${quadrant}`)}
              </li>
            ))}
          </ul>
          <details class="as-table">
            <summary>{t("map.table")}</summary>
            <GapsTable gaps={gaps} />
          </details>
          <ol class="rows" data-testid="gaps">
            {gaps.map((one, at) => (
              <Row key={one.one.node_id + one.two.node_id} one={one} rank={at + 1} />
            ))}
          </ol>
        </>
      )}
    </>
  );
}

function drawings(svg: () => SVGSVGElement): Choice[] {
  return [
    { name: t("export.png"), act: () => void svgPicture(svg()).then((png) => save("gaps.png", png)) },
    { name: t("export.svg"), act: () => save("gaps.svg", svgFile(svg()), "image/svg+xml") },
  ];
}

function Row({ one, rank }: { one: Gap; rank: number }) {
  return (
    <li class="row create-row" data-row="">
      <span class="rank" aria-hidden="true">
        {rank}
      </span>
      <div class="row-main">
        <p class="row-title">
          <Link to={to("timeline", "", { thing: one.one.node_id })}>{tagName(one.one)}</Link>
          <span class="times"> × </span>
          <Link to={to("timeline", "", { thing: one.two.node_id })}>{tagName(one.two)}</Link>
        </p>
        <p class="row-reason">{one.sentence}</p>
        <ul class="chips">
          <li class={`chip quadrant ${one.quadrant}`}>{t(`create.quadrant.${one.quadrant}`)}</li>
          <li class="chip">
            {t("create.gaps.of_expected", { seen: number(one.seen), expected: number(one.expected, 1) })}
          </li>
          <li class="chip">
            {t("create.gaps.tagged", { share: percent(Math.min(one.coverage.share, one.coverage.lately)) })}
          </li>
        </ul>
        {one.titles.length > 0 && (
          <p class="examples-line">
            <span>{t("create.gaps.there")}</span> <TitleLinks titles={one.titles} />
          </p>
        )}
        {one.near.length > 0 && (
          <p class="examples-line">
            <span>{t("create.gaps.near")}</span> <TitleLinks titles={one.near} />
          </p>
        )}
      </div>
    </li>
  );
}

function GapsTable({ gaps }: { gaps: Gap[] }) {
  return (
    <Table
      caption={t("create.gaps")}
      rows={gaps}
      id={(one) => one.one.node_id + one.two.node_id}
      columns={[
        { key: "name", name: t("create.gaps.pair"), value: gapName },
        { key: "seen", name: t("create.gaps.seen"), value: (one) => one.seen, numeric: true },
        {
          key: "expected",
          name: t("create.gaps.expected"),
          value: (one) => one.expected,
          show: (one) => fixed(one.expected, 1),
          numeric: true,
        },
        {
          key: "ratio",
          name: t("create.gaps.supply"),
          value: (one) => one.ratio,
          show: (one) => `${percent(one.ratio)} (${percent(one.low)}–${percent(one.high)})`,
          numeric: true,
        },
        {
          key: "interest",
          name: t("create.gaps.demand"),
          value: demand,
          show: (one) => (one.interest ? signed(demand(one) ?? 0) : "–"),
          numeric: true,
        },
        {
          key: "tagged",
          name: t("create.gaps.coverage"),
          value: (one) => Math.min(one.coverage.share, one.coverage.lately),
          show: (one) => percent(Math.min(one.coverage.share, one.coverage.lately)),
          numeric: true,
        },
        { key: "quadrant", name: t("create.gaps.quadrant"), value: (one) => t(`create.quadrant.${one.quadrant}`) },
      ]}
    />
  );
}
