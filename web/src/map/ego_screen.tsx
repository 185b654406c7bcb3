// The ego mode of the map: one title in the middle, breadcrumbs of where one came from, an equal table.

import { useRef } from "preact/hooks";
import type { EgoAnswer } from "../data/types";
import { csv } from "../export/csv";
import { gexf } from "../export/gexf";
import { save } from "../export/save";
import { svgFile, svgPicture } from "../export/svg";
import { language, number, say, t } from "../i18n";
import { amend, go, route, to } from "../router";
import { answers, asking } from "../state/app";
import { useAnswer } from "../state/use_answer";
import { Link } from "../ui/link";
import { Menu } from "../ui/menu";
import { relationWords } from "../ui/path_line";
import { SearchBox } from "../ui/search_box";
import { Shape } from "../ui/shape";
import { shareLink } from "../ui/share";
import { Slider } from "../ui/slider";
import { Empty, Loading, Wrong } from "../ui/states";
import { Table } from "../ui/table";
import { EgoLegend } from "./ego_legend";
import { EgoMap } from "./ego_map";

const TRAIL = 6;

export default function EgoScreen() {
  const { query } = route.value;
  const id = query.get("id");
  const count = Math.min(80, Math.max(10, Number(query.get("count")) || 40));
  const found = useAnswer(id && `${id}|${count}|${language.value}`, (signal) =>
    answers().ego(id ?? "", count, asking(signal)),
  );
  if (!id) {
    return (
      <Empty title={t("ego.choose")}>
        <SearchBox types="title" autofocus onPick={(hit) => amend({ id: hit.id })} label={t("map.find")} />
      </Empty>
    );
  }
  if (found.problem) return <Wrong problem={found.problem} again={found.again} />;
  if (!found.value) return <Loading rows={2} />;
  return <Ego answer={found.value} count={count} />;
}

function Ego({ answer, count }: { answer: EgoAnswer; count: number }) {
  const { query } = route.value;
  const box = useRef<HTMLDivElement>(null);
  const chosen = query.get("node");
  const selected = answer.nodes.find((node) => node.id === chosen) ?? null;
  const names = new Map(answer.nodes.map((node) => [node.id, node.name]));
  const centre = names.get(answer.centre) ?? answer.centre;
  const trail = query.getAll("trail").map(step);

  function recentre(id: string): void {
    const before = [...query.getAll("trail"), `${answer.centre}|${centre}`].slice(-TRAIL);
    amend({ id, node: null, trail: before.filter((one) => step(one).id !== id) }, { replace: false });
  }

  const svg = () => box.current?.querySelector("svg.ego") as SVGSVGElement;
  const edgeRows = answer.edges.map((edge) => [
    names.get(edge.source) ?? edge.source,
    names.get(edge.target) ?? edge.target,
    edge.relation,
    edge.weight,
  ]);
  return (
    <div class="ego-screen">
      <nav class="crumbs" aria-label={t("ego.trail")}>
        <ol>
          {trail.map((one, at) => (
            <li key={one.id}>
              <Link to={to("map", "", { mode: "ego", id: one.id, trail: query.getAll("trail").slice(0, at) })}>
                {one.name}
              </Link>
            </li>
          ))}
          <li aria-current="true" data-testid="ego-centre">
            {centre}
          </li>
        </ol>
      </nav>
      <div class="ego-grid">
        <div ref={box} class="ego-box">
          <EgoMap
            key={answer.centre}
            answer={answer}
            selected={selected?.id ?? null}
            onSelect={(node) => amend({ node })}
            onRecentre={recentre}
          />
          <EgoLegend answer={answer} edges />
          <p class="quiet">{t("map.caption")}</p>
        </div>
        <div class="ego-side">
          <section class="panel" aria-live="polite">
            {selected ? (
              <Selected answer={answer} id={selected.id} onRecentre={recentre} />
            ) : (
              <p class="quiet">{t("ego.hint")}</p>
            )}
          </section>
          <section class="panel">
            <Slider
              label={t("ego.count")}
              value={count}
              min={10}
              max={80}
              step={10}
              plain={40}
              text={number(count)}
              onInput={(value) => amend({ count: value === 40 ? null : value })}
            />
            <div class="tool-line">
              <Menu
                label={t("export")}
                icon="share"
                choices={[
                  { name: t("export.link"), act: () => void shareLink() },
                  {
                    name: t("export.png"),
                    act: () => void svgPicture(svg()).then((png) => save(`${centre}.png`, png)),
                  },
                  { name: t("export.svg"), act: () => save(`${centre}.svg`, svgFile(svg()), "image/svg+xml") },
                  {
                    name: t("export.csv"),
                    act: () =>
                      save(
                        `${centre}.csv`,
                        csv(["source", "target", "relation", "weight"], edgeRows),
                        "text/csv;charset=utf-8",
                      ),
                  },
                  { name: t("export.gexf"), act: () => save(`${centre}.gexf`, gexf(answer), "application/xml") },
                ]}
              />
              <Link class="button small" to={to("map", "", { mode: "atlas", id: answer.centre })}>
                {t("title.on_map")}
              </Link>
            </div>
          </section>
        </div>
      </div>
      <section aria-labelledby="ego-table">
        <h2 id="ego-table" class="section-heading">
          {t("ego.table")}
        </h2>
        <EgoTable answer={answer} onRecentre={recentre} />
      </section>
    </div>
  );
}

function Selected({ answer, id, onRecentre }: { answer: EgoAnswer; id: string; onRecentre: (id: string) => void }) {
  const node = answer.nodes.find((one) => one.id === id);
  if (!node) return null;
  const title = node.type === "title";
  const touching = answer.edges.filter((edge) => edge.source === id || edge.target === id);
  return (
    <>
      <h2>
        <Shape of={node.type} /> {node.name} {node.year !== null && <span class="year">{node.year}</span>}
      </h2>
      <p class="quiet">
        {say(`type.${node.type}`, node.type)} · {relationWords([...new Set(touching.map((edge) => edge.relation))])}
      </p>
      <p class="tool-line">
        {title && id !== answer.centre && (
          <button type="button" class="button small main" onClick={() => onRecentre(id)}>
            {t("ego.recentre")}
          </button>
        )}
        {title ? (
          <Link class="button small" to={to("title", id)}>
            {t("ego.open")}
          </Link>
        ) : (
          <Link class="button small" to={to("timeline", "", { thing: id })}>
            {t("nav.timeline")}
          </Link>
        )}
        {title && id !== answer.centre && (
          <button type="button" class="button small" onClick={() => go(to("title", answer.centre, { why: id }))}>
            {t("why.button")}
          </button>
        )}
      </p>
    </>
  );
}

function EgoTable({ answer, onRecentre }: { answer: EgoAnswer; onRecentre: (id: string) => void }) {
  const relations = (id: string) =>
    relationWords([
      ...new Set(answer.edges.filter((edge) => edge.source === id || edge.target === id).map((edge) => edge.relation)),
    ]);
  return (
    <Table
      caption={t("ego.table")}
      rows={answer.nodes.filter((node) => node.id !== answer.centre)}
      id={(node) => node.id}
      first={80}
      sorted={{ by: "weight", down: true }}
      columns={[
        {
          key: "name",
          name: t("column.name"),
          value: (node) => node.name,
          show: (node) =>
            node.type === "title" ? (
              <button type="button" class="link-button plain" onClick={() => onRecentre(node.id)}>
                {node.name}
              </button>
            ) : (
              <Link to={to("timeline", "", { thing: node.id })}>{node.name}</Link>
            ),
        },
        {
          key: "type",
          name: t("column.type"),
          value: (node) => say(`type.${node.type}`, node.type),
          show: (node) => (
            <>
              <Shape of={node.type} /> {say(`type.${node.type}`, node.type)}
            </>
          ),
        },
        {
          key: "year",
          name: t("column.year"),
          value: (node) => node.year,
          show: (node) => node.year ?? "–",
          numeric: true,
        },
        { key: "relation", name: t("column.relation"), value: (node) => relations(node.id) },
        { key: "weight", name: t("column.weight"), value: (node) => node.weight, numeric: true },
      ]}
    />
  );
}

function step(text: string): { id: string; name: string } {
  const cut = text.indexOf("|");
  return cut < 0 ? { id: text, name: text } : { id: text.slice(0, cut), name: text.slice(cut + 1) };
}
