// What is asked of each feature: from the address to what the service takes. Null: something is still missing.

import type { Feature } from "../data/create_types";

type Body = Record<string, unknown>;

/** What the sliders mean where they were not moved; the service's own. */
export const PLAIN = { mix: 0.5, likely: 0.3, complement: 0.2, variety: 0.4, popularity: 0.3, alternate: 0.5 };

export const BUDGETS = ["low", "mid", "high"];
export const KINDS = ["film", "series", "mini_series", "short"];
export const TRAITS = ["decade", "country", "director"];

export function asked(feature: Feature, query: URLSearchParams): Body | null {
  return ASKED[feature](query);
}

const ASKED: Record<Feature, (query: URLSearchParams) => Body | null> = {
  comps: (query) => {
    const found = project(query);
    if (!found) return null;
    return whole({ project: found, count: wholeNumber(query, "count", 1, 10), ...span(query) });
  },
  blend: (query) => {
    const [a, b] = [query.get("a"), query.get("b")];
    if (!a || !b) return null;
    return whole({ a, b, mix: share(query, "mix"), count: wholeNumber(query, "count", 1, 100) });
  },
  combine: (query) => {
    const [more, minus] = [query.getAll("plus"), query.getAll("minus")];
    const plus = [...query.getAll("a"), ...query.getAll("b"), ...more];
    if (!plus.length || !(more.length || minus.length)) return null;
    return whole({ plus, minus, count: wholeNumber(query, "count", 1, 100) });
  },
  gaps: (query) =>
    whole({
      with: words(query, "with"),
      by: words(query, "by"),
      count: wholeNumber(query, "count", 1, 100),
      rate: within(query, "rate", 0.001, 0.5),
      until: year(query, "until"),
    }),
  casting: (query) => {
    const like = query.getAll("like");
    const found = project(query);
    if (!like.length && !found) return null;
    return whole({
      role: query.get("role"),
      like,
      project: found,
      with: query.getAll("attached"),
      count: wholeNumber(query, "count", 1, 100),
      likely: share(query, "likely"),
      complement: share(query, "complement"),
    });
  },
  programme: (query) => {
    const themes = words(query, "theme");
    const seeds = query.getAll("seed");
    if (!themes.length && !seeds.length) return null;
    const limits = TRAITS.map((trait) => [trait, wholeNumber(query, `most_${trait}`, 1, 60)] as const);
    const at_most = Object.fromEntries(limits.filter(([, most]) => most !== null));
    return whole({
      themes,
      seeds,
      must: query.getAll("must"),
      count: wholeNumber(query, "count", 1, 60),
      at_most: Object.keys(at_most).length ? at_most : null,
      longest: wholeNumber(query, "longest", 1, 100_000),
      variety: share(query, "variety"),
      popularity: within(query, "popularity", -1, 1),
      alternate: share(query, "alternate"),
      ...span(query),
    });
  },
};

/** What is to be made; null where nothing is said that titles can be compared by. */
function project(query: URLSearchParams): Body | null {
  const text = query.get("text") ?? "";
  const genres = words(query, "genre");
  const people = query.getAll("person");
  if (!text && !genres.length && !people.length) return null;
  return whole({
    text,
    genres,
    people,
    tone: words(query, "tone"),
    territory: query.get("territory"),
    budget: BUDGETS.find((one) => one === query.get("budget")),
    year: year(query, "year"),
    kind: KINDS.find((one) => one === query.get("kind")),
  });
}

function span(query: URLSearchParams): Body {
  return { year_from: year(query, "since"), year_to: year(query, "until") };
}

/** "horror, slow-burning" as two, however the comma is written. */
export function words(query: URLSearchParams, name: string): string[] {
  return query
    .getAll(name)
    .flatMap((text) => text.split(/[,，、;；]/))
    .map((word) => word.trim())
    .filter(Boolean);
}

function whole(body: Body): Body {
  const empty = (value: unknown) => value === null || value === undefined || (Array.isArray(value) && !value.length);
  return Object.fromEntries(Object.entries(body).filter(([, value]) => !empty(value)));
}

export function share(query: URLSearchParams, name: string): number | null {
  return within(query, name, 0, 1);
}

export function within(query: URLSearchParams, name: string, low: number, high: number): number | null {
  const text = query.get(name);
  const value = Number(text);
  return text && Number.isFinite(value) ? Math.min(high, Math.max(low, value)) : null;
}

function wholeNumber(query: URLSearchParams, name: string, low: number, high: number): number | null {
  const value = within(query, name, low, high);
  return value === null ? null : Math.round(value);
}

function year(query: URLSearchParams, name: string): number | null {
  const value = Number(query.get(name));
  return Number.isInteger(value) && value >= 1870 && value <= 2100 ? value : null;
}
