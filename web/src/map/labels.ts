// Names on the map: of groups by zoom, of the best-known titles when one is close; none covers another.

import type { Columns } from "../data/columns";
import type { MapLabel, MapLabels } from "../data/types";
import { type Camera, type Size, toScreen } from "./camera";

export interface Placed {
  lines: string[];
  x: number;
  y: number;
  /** Height of a letter in pixels. */
  height: number;
  strong: boolean;
}

/** From which zoom on, relative to seeing all, the names of a level are shown, and until which. */
const LEVELS: [number, number][] = [
  [0, 3.2],
  [1.7, 9],
  [6, 60],
];
const MOST = 24;

/** The labels of every level in one list. */
export function labelsOf(answer: MapLabels): MapLabel[] {
  return answer.labels.flat();
}

/** What the codes of a column are called, by the value that the column's header gives for them. */
export function translations(answer: MapLabels, columns: Columns): (column: string, value: string) => string {
  const called: Record<string, string[]> = { kind: answer.kinds, genre: answer.genres, country: answer.countries };
  const names = new Map<string, string>();
  for (const [column, words] of Object.entries(called)) {
    columns.values[column]?.forEach((value, code) => {
      names.set(`${column}|${value}`, words[code] ?? value);
    });
  }
  return (column, value) => names.get(`${column}|${value}`) ?? value;
}

export function groupNames(answer: MapLabels): Map<number, string> {
  return new Map(labelsOf(answer).map((label) => [label.group, label.name]));
}

/** The labels that fit at a zoom, largest first. */
export function placeGroups(labels: MapLabel[], camera: Camera, size: Size, zoom: number, taken: Boxes): Placed[] {
  const shown = labels.filter((label) => {
    const [from, until] = LEVELS[Math.min(label.level, LEVELS.length) - 1] ?? [0, 1];
    return zoom >= from && zoom < until;
  });
  shown.sort((one, two) => one.level - two.level || two.size - one.size);
  const placed: Placed[] = [];
  for (const label of shown) {
    if (placed.length >= MOST) break;
    const [x, y] = toScreen(camera, size, label.x, label.y);
    if (x < 0 || y < 0 || x > size.width || y > size.height) continue;
    const lines = label.lines?.length ? label.lines : inLines(label.name);
    const height = label.level === 1 ? 15 : label.level === 2 ? 13 : 12;
    const wide = widest(lines) * height * 0.6;
    if (taken.add(x - wide / 2, y - (lines.length * height) / 2, wide, lines.length * height * 1.25)) {
      placed.push({ lines, x, y, height, strong: label.level === 1 });
    }
  }
  return placed;
}

/** "Horror · action · United States" in lines of up to two parts. */
export function inLines(name: string): string[] {
  const parts = name.split(" · ");
  const lines: string[] = [];
  for (let at = 0; at < parts.length; at += 2) lines.push(parts.slice(at, at + 2).join(" · "));
  return lines;
}

/** Boxes on the screen that do not overlap. */
export class Boxes {
  private readonly taken: [number, number, number, number][] = [];

  /** Takes a box, unless another covers part of it. */
  add(x: number, y: number, width: number, height: number): boolean {
    for (const [ax, ay, aw, ah] of this.taken) {
      if (x < ax + aw && ax < x + width && y < ay + ah && ay < y + height) return false;
    }
    this.taken.push([x, y, width, height]);
    return true;
  }
}

function widest(lines: string[]): number {
  // A Chinese letter is about as wide as two Latin ones.
  return Math.max(...lines.map((line) => [...line].reduce((sum, letter) => sum + (letter > "\u2e80" ? 1.7 : 1), 0)));
}
