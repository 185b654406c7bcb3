// Taking a related list away: a table, or a link to it.

import type { RelatedTitle } from "../data/types";
import { csv } from "../export/csv";
import { save } from "../export/save";
import { t } from "../i18n";
import { Menu } from "./menu";
import { shareLink } from "./share";

export function ListExport({ name, items, facets }: { name: string; items: RelatedTitle[]; facets: string[] }) {
  const header = ["rank", "title_id", "name", "year", "kind", "score", ...facets, "reason", "differs"];
  const rows = items.map((item) => [
    item.rank,
    item.title_id,
    item.name,
    item.year,
    item.kind,
    item.score,
    ...facets.map((facet) => item.facets[facet]),
    item.reason,
    item.differs,
  ]);
  return (
    <Menu
      label={t("export")}
      icon="share"
      choices={[
        { name: t("export.link"), act: () => void shareLink() },
        { name: t("export.csv"), act: () => save(`related-${name}.csv`, csv(header, rows), "text/csv;charset=utf-8") },
      ]}
    />
  );
}
