// Which names fit without covering one another: the centre's first, then by weight.

import { useMemo } from "preact/hooks";
import { narrow } from "../state/narrow";
import { type Spot, WIDTH } from "./ego_layout";
import { Boxes } from "./labels";

/** Between a name and the edge of the drawing. */
const EDGE = 6;

/** For the nodes whose names are shown: how far to the right of the node a name's middle stands. */
export function useNarrowLabels(spots: Spot[], centre: string, small: boolean, scale: number): Map<string, number> {
  const height = (small ? 24 : narrow.value ? 30 : 15) / scale; // on a phone letters are larger: styles/narrow.css
  return useMemo(() => fitting(spots, centre, height), [spots, centre, height]);
}

/** Nodes whose names fit at a height of letters; names at the edge move in. */
export function fitting(spots: Spot[], centre: string, height: number): Map<string, number> {
  const boxes = new Boxes();
  const order = [...spots].sort((one, two) => rank(two, centre) - rank(one, centre));
  const shown = new Map<string, number>();
  for (const spot of order) {
    const length = Math.min(spot.name.length, 28) + (spot.year === null ? 0 : 5);
    const width = length * height * 0.55;
    const left = Math.max(EDGE, Math.min(spot.x - width / 2, WIDTH - EDGE - width));
    if (boxes.add(left, spot.y + spot.radius + 3, width, height * 1.15)) shown.set(spot.id, left + width / 2 - spot.x);
  }
  return shown;
}

function rank(spot: Spot, centre: string): number {
  return spot.id === centre ? Number.MAX_VALUE : (spot.type === "title" ? 1000 : 0) + spot.weight;
}
