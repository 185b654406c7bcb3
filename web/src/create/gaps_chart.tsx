// Supply and demand: how much of what is expected is there, and how well known the titles near it are. Hatched where
// the catalogue hardly says; in a band of their own below where interest is not known. The numbers are the list's.

import type { Gap } from "../data/create_types";
import { percent, t } from "../i18n";
import { narrow } from "../state/narrow";
import { demand, gapName, signed } from "./gaps_words";

const TOP = 34;
const LEFT = 62;
const RIGHT = 24;
const BODY = 330;
const BAND = 58;
const BOTTOM = 58;
const SIZE = 13;

interface Placed {
  gap: Gap;
  rank: number;
  x: number;
  y: number;
}

export function GapsChart({ gaps }: { gaps: Gap[] }) {
  const width = narrow.value ? 520 : 960;
  const height = TOP + BODY + BAND + BOTTOM;
  const most = Math.max(0.5, ...gaps.map((one) => one.ratio));
  const reach = Math.max(0.1, ...gaps.map((one) => Math.abs(demand(one) ?? 0))) * 1.12;
  const inner = width - LEFT - RIGHT - 2 * SIZE;
  const x = (ratio: number) => LEFT + SIZE + (inner * ratio) / most;
  const y = (value: number) => TOP + (BODY / 2) * (1 - Math.max(-1, Math.min(1, value / reach)));
  const unknown = TOP + BODY + BAND / 2;
  const placed = apart(
    gaps.map((gap, at) => ({ gap, rank: at + 1, x: x(gap.ratio), y: gap.interest ? y(demand(gap) ?? 0) : unknown })),
    width - RIGHT - SIZE,
  );
  const bottom = TOP + BODY + BAND;
  return (
    <svg class="chart gaps-chart" viewBox={`0 0 ${width} ${height}`} role="img" aria-label={t("create.gaps.chart")}>
      <defs>
        <pattern id="hatch" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
          <rect class="hatch-ground" width="6" height="6" />
          <rect class="hatch-line" width="2" height="6" />
        </pattern>
      </defs>
      <rect class="wanted-ground" x={LEFT} y={TOP} width={x(most / 2) - LEFT} height={BODY / 2} />
      <rect class="frame" x={LEFT} y={TOP} width={width - LEFT - RIGHT} height={BODY + BAND} />
      <line class="middle" x1={LEFT} x2={width - RIGHT} y1={y(0)} y2={y(0)} />
      <line class="middle" x1={x(most / 2)} x2={x(most / 2)} y1={TOP} y2={TOP + BODY} />
      <line class="middle" x1={LEFT} x2={width - RIGHT} y1={TOP + BODY} y2={TOP + BODY} />
      <g class="tick">
        {[0, 0.25, 0.5, 0.75, 1].map((part) => (
          <text key={part} x={x(most * part)} y={bottom + 18} text-anchor="middle">
            {percent(most * part)}
          </text>
        ))}
        {[-reach / 1.12, 0, reach / 1.12].map((value) => (
          <text key={value} x={LEFT - 8} y={y(value) + 4} text-anchor="end">
            {signed(value)}
          </text>
        ))}
        <text x={(LEFT + width - RIGHT) / 2} y={height - 12} text-anchor="middle">
          {t("create.gaps.axis_supply")}
        </text>
        <text x={LEFT} y={TOP - 14}>
          {t("create.gaps.axis_demand")}
        </text>
      </g>
      <text class="corner" x={LEFT + 10} y={TOP + 20}>
        {t("create.quadrant.thin_wanted")}
      </text>
      <text class="corner" x={LEFT + 10} y={TOP + BODY - 10}>
        {t("create.quadrant.thin_unwanted")}
      </text>
      <text class="corner" x={width - RIGHT - 10} y={TOP + BODY + 18} text-anchor="end">
        {t("create.gaps.unknown")}
      </text>
      {placed.map(({ gap, rank, x: left, y: top }) => (
        <g key={rank} class={`gap-point ${gap.quadrant}`}>
          <title>{`${rank}. ${gapName(gap)}: ${gap.sentence}`}</title>
          {gap.interest && (
            <line class="whisker" x1={left} x2={left} y1={y(gap.interest.high)} y2={y(gap.interest.low)} />
          )}
          {gap.quadrant === "hatched" ? (
            <rect x={left - SIZE} y={top - SIZE} width={2 * SIZE} height={2 * SIZE} rx="3" fill="url(#hatch)" />
          ) : (
            <circle cx={left} cy={top} r={SIZE} />
          )}
          <text x={left} y={top + 5} text-anchor="middle">
            {rank}
          </text>
        </g>
      ))}
    </svg>
  );
}

/** Points that would lie on each other are moved to the right until they do not. */
export function apart(points: Placed[], most: number): Placed[] {
  const found: Placed[] = [];
  for (const point of points) {
    let left = point.x;
    const meets = (one: Placed) => Math.hypot(one.x - left, one.y - point.y) < 2 * SIZE + 1;
    while (left < most && found.some(meets)) left += 3;
    found.push({ ...point, x: Math.min(left, most) });
  }
  return found;
}
