// Where the nodes around a title stand: rings first, then forces, always the same for the same graph.

import Graph from "graphology";
import forceAtlas2 from "graphology-layout-forceatlas2";
import type { EgoAnswer, EgoEdge, EgoNode } from "../data/types";

export interface Spot extends EgoNode {
  x: number;
  y: number;
  radius: number;
  relations: string[];
}

export interface EgoLayout {
  graph: Graph;
  spots: Spot[];
  edges: EgoEdge[];
}

export const WIDTH = 1000;
export const HEIGHT = 800;
const STEPS = 220;
const GAP = 6;

/** The graph around a title, laid out inside WIDTH × HEIGHT with the title in the middle. */
export function layoutEgo(answer: EgoAnswer): EgoLayout {
  const graph = graphOf(answer);
  const heaviest = Math.max(
    ...answer.nodes.filter((node) => node.id !== answer.centre).map((node) => node.weight),
    1e-9,
  );
  const types = [...new Set(answer.nodes.map((node) => node.type))];
  answer.nodes.forEach((node, at) => {
    const turn = (2 * Math.PI * at) / answer.nodes.length + types.indexOf(node.type);
    const ring = node.id === answer.centre ? 0 : node.type === "title" ? 1 : 0.6;
    graph.mergeNodeAttributes(node.id, { x: ring * Math.cos(turn), y: ring * Math.sin(turn), size: 1 });
  });
  if (graph.order > 2) {
    forceAtlas2.assign(graph, {
      iterations: STEPS,
      settings: { gravity: 0.6, scalingRatio: 3, slowDown: 4, linLogMode: false, edgeWeightInfluence: 0.6 },
    });
  }
  const spots = answer.nodes.map((node) => ({
    ...node,
    ...(graph.getNodeAttributes(node.id) as { x: number; y: number }),
    radius: node.id === answer.centre ? 17 : node.type === "title" ? 7 + 6 * (node.weight / heaviest) : 7,
    relations: relationsOf(answer, node.id),
  }));
  frame(spots, answer.centre);
  spread(spots, answer.centre);
  return { graph, spots, edges: answer.edges };
}

function graphOf(answer: EgoAnswer): Graph {
  const graph = new Graph({ type: "undirected", multi: true });
  for (const node of answer.nodes) graph.mergeNode(node.id, { label: node.name, type: node.type, year: node.year });
  for (const { source, target, relation, weight } of answer.edges) {
    if (graph.hasNode(source) && graph.hasNode(target)) graph.addEdge(source, target, { relation, weight });
  }
  return graph;
}

function relationsOf(answer: EgoAnswer, id: string): string[] {
  const touching = answer.edges.filter((edge) => edge.source === id || edge.target === id);
  return [...new Set(touching.map((edge) => edge.relation))];
}

/** Scales to the page, each axis on its own side of the centre, so that the title is in the middle. */
function frame(spots: Spot[], centre: string): void {
  const middle = spots.find((spot) => spot.id === centre) ?? { x: 0, y: 0 };
  const { x: cx, y: cy } = middle;
  const across = Math.max(...spots.map((spot) => Math.abs(spot.x - cx)), 1e-9);
  const down = Math.max(...spots.map((spot) => Math.abs(spot.y - cy)), 1e-9);
  for (const spot of spots) {
    spot.x = WIDTH / 2 + (0.88 * (spot.x - cx) * WIDTH) / 2 / across;
    spot.y = HEIGHT / 2 + (0.86 * (spot.y - cy) * HEIGHT) / 2 / down;
  }
}

/** Pushes overlapping nodes apart, leaving room for names below them; the centre stays. */
function spread(spots: Spot[], centre: string): void {
  for (let round = 0; round < 60; round += 1) {
    let moved = false;
    for (let one = 0; one < spots.length; one += 1) {
      for (let two = one + 1; two < spots.length; two += 1) {
        const a = spots[one] as Spot;
        const b = spots[two] as Spot;
        const dx = b.x - a.x || 0.01 * (two - one);
        const dy = (b.y - a.y || 0.01) * 1.7; // names lie flat: neighbours above and below need more room
        const wanted = a.radius + b.radius + GAP + 30;
        const apart = Math.hypot(dx, dy);
        if (apart >= wanted) continue;
        moved = true;
        const push = (wanted - apart) / apart / 2;
        if (a.id !== centre) {
          a.x -= dx * push;
          a.y -= (dy * push) / 1.7;
        }
        if (b.id !== centre) {
          b.x += dx * push;
          b.y += (dy * push) / 1.7;
        }
      }
    }
    if (!moved) break;
  }
  for (const spot of spots) {
    spot.x = Math.min(WIDTH - 30, Math.max(30, spot.x));
    spot.y = Math.min(HEIGHT - 34, Math.max(24, spot.y));
  }
}
