// The answers of the service's creative aid, as docs/reference/json.md describes them.

import type { Shared, Title } from "./types";

export type Feature = "comps" | "blend" | "combine" | "gaps" | "casting" | "programme";
export type BriefFormat = "markdown" | "html" | "csv" | "pdf";

export interface Figure {
  measure: string;
  value: number;
  unit: string;
  source: string;
}

/** A figure of one's own beside those of titles of the same years and genres. */
export interface Outcome {
  fared: "hit" | "middle" | "miss";
  measure: string;
  value: number;
  share: number;
  peers: number;
}

export interface Comparable extends Title {
  rank: number;
  score: number;
  shared: Shared[];
  plot_share: number | null;
  reason: string;
  differs: string[];
  figures: Figure[];
  outcome: Outcome | null;
}

export interface Source {
  name: string;
  label?: string;
  homepage?: string | null;
  licence?: string;
}

export interface CompsAnswer {
  tonal: Comparable[];
  market: Comparable[];
  tonal_misses: Comparable[];
  market_misses: Comparable[];
  mentions: { kind: string; text: string }[];
  text_read: boolean;
  candidates: number;
  cautions: { code: string; text: string }[];
  sources: Source[];
}

/** What one parent has to do with a title. */
export interface Element {
  parent: Title;
  amount: number;
  score: number;
  share: number;
  facets: Record<string, number>;
  shared: Shared[];
}

export interface Blended extends Title {
  rank: number;
  score: number;
  elements: Element[];
  sentence: string | null;
}

export interface BlendAnswer {
  parents: Title[];
  amounts: number[];
  candidates: number;
  both: number;
  blend: Blended[];
}

export interface Topic {
  node_id: string;
  name: string;
  type: string;
  titles: number;
}

export interface Gap {
  one: Topic;
  two: Topic;
  seen: number;
  expected: number;
  lately: number;
  ratio: number;
  low: number;
  high: number;
  off: number;
  q_value: number;
  quadrant: "thin_wanted" | "thin_unwanted" | "thin_unclear" | "hatched";
  coverage: { share: number; lately: number; type: string; poor: boolean };
  interest: {
    titles: number;
    renown: number;
    usual: number;
    low: number;
    high: number;
    stars: number | null;
    called: "high" | "low" | "unclear";
  } | null;
  titles: Title[];
  near: Title[];
  sentence: string;
}

export interface GapsAnswer {
  titles: number;
  undated: number;
  first: number;
  until: number;
  types: string[];
  topics: number;
  tested: number;
  called: number;
  rate: number;
  gaps: Gap[];
}

export interface Person {
  node_id: string;
  name: string;
}

export interface Candidate extends Person {
  rank: number;
  score: number;
  closeness: number;
  closest: (Title & { closeness: number })[];
  availability: {
    titles: number;
    first_year: number | null;
    last_year: number | null;
    titles_lately: number | null;
    titles_per_year: number | null;
    gap_years: number | null;
    died: number | null;
  };
  together: (Person & { titles: number; first_year: number | null; last_year: number | null; examples: Title[] })[];
  likely: (Person & { chance: number; between: Person[] })[];
  brings: Topic[];
  complement: number | null;
  circle: number;
  new_to_attached: number | null;
  sentences: string[];
}

export interface CastingAnswer {
  role: string;
  like: Title[];
  attached: Person[];
  people: number;
  candidates: number;
  dead: number;
  last_year: number | null;
  notes: string[];
  items: Candidate[];
}

export interface Slot extends Title {
  place: number;
  directors: string[];
  countries: string[];
  genres: string[];
  closeness: number;
  must: boolean;
  in_theme: boolean;
  length_assumed: boolean;
  note: string;
  next: { relatedness: number; other_decade: boolean; other_country: boolean; text: string } | null;
}

export interface ProgrammeAnswer {
  themes: { node_id: string; name: string }[];
  seeds: Title[];
  titles: Slot[];
  coverage: Record<string, { values: number; most: number; unknown: number; there_are: number }>;
  minutes: number;
  unknown_length: number;
  in_theme: number;
  left_out: Record<string, number>;
  pool: number;
  gap: number;
  relatedness: number | null;
  order_exact: boolean;
}

export interface CreateAnswers {
  comps: CompsAnswer;
  blend: BlendAnswer;
  combine: BlendAnswer;
  gaps: GapsAnswer;
  casting: CastingAnswer;
  programme: ProgrammeAnswer;
}
