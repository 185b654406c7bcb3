// What colours, shapes and dashes around a title mean: only what is there.

import type { EgoAnswer } from "../data/types";
import { say, t } from "../i18n";
import { styleOf } from "../ui/palette";
import { Shape } from "../ui/shape";

export function EgoLegend({ answer, edges = false }: { answer: EgoAnswer; edges?: boolean }) {
  const types = [...new Set(answer.nodes.map((node) => node.type))];
  const relations = [...new Set(answer.edges.map((edge) => edge.relation))];
  return (
    <ul class="legend-line" aria-label={t("map.legend")}>
      {types.map((type) => (
        <li key={type}>
          <Shape of={type} /> {say(`type.${type}`, type)}
        </li>
      ))}
      {edges &&
        relations.map((relation) => (
          <li key={relation}>
            <svg class="shape" viewBox="0 0 26 8" width="26" height="8" aria-hidden="true">
              <line
                x1="0"
                y1="4"
                x2="26"
                y2="4"
                stroke={styleOf(relation).colour}
                stroke-width="2.5"
                stroke-dasharray={styleOf(relation).dash}
              />
            </svg>{" "}
            {say(`role.${relation}`, say(`type.${relation}`, say(`relation.${relation}`, relation)))}
          </li>
        ))}
    </ul>
  );
}
