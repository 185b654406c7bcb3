// Where a title's neighbourhood stood on one date after another, on the map of now: the middle of its closest titles.

export type Place = [number, number];

export interface Track {
  /** One a date; null where none of the closest titles is on the map. */
  places: (Place | null)[];
  /** What the dates are called. */
  names: string[];
}

/** The middle of some titles: the median along both axes, so that one far off does not pull it away. */
export function middle(rows: number[], x: ArrayLike<number>, y: ArrayLike<number>): Place | null {
  if (!rows.length) return null;
  return [median(rows.map((row) => x[row] as number)), median(rows.map((row) => y[row] as number))];
}

/** The point `at` of the way through the dates: 1.5 is half-way from the second to the third. */
export function along({ places }: Track, at: number): Place | null {
  const from = places[Math.floor(at)] ?? null;
  const until = places[Math.ceil(at)] ?? null;
  if (!from || !until) return from ?? until;
  const share = at - Math.floor(at);
  return [from[0] + (until[0] - from[0]) * share, from[1] + (until[1] - from[1]) * share];
}

function median(values: number[]): number {
  const sorted = values.slice().sort((one, two) => one - two);
  const half = sorted.length >> 1;
  return sorted.length % 2 ? (sorted[half] as number) : ((sorted[half - 1] as number) + (sorted[half] as number)) / 2;
}
