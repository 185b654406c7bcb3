// What somebody asks of a list: sliders and filters, to and from the URL.

export interface Wish {
  weights: Record<string, number>;
  popularity: number;
  diversity: number;
  kinds: string[];
  genres: string[];
  country: string;
  language: string;
  yearFrom: number | null;
  yearTo: number | null;
  asOf: number | null;
  minRelevance: number;
  excludeSeen: boolean;
  count: number;
}

export const PLAIN: Wish = {
  weights: {},
  popularity: 0,
  diversity: 0,
  kinds: [],
  genres: [],
  country: "",
  language: "",
  yearFrom: null,
  yearTo: null,
  asOf: null,
  minRelevance: 0,
  excludeSeen: false,
  count: 20,
};

/** Reads a wish from a URL's query; what is not understood is as if it were not there. */
export function wishOf(query: URLSearchParams): Wish {
  const weights: Record<string, number> = {};
  for (const part of (query.get("weights") ?? "").split(",")) {
    const [name, value] = part.split("=");
    const weight = Number(value);
    if (name && value && Number.isFinite(weight) && weight >= 0) weights[name] = Math.min(weight, 4);
  }
  return {
    weights,
    popularity: within(query.get("popularity"), -1, 1, 0),
    diversity: within(query.get("diversity"), 0, 1, 0),
    kinds: query.getAll("kind"),
    genres: query.getAll("genre"),
    country: query.get("country") ?? "",
    language: query.get("language") ?? "",
    yearFrom: year(query.get("year_from")),
    yearTo: year(query.get("year_to")),
    asOf: year(query.get("as_of")),
    minRelevance: within(query.get("min_relevance"), 0, 1, 0),
    excludeSeen: query.get("unseen") === "1",
    count: Math.round(within(query.get("count"), 1, 100, PLAIN.count)),
  };
}

/** The query of a wish: only what differs from a plain one, in a fixed order. */
export function queryOf(wish: Wish): Record<string, string | string[] | null> {
  const weights = Object.entries(wish.weights)
    .filter(([, weight]) => weight !== 1)
    .sort(([one], [two]) => (one < two ? -1 : 1))
    .map(([name, weight]) => `${name}=${weight}`)
    .join(",");
  return {
    weights: weights || null,
    popularity: number(wish.popularity, 0),
    diversity: number(wish.diversity, 0),
    kind: wish.kinds.length ? wish.kinds : null,
    genre: wish.genres.length ? wish.genres : null,
    country: wish.country || null,
    language: wish.language || null,
    year_from: number(wish.yearFrom),
    year_to: number(wish.yearTo),
    as_of: number(wish.asOf),
    min_relevance: number(wish.minRelevance, 0),
    unseen: wish.excludeSeen ? "1" : null,
    count: number(wish.count, PLAIN.count),
  };
}

/** How many things of a wish are not plain. */
export function changes(wish: Wish): number {
  const query = queryOf({ ...wish, count: PLAIN.count });
  return Object.values(query).filter((value) => value !== null).length;
}

function within(text: string | null, low: number, high: number, otherwise: number): number {
  const value = Number(text);
  return text === null || text === "" || !Number.isFinite(value) ? otherwise : Math.min(high, Math.max(low, value));
}

function year(text: string | null): number | null {
  const value = Number(text);
  return text && Number.isInteger(value) && value >= 1870 && value <= 2200 ? value : null;
}

function number(value: number | null, plain: number | null = null): string | null {
  return value === null || value === plain ? null : String(value);
}
