// Which names fit without covering one another: the centre's first, then by weight.

import { useMemo } from "preact/hooks";
import type { Spot } from "./ego_layout";
import { Boxes } from "./labels";

export function useNarrowLabels(spots: Spot[], centre: string, small: boolean, scale: number): Set<string> {
  return useMemo(() => fitting(spots, centre, (small ? 24 : phone() ? 30 : 15) / scale), [spots, centre, small, scale]);
}

/** Ids of the nodes whose names fit at a height of letters. */
export function fitting(spots: Spot[], centre: string, height: number): Set<string> {
  const boxes = new Boxes();
  const order = [...spots].sort((one, two) => rank(two, centre) - rank(one, centre));
  const shown = new Set<string>();
  for (const spot of order) {
    const length = Math.min(spot.name.length, 28) + (spot.year === null ? 0 : 5);
    const width = length * height * 0.55;
    if (boxes.add(spot.x - width / 2, spot.y + spot.radius + 3, width, height * 1.15)) shown.add(spot.id);
  }
  return shown;
}

function rank(spot: Spot, centre: string): number {
  return spot.id === centre ? Number.MAX_VALUE : (spot.type === "title" ? 1000 : 0) + spot.weight;
}

/** On a phone the drawing is small, and its letters are set larger (styles/narrow.css). */
function phone(): boolean {
  return matchMedia("(max-width: 720px)").matches;
}
