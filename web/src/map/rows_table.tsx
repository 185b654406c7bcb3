// The titles of the map as a table: what is in view, or inside the lasso.

import type { Columns } from "../data/columns";
import { csv } from "../export/csv";
import { save } from "../export/save";
import { n, t } from "../i18n";
import { to } from "../router";
import { Link } from "../ui/link";
import { Table } from "../ui/table";

interface Props {
  columns: Columns;
  rows: number[];
  translated: (column: string, value: string) => string;
  lassoed: boolean;
  onFree: () => void;
}

export function RowsTable({ columns, rows, translated, lassoed, onFree }: Props) {
  const value = (column: "kind" | "genre" | "country", row: number) =>
    columns.values[column]?.[columns[column][row] as number] ?? null;
  const shown = (column: "genre" | "country", row: number) => {
    const found = value(column, row);
    return found === null ? null : translated(column, found);
  };
  const year = (row: number) => (columns.year[row] as number) || null;
  const header = ["title_id", "name", "year", "kind", "genre", "country", "popularity", "x", "y"];
  const cells = (row: number) => [
    columns.id(row),
    columns.name(row),
    year(row),
    value("kind", row),
    value("genre", row),
    value("country", row),
    columns.popularity[row],
    columns.x[row],
    columns.y[row],
  ];
  return (
    <section class="map-table" aria-labelledby="map-table-heading">
      <header class="list-head">
        <h2 id="map-table-heading">{t(lassoed ? "map.in_lasso" : "map.in_view")}</h2>
        <p class="quiet">{n("titles", rows.length)}</p>
        {lassoed && (
          <button type="button" class="button small" onClick={onFree}>
            {t("map.free")}
          </button>
        )}
        <button
          type="button"
          class="button small"
          onClick={() => save("titles.csv", csv(header, rows.map(cells)), "text/csv;charset=utf-8")}
        >
          {t("export.csv")}
        </button>
      </header>
      <Table
        caption={t(lassoed ? "map.in_lasso" : "map.in_view")}
        rows={rows}
        id={(row) => columns.id(row)}
        sorted={{ by: "popularity", down: true }}
        columns={[
          {
            key: "name",
            name: t("column.title"),
            value: (row) => columns.name(row),
            show: (row) => <Link to={to("title", columns.id(row))}>{columns.name(row)}</Link>,
          },
          { key: "year", name: t("column.year"), value: year, show: (row) => year(row) ?? "–", numeric: true },
          {
            key: "genre",
            name: t("tune.genre"),
            value: (row) => shown("genre", row),
          },
          { key: "country", name: t("column.country"), value: (row) => shown("country", row) },
          {
            key: "popularity",
            name: t("tune.popularity"),
            value: (row) => columns.popularity[row] ?? null,
            numeric: true,
          },
        ]}
      />
    </section>
  );
}
