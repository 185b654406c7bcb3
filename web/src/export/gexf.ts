// A graph as GEXF 1.3, for Gephi and others.

import type { EgoAnswer } from "../data/types";
import { escaped } from "./escaped";

export function gexf(answer: EgoAnswer): string {
  const nodes = answer.nodes.map(
    (node) =>
      `<node id="${escaped(node.id)}" label="${escaped(node.name)}"><attvalues><attvalue for="type" value="${escaped(node.type)}"/>` +
      `${node.year === null ? "" : `<attvalue for="year" value="${node.year}"/>`}</attvalues></node>`,
  );
  const edges = answer.edges.map(
    (edge, at) =>
      `<edge id="${at}" source="${escaped(edge.source)}" target="${escaped(edge.target)}" label="${escaped(edge.relation)}"` +
      ` weight="${edge.weight}"/>`,
  );
  return `<?xml version="1.0" encoding="UTF-8"?>
<gexf xmlns="http://gexf.net/1.3" version="1.3">
<meta><creator>Reelation</creator></meta>
<graph mode="static" defaultedgetype="undirected">
<attributes class="node"><attribute id="type" title="type" type="string"/><attribute id="year" title="year" type="integer"/></attributes>
<nodes>
${nodes.join("\n")}
</nodes>
<edges>
${edges.join("\n")}
</edges>
</graph>
</gexf>
`;
}
