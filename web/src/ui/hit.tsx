// One thing that a search found, and how it was found where that is not plain.

import type { SearchHit } from "../data/types";
import { say, t } from "../i18n";

export function HitLine({ hit }: { hit: SearchHit }) {
  const other = hit.matched && hit.matched !== hit.name ? hit.matched : hit.original_name;
  return (
    <span class="hit">
      <span class="hit-name">{hit.name}</span>
      {typeof hit.year === "number" && <span class="year">{hit.year}</span>}
      {other && other !== hit.name && <span class="hit-other">{other}</span>}
      <span class="hit-kind">
        {hit.type === "person"
          ? t("search.person")
          : hit.kind && hit.kind !== "film"
            ? say(`kind.${hit.kind}`, hit.kind)
            : ""}
        {hit.known_for?.length ? ` · ${hit.known_for.map((one) => one.name).join(", ")}` : ""}
        {["typo", "pinyin", "initials", "alias"].includes(hit.how) && <em>{say(`search.how.${hit.how}`, hit.how)}</em>}
      </span>
    </span>
  );
}
