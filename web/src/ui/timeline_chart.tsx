// A share over the years: five years' mean as a line with its band, single years as bars, turning points marked, and what
// is expected of the next years.

import type { Timeline } from "../data/time_types";
import { percent, t } from "../i18n";
import { narrow } from "../state/narrow";

const HEIGHT = 340;
const LEFT = 58;
const BOTTOM = 34;
const TOP = 16;
/** Room for a turning point's words. */
const LABEL = 160;

export function TimelineChart({ timeline }: { timeline: Timeline }) {
  const { years } = timeline;
  const ahead = timeline.outlook?.years ?? [];
  const latest = years.at(-1);
  const width = narrow.value ? 520 : 1000;
  const first = years[0]?.year ?? 1900;
  const last = Math.max(ahead.at(-1)?.year ?? years.at(-1)?.year ?? 2000, first + 1);
  const highs = [...years.map((year) => Math.max(year.high, year.smooth)), ...ahead.map((year) => year.high)];
  const most = Math.max(...highs, 1e-6);
  const x = (year: number) => LEFT + ((width - LEFT - 12) * (year - first)) / (last - first);
  const y = (share: number) => HEIGHT - BOTTOM - ((HEIGHT - BOTTOM - TOP) * Math.min(share, most)) / most;
  const wide = Math.max(1, (width - LEFT) / (last - first + 1) - 1.5);
  const marks = ticks(most);
  const digits = Math.max(0, -2 - Math.floor(Math.log10(marks[1] ?? 1) + 1e-9));
  const line = (points: [number, number][]) =>
    points.map(([year, share], at) => `${at ? "L" : "M"}${x(year).toFixed(1)} ${y(share).toFixed(1)}`).join("");
  const band = (spans: { year: number; low: number; high: number }[]) =>
    `${line([
      ...spans.map(({ year, high }): [number, number] => [year, high]),
      ...[...spans].reverse().map(({ year, low }): [number, number] => [year, low]),
    ])}Z`;
  return (
    <svg class="chart" viewBox={`0 0 ${width} ${HEIGHT}`} role="img" aria-label={timeline.summary.join(" ")}>
      {marks.map((share) => (
        <g key={share} class="tick">
          <line x1={LEFT} x2={width - 12} y1={y(share)} y2={y(share)} />
          <text x={LEFT - 8} y={y(share) + 4} text-anchor="end">
            {percent(share, digits)}
          </text>
        </g>
      ))}
      {decades(first, last).map((year) => (
        <text key={year} class="tick" x={x(year)} y={HEIGHT - 10} text-anchor="middle">
          {year}
        </text>
      ))}
      {years.map((year) => (
        <rect
          key={year.year}
          class="bar"
          x={x(year.year) - wide / 2}
          y={y(year.share)}
          width={wide}
          height={Math.max(0, HEIGHT - BOTTOM - y(year.share))}
        >
          <title>{`${year.year}: ${year.titles} / ${year.of}`}</title>
        </rect>
      ))}
      <path class="band" d={band(years)} />
      <path class="line" d={line(years.map(({ year, smooth }) => [year, smooth]))} />
      {ahead.length > 0 && <path class="band ahead" d={band(ahead)} />}
      {ahead.length > 0 && (
        <path
          class="line ahead"
          d={line([
            ...(latest ? [[latest.year, latest.smooth] as [number, number]] : []),
            ...ahead.map(({ year, share }): [number, number] => [year, share]),
          ])}
        />
      )}
      {timeline.turning_points.map((point) => (
        <g key={point.year} class="turn">
          <line x1={x(point.year)} x2={x(point.year)} y1={TOP} y2={HEIGHT - BOTTOM} />
          <text
            x={x(point.year) + (x(point.year) > width - LABEL ? -6 : 6)}
            y={TOP + 10}
            text-anchor={x(point.year) > width - LABEL ? "end" : "start"}
          >
            {turnWords(point)}
          </text>
        </g>
      ))}
    </svg>
  );
}

/** On a phone there is room for the year alone. */
function turnWords({ year, before, after }: Timeline["turning_points"][number]): string {
  if (narrow.value) return `${year} ${after > before ? "↑" : "↓"}`;
  return t(after > before ? "timeline.rises" : "timeline.falls", { year });
}

/** Round shares up to the highest, three to five of them. */
export function ticks(most: number): number[] {
  const rough = most / 5;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((value) => value >= rough) ?? rough;
  const found: number[] = [];
  for (let at = 0; at * step <= most * 1.0001; at += 1) found.push(at * step);
  return found;
}

function decades(first: number, last: number): number[] {
  const step = last - first > 130 ? 20 : 10;
  const found: number[] = [];
  for (let year = Math.ceil(first / step) * step; year <= last; year += step) found.push(year);
  return found;
}
