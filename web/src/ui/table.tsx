// A table that sorts by any column, by mouse or keyboard: the equal of every drawing.

import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import { number, t } from "../i18n";

export interface Column<Row> {
  key: string;
  name: string;
  /** What is sorted by; text or a number, null last. */
  value: (row: Row) => string | number | null;
  show?: (row: Row) => ComponentChildren;
  numeric?: boolean;
}

interface Props<Row> {
  caption: string;
  columns: Column<Row>[];
  rows: Row[];
  id: (row: Row) => string;
  /** How many rows are shown at first. */
  first?: number;
  sorted?: { by: string; down: boolean };
}

export function Table<Row>({ caption, columns, rows, id, first = 50, sorted }: Props<Row>) {
  const [order, setOrder] = useState<{ by: string; down: boolean } | null>(sorted ?? null);
  const [shown, setShown] = useState(first);
  const column = order && columns.find((one) => one.key === order.by);
  const all = column ? sortRows(rows, column.value, order.down) : rows;
  return (
    <div class="table-box" tabIndex={0} role="region" aria-label={caption}>
      <table>
        <caption class="hidden">{caption}</caption>
        <thead>
          <tr>
            {columns.map((one) => {
              const active = order?.by === one.key;
              return (
                <th
                  key={one.key}
                  scope="col"
                  class={one.numeric ? "numeric" : undefined}
                  aria-sort={active ? (order.down ? "descending" : "ascending") : "none"}
                >
                  <button
                    type="button"
                    onClick={() => setOrder({ by: one.key, down: active ? !order.down : Boolean(one.numeric) })}
                  >
                    {one.name}
                    <span aria-hidden="true">{active ? (order.down ? " ↓" : " ↑") : ""}</span>
                  </button>
                </th>
              );
            })}
          </tr>
        </thead>
        <tbody>
          {all.slice(0, shown).map((row) => (
            <tr key={id(row)} data-row="">
              {columns.map((one, at) => {
                const content = one.show ? one.show(row) : plain(one.value(row));
                return at === 0 ? (
                  <th key={one.key} scope="row" class={one.numeric ? "numeric" : undefined}>
                    {content}
                  </th>
                ) : (
                  <td key={one.key} class={one.numeric ? "numeric" : undefined}>
                    {content}
                  </td>
                );
              })}
            </tr>
          ))}
        </tbody>
      </table>
      {all.length > shown && (
        <button type="button" class="button more" onClick={() => setShown(shown + 200)}>
          {t("more.of", { shown: number(shown), all: number(all.length) })}
        </button>
      )}
    </div>
  );
}

/** The rows in order of a value, null always last; rows of one value stay as they were. */
export function sortRows<Row>(rows: Row[], value: (row: Row) => string | number | null, down: boolean): Row[] {
  const sign = down ? -1 : 1;
  return [...rows].sort((one, two) => {
    const a = value(one);
    const b = value(two);
    if (a === null || b === null) return a === b ? 0 : a === null ? 1 : -1;
    if (typeof a === "number" && typeof b === "number") return sign * (a - b);
    return sign * String(a).localeCompare(String(b), undefined, { numeric: true });
  });
}

function plain(value: string | number | null): string {
  return value === null ? "–" : typeof value === "number" ? number(value, 3) : value;
}
