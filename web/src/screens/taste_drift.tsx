// How a taste moved: the share of every topic that moved, period by period, drawn and as a table.

import type { Drift } from "../data/viewer_types";
import { percent, t } from "../i18n";
import { tagName } from "../i18n/tags";
import { styleOf } from "../ui/palette";
import { Table } from "../ui/table";

const WIDTH = 200;
const HEIGHT = 56;

export function DriftView({ drift }: { drift: Drift }) {
  return (
    <section aria-labelledby="drift-heading">
      <h2 id="drift-heading" class="section-heading">
        {t("taste.drift")}
      </h2>
      <p class="quiet">{t(drift.certain ? "taste.moved" : "taste.not_moved")}</p>
      <ul class="drifts">
        {drift.trends.map((trend) => (
          <li key={`${trend.aspect}|${trend.name}`}>
            <span>{called(trend)}</span>
            <Line shares={trend.shares} kind={trend.type ?? trend.aspect} />
          </li>
        ))}
      </ul>
      <details class="as-table">
        <summary>{t("map.table")}</summary>
        <Table
          caption={t("taste.drift")}
          rows={drift.trends}
          id={(trend) => `${trend.aspect}|${trend.name}`}
          columns={[
            { key: "name", name: t("column.name"), value: called },
            ...drift.periods.map((period, at) => ({
              key: period.label,
              name: period.label,
              value: (trend: Drift["trends"][number]) => trend.shares[at] ?? null,
              show: (trend: Drift["trends"][number]) => {
                const share = trend.shares[at];
                return share === null || share === undefined ? "–" : percent(share);
              },
              numeric: true,
            })),
          ]}
        />
      </details>
    </section>
  );
}

function Line({ shares, kind }: { shares: (number | null)[]; kind: string }) {
  const known = shares
    .map((share, at) => [at, share] as const)
    .filter((one): one is [number, number] => one[1] !== null);
  const most = Math.max(...known.map(([, share]) => share), 1e-9);
  const x = (at: number) => 4 + ((WIDTH - 8) * at) / Math.max(1, shares.length - 1);
  const y = (share: number) => HEIGHT - 6 - ((HEIGHT - 12) * share) / most;
  const { colour } = styleOf(kind);
  return (
    <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} aria-hidden="true">
      <polyline
        points={known.map(([at, share]) => `${x(at)},${y(share)}`).join(" ")}
        fill="none"
        stroke={colour}
        stroke-width="2"
      />
      {known.map(([at, share]) => (
        <circle key={at} cx={x(at)} cy={y(share)} r="3" fill={colour} />
      ))}
    </svg>
  );
}

function called(trend: Drift["trends"][number]): string {
  return tagName({ type: trend.type ?? "", name: trend.name });
}
