// Where the centre of a thing's titles moved: what it came closer to or went away from, and what its titles fall into.

import type { Movement } from "../data/time_types";
import { fixed, percent, say, t } from "../i18n";
import { tagName } from "../i18n/tags";
import { to } from "../router";
import { Link } from "../ui/link";
import { OKABE_ITO } from "../ui/palette";
import { Table } from "../ui/table";

const WIDTH = 640;
const COLOURS = [OKABE_ITO.blue, OKABE_ITO.orange, OKABE_ITO.green, OKABE_ITO.purple, OKABE_ITO.sky];
/** The same order of shading, for whom colours are alike. */
const OPACITY = [1, 0.85, 0.7, 0.55, 0.4];
const ROW = 28;
const NAME = 190;
const BAR = 44;

export function MovementView({ movement }: { movement: Movement }) {
  const { neighbours, branches, windows } = movement;
  return (
    <section aria-labelledby="movement-heading" data-testid="movement">
      <h2 id="movement-heading" class="section-heading">
        {t("movement.title")}
      </h2>
      <p class="quiet">{t(movement.moved ? "movement.moved" : "movement.not_moved")}</p>
      {neighbours.length > 0 && <Arrows neighbours={neighbours} />}
      {movement.early.length > 0 && <Early early={movement.early} />}
      {branches.length > 1 && <Branches movement={movement} />}
      <details class="as-table">
        <summary>{t("map.table")}</summary>
        <Table
          caption={t("movement.title")}
          rows={neighbours}
          id={(one) => one.node_id}
          columns={[
            {
              key: "name",
              name: t("column.name"),
              value: tagName,
              show: (one) => <Link to={to("timeline", "", { thing: one.node_id })}>{tagName(one)}</Link>,
            },
            ...(["first", "last"] as const).map((when) => ({
              key: when,
              name: t(`movement.${when}`),
              value: (one: Movement["neighbours"][number]) => one[when],
              show: (one: Movement["neighbours"][number]) => fixed(one[when], 2),
              numeric: true,
            })),
            {
              key: "direction",
              name: t("movement.direction"),
              value: (one) => say(`movement.${one.direction}`, one.direction),
            },
          ]}
        />
        {branches.length > 1 && (
          <Table
            caption={t("movement.branches")}
            rows={branches}
            id={(branch) => branch.names.join()}
            columns={[
              { key: "name", name: t("column.name"), value: called },
              ...windows.map((window, at) => ({
                key: String(window.first),
                name: `${window.first}–${window.last}`,
                value: (branch: Movement["branches"][number]) => branch.shares[at] ?? null,
                show: (branch: Movement["branches"][number]) => percent(branch.shares[at] ?? 0),
                numeric: true,
              })),
            ]}
          />
        )}
      </details>
    </section>
  );
}

/** An arrow each from how alike it was at first to how alike it is at last. */
function Arrows({ neighbours }: Pick<Movement, "neighbours">) {
  const values = neighbours.flatMap(({ first, last }) => [first, last]);
  const low = Math.min(...values, 0);
  const high = Math.max(...values, 0.1);
  const x = (value: number) => NAME + ((WIDTH - NAME - 16) * (value - low)) / (high - low);
  const height = ROW * neighbours.length + 24;
  return (
    <svg class="chart moves" viewBox={`0 0 ${WIDTH} ${height}`} role="img" aria-label={t("movement.about")}>
      <line class="zero" x1={x(0)} x2={x(0)} y1={0} y2={height - 20} />
      <text class="tick" x={x(low)} y={height - 4}>
        {t("movement.unlike")}
      </text>
      <text class="tick" x={x(high)} y={height - 4} text-anchor="end">
        {t("movement.alike")}
      </text>
      {neighbours.map((one, at) => {
        const y = ROW * (at + 0.5);
        const way = one.last >= one.first ? 1 : -1;
        return (
          <g key={one.node_id} class={way > 0 ? "closer" : "farther"}>
            <title>{`${tagName(one)}: ${fixed(one.first, 2)} → ${fixed(one.last, 2)}`}</title>
            <text x={NAME - 14} y={y + 4} text-anchor="end">
              {tagName(one)}
            </text>
            <circle cx={x(one.first)} cy={y} r={4} />
            <line x1={x(one.first)} x2={x(one.last)} y1={y} y2={y} />
            <path d={`M${x(one.last)} ${y}l${-9 * way} -5v10z`} />
          </g>
        );
      })}
    </svg>
  );
}

/** Who was where the others came later. */
function Early({ early }: Pick<Movement, "early">) {
  return (
    <>
      <h3>{t("movement.early")}</h3>
      <ul class="early">
        {early.map(({ title, reached }) => (
          <li key={title.title_id}>
            <Link to={to("title", title.title_id)}>{title.name}</Link>{" "}
            <span class="quiet">
              {title.year} · {t("movement.reached", { years: `${reached.first}–${reached.last}` })}
            </span>
          </li>
        ))}
      </ul>
    </>
  );
}

/** A bar a window, parted as its titles are. */
function Branches({ movement }: { movement: Movement }) {
  const { branches, windows } = movement;
  const went = movement.split ? "split" : movement.merged ? "merged" : "not_split";
  const height = windows.length * (BAR / 2 + 8);
  return (
    <>
      <h3>{t("movement.branches")}</h3>
      <p class="quiet">{t(`movement.${went}`)}</p>
      <ul class="branch-names">
        {branches.map((branch, at) => (
          <li key={branch.names.join()}>
            <svg viewBox="0 0 14 14" width="14" height="14" aria-hidden="true">
              <rect width="14" height="14" fill={COLOURS[at]} opacity={OPACITY[at]} />
            </svg>
            {called(branch)}
          </li>
        ))}
      </ul>
      <svg class="chart parts" viewBox={`0 0 ${WIDTH} ${height}`} role="img" aria-label={t("movement.branches")}>
        {windows.map((window, row) => {
          const y = row * (BAR / 2 + 8);
          let start = 0;
          return (
            <g key={window.first}>
              <text class="tick" x={0} y={y + BAR / 4 + 4}>{`${window.first}–${window.last}`}</text>
              {branches.map((branch, at) => {
                const share = branch.shares[row] ?? 0;
                const left = 100 + (WIDTH - 100) * start;
                start += share;
                return (
                  <rect
                    key={branch.names.join()}
                    x={left}
                    y={y}
                    width={(WIDTH - 100) * share}
                    height={BAR / 2}
                    fill={COLOURS[at]}
                    opacity={OPACITY[at]}
                  >
                    <title>{`${called(branch)}: ${percent(share)}`}</title>
                  </rect>
                );
              })}
            </g>
          );
        })}
      </svg>
    </>
  );
}

function called(branch: Movement["branches"][number]): string {
  return branch.names.join(", ");
}
