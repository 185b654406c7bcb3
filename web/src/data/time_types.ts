// Answers about time: a thing over the years, what is expected of it, and how a title's neighbourhood moved.

import type { Envelope, Title } from "./types";

export interface TimelineYear {
  year: number;
  titles: number;
  of: number;
  share: number;
  smooth: number;
  low: number;
  high: number;
}

export interface Timeline extends Envelope {
  node_id: string;
  name: string;
  type: string;
  titles: number;
  unknown_years: number;
  first_year: number | null;
  last_year: number | null;
  summary: string[];
  trend: string | null;
  p_value: number | null;
  peak: { year: number; share: number; low: number; high: number } | null;
  turning_points: { year: number; before: number; after: number; p_value: number }[];
  career: {
    works: (Title & { roles: string[] })[];
    active: Record<string, [number, number]>;
  } | null;
  movement: Movement | null;
  outlook: Outlook | null;
  years: TimelineYear[];
}

/** How the centre of a thing's titles moved, window by window of years. */
export interface Movement {
  windows: { first: number; last: number; titles: number; step: number; chance: number }[];
  moved: boolean;
  /** How alike they were to something at first and at last, -1 to 1. */
  neighbours: { node_id: string; name: string; type: string; first: number; last: number; direction: string }[];
  /** What its titles fall into, and the share of each, window by window. */
  branches: { names: string[]; shares: number[] }[];
  split: boolean;
  merged: boolean;
  /** Titles that stood where the centre came only later. */
  early: { title: Title; ahead: number; reached: { first: number; last: number } }[];
}

/** What the next years are expected to bring. */
export interface Outlook {
  since: number;
  /** How likely a year is to be inside its interval. */
  level: number;
  years: { year: number; share: number; low: number; high: number }[];
  checked: { first: number; last: number; forecasts: number; coverage: number } | null;
}

/** A title's closest titles as of one date after another. */
export interface Trajectory extends Envelope {
  title: Title;
  summary: string[];
  steady: Title[];
  snapshots: Snapshot[];
}

export interface Snapshot {
  date: string;
  /** Titles known then. */
  titles: number;
  closest: Title[];
  came: Title[];
  went: Title[];
}
