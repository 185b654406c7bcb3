// What is around a title, drawn: nodes by type, edges by relation. Drawn as SVG: at eighty nodes every one of them can
// have the focus, names are text, and the drawing follows the page's colours.

import { useMemo, useRef } from "preact/hooks";
import type { EgoAnswer } from "../data/types";
import { say, t } from "../i18n";
import { OUTLINE_SIZE, outline } from "../ui/outline";
import { styleOf } from "../ui/palette";
import { useNarrowLabels } from "./ego_labels";
import { HEIGHT, layoutEgo, type Spot, WIDTH } from "./ego_layout";
import { next } from "./ego_steps";
import { usePanZoom } from "./pan_zoom";

/** Letters of a name that are shown; the year only stands behind whole names. */
const [SHORT, LONG] = [22, 30];

interface Props {
  answer: EgoAnswer;
  selected: string | null;
  small?: boolean;
  onSelect: (id: string) => void;
  onRecentre: (id: string) => void;
}

export function EgoMap({ answer, selected, small = false, onSelect, onRecentre }: Props) {
  const { spots, edges } = useMemo(() => layoutEgo(answer), [answer]);
  const root = useRef<SVGSVGElement>(null);
  const where = usePanZoom(root, !small);
  const by = useMemo(() => new Map(spots.map((spot) => [spot.id, spot])), [spots]);
  const shown = useNarrowLabels(spots, answer.centre, small, where.scale);
  const active = selected ?? answer.centre;
  const most = small ? SHORT : LONG;

  function onKeyDown(event: KeyboardEvent, spot: Spot): void {
    const target = next(spots, spot, event.key);
    if (target) root.current?.querySelector<SVGElement>(`[data-node="${CSS.escape(target.id)}"]`)?.focus();
    else if (event.key === "Enter" && event.shiftKey) recentre(spot);
    else if (event.key === "Enter" || event.key === " ") {
      if (selected === spot.id && spot.type === "title") recentre(spot);
      else onSelect(spot.id);
    } else if (event.key === "c") recentre(spot);
    else if (event.key === "+" || event.key === "-") where.zoom(event.key === "+" ? 1.3 : 1 / 1.3);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  function recentre(spot: Spot): void {
    if (spot.type === "title" && spot.id !== answer.centre) onRecentre(spot.id);
  }

  return (
    <svg
      ref={root}
      class={`ego${small ? " ego-small" : ""}`}
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      role="group"
      aria-label={t("ego.label", { title: by.get(answer.centre)?.name ?? "" })}
      data-testid="ego"
    >
      <g transform={where.transform}>
        <g class="ego-edges">
          {edges.map((edge, at) => {
            const from = by.get(edge.source);
            const until = by.get(edge.target);
            if (!from || !until) return null;
            const style = styleOf(edge.relation);
            const near = edge.source === active || edge.target === active;
            return (
              <line
                key={`${edge.source}|${edge.target}|${edge.relation}|${at}`}
                x1={from.x}
                y1={from.y}
                x2={until.x}
                y2={until.y}
                stroke={style.colour}
                stroke-dasharray={style.dash}
                stroke-width={near ? 2.4 : 1.3}
                opacity={near ? 0.85 : 0.3}
              >
                <title>{say(`role.${edge.relation}`, say(`type.${edge.relation}`, edge.relation))}</title>
              </line>
            );
          })}
        </g>
        {spots.map((spot) => (
          <g
            key={spot.id}
            class={`node${spot.id === answer.centre ? " centre" : ""}${spot.id === selected ? " selected" : ""}`}
            transform={`translate(${spot.x.toFixed(1)} ${spot.y.toFixed(1)})`}
            role="button"
            tabindex={spot.id === active ? 0 : -1}
            aria-pressed={spot.id === selected}
            aria-label={labelOf(spot)}
            data-node={spot.id}
            data-type={spot.type}
            onClick={() => onSelect(spot.id)}
            onDblClick={() => recentre(spot)}
            onKeyDown={(event) => onKeyDown(event, spot)}
          >
            <circle class="hit-area" r={Math.max(20, spot.radius + 6)} />
            <path
              d={outline(spot.type === "title" ? "circle" : styleOf(spot.type).shape)}
              transform={`scale(${((2 * spot.radius) / OUTLINE_SIZE) * 1.15}) translate(-8 -8)`}
              fill={styleOf(spot.type).colour}
            />
            {shown.has(spot.id) || spot.id === active ? (
              <text x={shown.get(spot.id) ?? 0} y={spot.radius + 17} text-anchor="middle">
                {shorten(spot.name, most)}
                {spot.year !== null && spot.name.length <= most && <tspan class="ego-year"> {spot.year}</tspan>}
              </text>
            ) : null}
            <title>{labelOf(spot)}</title>
          </g>
        ))}
      </g>
    </svg>
  );
}

function labelOf(spot: Spot): string {
  const kind = say(`type.${spot.type}`, spot.type);
  return `${spot.name}${spot.year === null ? "" : ` ${spot.year}`}, ${kind}`;
}

/** The first words of a long name: what is seen is always part of what is read out. */
function shorten(text: string, most: number): string {
  if (text.length <= most) return text;
  const cut = text.lastIndexOf(" ", most);
  return text.slice(0, cut > most / 2 ? cut : most);
}
