// What the colours of the map mean: every title is in one category, a category is a colour and a shape.

import type { Columns } from "../data/columns";
import type { Outline } from "../ui/outline";
import { CATEGORIES, OKABE_ITO } from "../ui/palette";

export type Colouring = "group" | "genre" | "decade" | "country" | "kind" | "mine";
export const COLOURINGS: Colouring[] = ["group", "genre", "decade", "country", "kind", "mine"];

export interface Category {
  /** What it is called, as a value of the column; "" for all others. */
  name: string;
  colour: string;
  shape: Outline;
  count: number;
}

export interface Coloured {
  categories: Category[];
  /** A title's category. */
  of: Uint8Array;
}

/** Shapes in the order in which the points' program numbers them. */
export const SHAPES: Outline[] = ["circle", "square", "triangle", "diamond", "cross"];
/** From old to new; lightness rises, so that it reads without colour, too. */
const SEQUENCE = ["#3b1f6b", "#2b4b9b", "#1d7fa8", "#1aa58a", "#6cbf4b", "#c9c12f", "#f2a33a"];
const OLDEST = 1950;
const NONE = 255;

/** Categories by how many titles they have, at most seven, then all others in grey. */
export function byCodes(codes: ArrayLike<number>, names: (code: number) => string, none: number): Coloured {
  const counts = new Map<number, number>();
  for (let row = 0; row < codes.length; row += 1) {
    const code = codes[row] as number;
    if (code !== none) counts.set(code, (counts.get(code) ?? 0) + 1);
  }
  const kept = [...counts].sort(([one, a], [two, b]) => b - a || one - two).slice(0, CATEGORIES.length);
  const place = new Map(kept.map(([code], at) => [code, at]));
  const of = new Uint8Array(codes.length);
  for (let row = 0; row < codes.length; row += 1) of[row] = place.get(codes[row] as number) ?? kept.length;
  const categories = kept.map(([code, count], at) => category(names(code), CATEGORIES[at] as string, at, count));
  const others = codes.length - kept.reduce((sum, [, count]) => sum + count, 0);
  return { categories: [...categories, category("", OKABE_ITO.grey, 0, others)], of };
}

/** Decades from the fifties on, what is older together, and those without a year in grey. */
export function byDecade(years: ArrayLike<number>): Coloured {
  const last = SEQUENCE.length;
  const of = new Uint8Array(years.length);
  const counts = new Array<number>(last + 1).fill(0);
  for (let row = 0; row < years.length; row += 1) {
    const year = years[row] as number;
    const at = year <= 0 ? last : Math.min(last - 1, Math.max(0, Math.floor((year - OLDEST) / 10) + 1));
    of[row] = at;
    counts[at]! += 1;
  }
  const categories = SEQUENCE.map((colour, at) =>
    category(at === 0 ? `-${OLDEST}` : String(OLDEST + 10 * (at - 1)), colour, at, counts[at] as number),
  );
  return { categories: [...categories, category("", OKABE_ITO.grey, 0, counts[last] as number)], of };
}

/** Own marks: `rows` of each mark; a later mark wins. */
export function byMarks(count: number, marks: [string, number[]][]): Coloured {
  const of = new Uint8Array(count).fill(marks.length);
  marks.forEach(([, rows], at) => {
    for (const row of rows) if (row >= 0) of[row] = at;
  });
  const counts = new Array<number>(marks.length + 1).fill(0);
  for (const at of of) counts[at]! += 1;
  const categories = marks.map(([name], at) => category(name, CATEGORIES[at] as string, at, counts[at] as number));
  return { categories: [...categories, category("", OKABE_ITO.grey, 0, counts[marks.length] as number)], of };
}

/** Categories of a column of the map. */
export function colouredBy(
  what: Exclude<Colouring, "mine">,
  columns: Columns,
  groupNames: Map<number, string>,
): Coloured {
  if (what === "decade") return byDecade(columns.year);
  if (what === "group") {
    const level = columns.groups[0] ?? new Int32Array(columns.titles).fill(-1);
    return byCodes(level, (code) => groupNames.get(code) ?? String(code), -1);
  }
  return byCodes(columns[what], (code) => columns.values[what]?.[code] ?? "", NONE);
}

function category(name: string, colour: string, at: number, count: number): Category {
  return { name, colour, shape: SHAPES[at % SHAPES.length] as Outline, count };
}
