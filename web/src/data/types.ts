// The answers of the service, as docs/reference/json.md and docs/reference/http.md describe them.

export interface Title {
  title_id: string;
  name: string;
  original_name: string | null;
  year: number | null;
  end_year?: number | null;
  kind: string;
  runtime_min?: number | null;
  external_ids?: Record<string, string>;
}

export interface Envelope {
  recommendation_id?: string;
  atlas_version?: string;
  filtered?: number;
  fallback?: string | null;
  note?: string | null;
  next_cursor?: string | null;
}

export interface SearchHit {
  type: "title" | "person";
  id: string;
  name: string;
  /** Of titles only, like what follows. */
  year?: number | null;
  kind?: string;
  original_name?: string | null;
  matched: string;
  how: "exact" | "prefix" | "typo" | "alias" | "pinyin" | "initials" | "part";
  score: number;
  titles?: number;
  known_for?: { title_id: string; name: string; year: number | null }[];
}

export interface SearchAnswer extends Envelope {
  query: string;
  results: SearchHit[];
}

export interface Shared {
  node_id: string;
  name: string;
  type: string;
  roles_here: string[];
  roles_there: string[];
  titles: number;
  facet: string | null;
  share: number;
  used: boolean;
  drop: number | null;
}

export interface RelatedTitle extends Title {
  rank: number;
  score: number;
  facets: Record<string, number>;
  reason: string;
  shared: Shared[];
  alike?: Alike[];
  differs?: string | null;
}

/** What one trait of look or sound adds to a score. */
export interface Alike {
  facet: "look" | "sound";
  block: string;
  trait: string;
  part: number;
  figures: { name: string; here: number; there: number }[];
  words: string;
}

export interface RelatedAnswer extends Envelope {
  title: Title;
  metric: string;
  weights: Record<string, number>;
  candidates: number;
  related: RelatedTitle[];
}

/** The titles close to some files of one's own. */
export interface FilesAnswer extends RelatedAnswer {
  /** Facets of which nothing is known, guessed from the files. */
  guessed: string[];
  notes: string[];
}

export interface Credit {
  node_id: string;
  name: string;
  role: string;
}

/** How a title looks or sounds, by one kind of file. */
export interface Look {
  modality: "image" | "video" | "audio";
  facet: "look" | "sound";
  palette: { colour: string; share: number }[];
  figures: Record<string, number | null>;
  barcode: string[];
}

export interface TitleAnswer {
  title: Title & {
    plot?: string | null;
    credits?: Credit[];
    tags?: Record<string, { node_id: string; name: string }[]>;
    links?: unknown;
    aliases?: unknown[];
  };
  groups?: GroupOfTitle[] | { groups: GroupOfTitle[] } | null;
  position?: { x: number; y: number } | null;
  popularity?: number | null;
  looks?: Look[];
  figures?: { measure: string; value: number; unit: string; source: string }[];
}

export interface Difference {
  what: string;
  here: string[];
  there: string[];
  bits: number;
  sentence: string;
}

export interface PathPoint {
  type: string;
  id: string;
  name: string;
  year: number | null;
}

export interface PathFound {
  cost: number;
  points: PathPoint[];
  hops: { relations: string[]; forward: boolean }[];
  text: string;
}

export interface PathsAnswer extends Envelope {
  title_a: Title;
  title_b: Title;
  length: number;
  paths: PathFound[];
}

export interface Explanation {
  depth?: string;
  title_a: Title;
  title_b: Title;
  metric: string;
  score: number;
  reason: string;
  facets?: Record<string, number>;
  blocks?: { facet: string; block: string; part: number }[];
  learned?: number;
  shared?: Shared[];
  numbers?: { name: string; here: number; there: number; facet: string | null; drop: number | null }[];
  alike?: Alike[];
  differences?: Difference[];
  rank_of_a?: number;
  rank_of_b?: number;
  titles?: number;
  paths?: PathFound[];
}

export interface Term {
  term_id: string;
  type: string;
  name: string;
  share: number;
  lift: number;
}

export interface Group {
  group: number;
  level: number;
  name: string;
  terms: Term[];
  size: number;
  parent: number | null;
  typical: Title[];
  boundary?: (Title & { group: number; group_name: string })[];
}

export type GroupOfTitle = Group & { strength: number; other: number | null; other_name: string | null };

export interface GroupsAnswer extends Envelope {
  level: number;
  levels: number;
  quality: Record<string, number>;
  groups: Group[];
}

export interface GroupAnswer extends Envelope {
  group: Group;
  titles: Title[];
}

export interface EgoNode {
  id: string;
  type: string;
  name: string;
  year: number | null;
  weight: number;
}

export interface EgoEdge {
  source: string;
  target: string;
  relation: string;
  weight: number;
}

export interface EgoAnswer {
  centre: string;
  nodes: EgoNode[];
  edges: EgoEdge[];
}

export interface MapLabel {
  group: number;
  level: number;
  name: string;
  lines?: string[];
  x: number;
  y: number;
  size: number;
}

export interface MapLabels {
  /** By level, the coarsest first. */
  labels: MapLabel[][];
  /** What the codes of the map's columns mean, in the person's language. */
  kinds: string[];
  genres: string[];
  countries: string[];
}

export interface ModelCard {
  atlas_version: string;
  titles: number;
  width: number;
  seed: number;
  created: string;
  reelation: string;
  catalogue_hash: string;
  kinds: Record<string, number>;
  nodes: Record<string, number>;
  years: [number, number] | null;
  facets: { name: string; label?: string; weight: number }[];
  sources: { name: string; label: string; homepage: string | null; licence: string; licence_url: string | null }[];
  parts: string[];
  viewers: number;
  scores: Record<string, unknown>;
}
