// One way from a title to another: points, and between them what joins them.

import type { PathFound, PathPoint } from "../data/types";
import { say } from "../i18n";
import { tagName } from "../i18n/tags";
import { to } from "../router";
import { Link } from "./link";
import { Shape } from "./shape";

export function PathLine({ path }: { path: PathFound }) {
  return (
    <ol class="path-line">
      {path.points.map((point, at) => (
        <li key={point.id}>
          {at > 0 && <span class="hop">{relationWords(path.hops[at - 1]?.relations ?? [])}</span>}
          <Stop point={point} />
        </li>
      ))}
    </ol>
  );
}

function Stop({ point }: { point: PathPoint }) {
  const target = point.type === "title" ? to("title", point.id) : to("timeline", "", { thing: point.id });
  return (
    <Link class={`stop stop-${point.type === "title" ? "title" : "node"}`} to={target}>
      <Shape of={point.type} />
      {tagName(point)}
      {point.year !== null && <span class="year">{point.year}</span>}
    </Link>
  );
}

/** "director, writer", as the person's language says it. */
export function relationWords(relations: string[]): string {
  return relations.map((one) => say(`role.${one}`, say(`type.${one}`, say(`relation.${one}`, one)))).join(", ");
}
