// What a line drawn by hand encloses.

import { type Bounds, boundsOf } from "./camera";

export type Outline = [number, number][];

/** Whether a point is inside, by the even-odd rule. */
export function inside(outline: Outline, x: number, y: number): boolean {
  let found = false;
  for (let at = 0, before = outline.length - 1; at < outline.length; before = at, at += 1) {
    const [ax, ay] = outline[at] as [number, number];
    const [bx, by] = outline[before] as [number, number];
    if (ay > y !== by > y && x < ((bx - ax) * (y - ay)) / (by - ay) + ax) found = !found;
  }
  return found;
}

export function around(outline: Outline): Bounds {
  return boundsOf(
    outline.map(([x]) => x),
    outline.map(([, y]) => y),
  );
}
