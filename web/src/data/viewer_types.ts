// What the service says of a viewer: taste, recommendations, imports, events; see docs/reference/http.md.

import type { Envelope, Title } from "./types";

export interface Leaning {
  node_id: string;
  name: string;
  type: string;
  roles?: string[];
  titles: number;
  seen: number;
  share: number;
  average: number;
  lift: number;
  low: number;
  high: number;
  signature: string | null;
  liking: { difference: number; low: number; high: number; judged: number; stands_out: boolean } | null;
}

export interface Aspect {
  titles: number;
  topics: number;
  items: Leaning[];
  less: Leaning[];
}

export interface Taste extends Envelope {
  name: string;
  titles: number;
  judged: number;
  mean_stars: number | null;
  average: string;
  average_of: number;
  summary: string[];
  aspects: Record<string, Aspect>;
  groups: { group: number; name: string; seen: number; share: number; average: number; low: number; high: number }[];
  crowd: {
    viewers: number;
    shared: number;
    above: CrowdTitle[];
    below: CrowdTitle[];
    contrarian: number | null;
    more_contrarian_than: number | null;
    known: number | null;
  } | null;
  blind_spots: {
    compared_with: string;
    titles: (Title & { neighbours: number; of: number; close_to: Title | null; why: string })[];
    topics: Leaning[];
  } | null;
  drift: Drift | null;
  missing: Record<string, string>;
}

export type CrowdTitle = Title & { stars: number; others: number; difference: number; raters: number };

export interface Drift {
  titles: number;
  periods: { label: string; titles: number; moved: number | null }[];
  trends: {
    node_id?: string;
    name: string;
    type?: string;
    aspect: string;
    shares: (number | null)[];
    low: number[];
    high: number[];
    z: number;
    direction: string;
  }[];
  moved: number;
  p_value: number | null;
  certain: boolean;
}

export interface Because {
  title_id: string;
  name: string;
  year: number | null;
  part: number;
  verdict: number;
}

export interface Recommended extends Title {
  rank: number;
  score: number;
  because: Because[];
  fame: number;
  newness: number;
  reason: string;
}

export interface RecommendedAnswer extends Envelope {
  viewers: string[];
  candidates: number;
  recommended: Recommended[];
}

export interface Candidate {
  title_id: string;
  label: string;
  kind: string;
}

export interface QueueItem {
  entry: string;
  mention: string;
  times?: number;
  outcome: string;
  how?: string;
  title: Candidate | null;
  because?: string;
  candidates: Candidate[];
}

export interface ImportReport {
  entries: number;
  counts: Record<string, number>;
  readings?: { path: string; format: string; files: Record<string, Record<string, number>> }[];
  skipped?: Record<string, number>;
  set_aside?: { file: string; line: number | null; reason: string }[];
  notes?: Record<string, unknown>[];
  unread?: { path: string; why: string }[];
  items: QueueItem[];
}

/** All that the service keeps of somebody. */
export interface ViewerData {
  events: { title_id: string; kind: EventKind; value: number | null; time: number | null; origin?: string }[];
}

export interface ImportJob {
  import_id: string;
  state: "queued" | "running" | "done" | "failed";
  progress: number;
  report: ImportReport | null;
  problem?: string | null;
}

export type EventKind = "like" | "dislike" | "watch" | "rating" | "watchlist" | "hide";

export interface HistoryEvent {
  title_id: string;
  kind: EventKind;
  /** Stars, of ratings only. */
  value?: number;
  /** Seconds since 1970. */
  time?: number;
}
