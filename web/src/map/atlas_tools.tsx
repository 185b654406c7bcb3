// What can be done with the map of all titles: find one, encircle some, show one's own way, take it away.

import type { RefObject } from "preact";
import type { Columns } from "../data/columns";
import { csv } from "../export/csv";
import { mapSvg } from "../export/map_svg";
import { save } from "../export/save";
import { t } from "../i18n";
import { amend, route } from "../router";
import { Icon } from "../ui/icon";
import { Menu } from "../ui/menu";
import { SearchBox } from "../ui/search_box";
import { shareLink } from "../ui/share";
import type { AtlasView } from "./atlas_view";
import type { Coloured } from "./colouring";

interface Props {
  view: RefObject<AtlasView | null>;
  columns: Columns;
  coloured: Coloured;
  rows: number[];
  lassoing: boolean;
  canDraw: boolean;
  onLasso: () => void;
}

export function AtlasTools({ view, columns, coloured, rows, lassoing, canDraw, onLasso }: Props) {
  const { query } = route.value;
  const pressed = (name: string) => query.get(name) === "1";
  const flip = (name: string) => amend({ [name]: pressed(name) ? null : "1" });
  const paper = () => getComputedStyle(document.documentElement).getPropertyValue("--paper").trim();
  async function png(): Promise<void> {
    const blob = await view.current?.picture(paper());
    if (blob) save("reelation-map.png", blob);
  }
  function table(): void {
    const header = ["title_id", "name", "year", "x", "y"];
    const cells = rows.map((row) => [
      columns.id(row),
      columns.name(row),
      columns.year[row],
      columns.x[row],
      columns.y[row],
    ]);
    save("reelation-map.csv", csv(header, cells), "text/csv;charset=utf-8");
  }
  return (
    <section class="atlas-tools" aria-label={t("map.tools")}>
      <SearchBox
        label={t("map.find")}
        types="title"
        onPick={(hit) => {
          amend({ id: hit.id });
          const row = columns.row(hit.id);
          if (row >= 0) view.current?.goTo(row);
        }}
      />
      <div class="tool-line">
        <button type="button" class="button small" aria-pressed={lassoing} disabled={!canDraw} onClick={onLasso}>
          <Icon name="lasso" />
          {t("map.lasso")}
        </button>
        <button type="button" class="button small" aria-pressed={pressed("table")} onClick={() => flip("table")}>
          <Icon name="table" />
          {t("map.table")}
        </button>
        <button
          type="button"
          class="button small"
          aria-pressed={pressed("way")}
          disabled={!canDraw}
          onClick={() => flip("way")}
        >
          {t("map.way")}
        </button>
        <button
          type="button"
          class="button small"
          aria-pressed={pressed("footprint")}
          disabled={!canDraw}
          onClick={() => flip("footprint")}
        >
          {t("map.footprint")}
        </button>
        <Menu
          label={t("export")}
          icon="share"
          choices={[
            { name: t("export.link"), act: () => void shareLink() },
            { name: t("export.png"), act: () => void png() },
            {
              name: t("export.svg"),
              act: () =>
                view.current &&
                save("reelation-map.svg", mapSvg(columns, coloured, view.current, paper()), "image/svg+xml"),
            },
            { name: t("export.csv"), act: table },
          ]}
        />
      </div>
    </section>
  );
}
