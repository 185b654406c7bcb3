// Supply and demand: how much of what is expected is there, and how well known the titles near it are. Hatched where
// the catalogue hardly says; in a band of their own below where interest is not known. The numbers are the list's.

import type { Gap } from "../data/create_types";
import { percent, t } from "../i18n";
import { narrow } from "../state/narrow";
import { ticks } from "../ui/timeline_chart";
import { demand, gapName, signed } from "./gaps_words";

const TOP = 34;
const LEFT = 62;
const RIGHT = 24;
const BODY = 340;
/** Room for the names of the corners. */
const PAD = 46;
const BAND = 58;
const BOTTOM = 58;
const SIZE = 13;

export const QUADRANTS: Gap["quadrant"][] = ["thin_wanted", "thin_unclear", "thin_unwanted", "hatched"];

interface Placed {
  gap: Gap;
  rank: number;
  x: number;
  y: number;
}

export function GapsChart({ gaps }: { gaps: Gap[] }) {
  const width = narrow.value ? 520 : 960;
  const band = gaps.some((one) => !one.interest) ? BAND : 0;
  const floor = TOP + BODY;
  const bottom = floor + band;
  const most = Math.max(0.5, ...gaps.map((one) => one.ratio));
  const demands = gaps.map((one) => demand(one) ?? 0);
  const [least, highest] = [Math.min(-0.1, ...demands), Math.max(0.1, ...demands)];
  const inner = width - LEFT - RIGHT - 2 * SIZE;
  const x = (ratio: number) => LEFT + SIZE + (inner * ratio) / most;
  const y = (value: number) => {
    const at = TOP + PAD + ((BODY - 2 * PAD) * (highest - value)) / (highest - least);
    return Math.max(TOP, Math.min(floor, at));
  };
  const placed = apart(
    gaps.map((gap, at) => ({
      gap,
      rank: at + 1,
      x: x(gap.ratio),
      y: gap.interest ? y(demands[at] ?? 0) : bottom - SIZE - 4,
    })),
    width - RIGHT - SIZE,
  );
  return (
    <svg
      class="chart gaps-chart"
      viewBox={`0 0 ${width} ${bottom + BOTTOM}`}
      role="img"
      aria-label={t("create.gaps.chart")}
    >
      <defs>
        <pattern id="hatch" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
          <rect class="hatch-ground" width="6" height="6" />
          <rect class="hatch-line" width="2" height="6" />
        </pattern>
      </defs>
      <rect class="wanted-ground" x={LEFT} y={TOP} width={x(most / 2) - LEFT} height={y(0) - TOP} />
      <rect class="frame" x={LEFT} y={TOP} width={width - LEFT - RIGHT} height={BODY + band} />
      <line class="middle" x1={LEFT} x2={width - RIGHT} y1={y(0)} y2={y(0)} />
      <line class="middle" x1={x(most / 2)} x2={x(most / 2)} y1={TOP} y2={floor} />
      {band > 0 && <line class="middle" x1={LEFT} x2={width - RIGHT} y1={floor} y2={floor} />}
      <g class="tick">
        {ticks(most).map((ratio) => (
          <text key={ratio} x={x(ratio)} y={bottom + 18} text-anchor="middle">
            {percent(ratio)}
          </text>
        ))}
        {[least, 0, highest].map((value) => (
          <text key={value} x={LEFT - 8} y={y(value) + 4} text-anchor="end">
            {signed(value)}
          </text>
        ))}
        <text x={(LEFT + width - RIGHT) / 2} y={bottom + BOTTOM - 12} text-anchor="middle">
          {t("create.gaps.axis_supply")}
        </text>
        <text x={LEFT} y={TOP - 14}>
          {t("create.gaps.axis_demand")}
        </text>
      </g>
      <text class="corner" x={LEFT + 10} y={TOP + 20}>
        {t("create.quadrant.thin_wanted")}
      </text>
      <text class="corner" x={LEFT + 10} y={floor - 10}>
        {t("create.quadrant.thin_unwanted")}
      </text>
      {band > 0 && (
        <text class="corner" x={width - RIGHT - 10} y={floor + 20} text-anchor="end">
          {t("create.gaps.unknown")}
        </text>
      )}
      {placed.map(({ gap, rank, x: left, y: top }) => (
        <g key={rank} class={`gap-point ${gap.quadrant}`}>
          <title>{`${rank}. ${gapName(gap)}: ${gap.sentence}`}</title>
          {gap.interest && (
            <line class="whisker" x1={left} x2={left} y1={y(gap.interest.high)} y2={y(gap.interest.low)} />
          )}
          <Mark quadrant={gap.quadrant} x={left} y={top} size={SIZE} />
          <text x={left} y={top + 5} text-anchor="middle">
            {rank}
          </text>
        </g>
      ))}
    </svg>
  );
}

function Mark({ quadrant, x, y, size }: { quadrant: Gap["quadrant"]; x: number; y: number; size: number }) {
  if (quadrant !== "hatched") return <circle cx={x} cy={y} r={size} />;
  return <rect x={x - size} y={y - size} width={2 * size} height={2 * size} rx="3" fill="url(#hatch)" />;
}

/** A point as the legend shows it. */
export function Sample({ quadrant }: { quadrant: Gap["quadrant"] }) {
  return (
    <svg class={`shape gap-point ${quadrant}`} viewBox="0 0 16 16" width="16" height="16" aria-hidden="true">
      <Mark quadrant={quadrant} x={8} y={8} size={7} />
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
