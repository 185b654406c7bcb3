// All ways between two titles in one drawing: the ends left and right, every way a line of its own.

import type { PathFound, PathPoint, PathsAnswer } from "../data/types";
import { t } from "../i18n";
import { tagName } from "../i18n/tags";
import { OUTLINE_SIZE, outline } from "./outline";
import { styleOf } from "./palette";

const WIDTH = 1000;
const LINE = 74;
const MARGIN = 90;

export function PathDrawing({ answer }: { answer: PathsAnswer }) {
  const height = Math.max(2, answer.paths.length) * LINE + 30;
  return (
    <svg class="path-drawing" viewBox={`0 0 ${WIDTH} ${height}`} role="img" aria-label={t("path.drawing")}>
      {answer.paths.map((path, at) => (
        <Way key={path.text} path={path} y={LINE * (at + 0.5) + 10} middle={height / 2 - 8} />
      ))}
      <Stop point={answer.paths[0]?.points[0]} x={MARGIN} y={height / 2 - 8} end />
      <Stop point={answer.paths[0]?.points.at(-1)} x={WIDTH - MARGIN} y={height / 2 - 8} end />
    </svg>
  );
}

function Way({ path, y, middle }: { path: PathFound; y: number; middle: number }) {
  const last = path.points.length - 1;
  const place = (at: number): [number, number] => [
    MARGIN + ((WIDTH - 2 * MARGIN) * at) / last,
    at === 0 || at === last ? middle : y,
  ];
  return (
    <g>
      {path.hops.map((hop, at) => {
        const [x1, y1] = place(at);
        const [x2, y2] = place(at + 1);
        const { colour, dash } = styleOf(hop.relations[0] ?? "");
        const bend = (x1 + x2) / 2;
        return (
          <path
            key={x1}
            d={`M${x1} ${y1}C${bend} ${y1} ${bend} ${y2} ${x2} ${y2}`}
            fill="none"
            stroke={colour}
            stroke-width="2"
            stroke-dasharray={dash}
          />
        );
      })}
      {path.points.slice(1, -1).map((point, at) => {
        const [x, py] = place(at + 1);
        return <Stop key={point.id} point={point} x={x} y={py} />;
      })}
    </g>
  );
}

function Stop({ point, x, y, end = false }: { point: PathPoint | undefined; x: number; y: number; end?: boolean }) {
  if (!point) return null;
  const { colour, shape } = styleOf(point.type);
  const size = ((end ? 22 : 15) / OUTLINE_SIZE).toFixed(2);
  const whole = tagName(point);
  const name = whole.length > 24 ? `${whole.slice(0, 22)}…` : whole;
  return (
    <g transform={`translate(${x} ${y})`} class={end ? "end" : ""}>
      <path d={outline(shape)} transform={`scale(${size}) translate(-8 -8)`} fill={colour} />
      <text y={end ? 30 : 25} text-anchor="middle">
        {name}
      </text>
      <title>{whole}</title>
    </g>
  );
}
