// Colours that people with any colour vision tell apart (Okabe & Ito 2008), each with a shape of its own.

import type { Outline } from "./outline";

export const OKABE_ITO = {
  orange: "#e69f00",
  sky: "#56b4e9",
  green: "#009e73",
  yellow: "#f0e442",
  blue: "#0072b2",
  vermilion: "#d55e00",
  purple: "#cc79a7",
  grey: "#8c8780",
} as const;

export interface Style {
  colour: string;
  shape: Outline;
  /** Of edges: lengths of dashes and gaps, "" for a whole line. */
  dash: string;
}

const C = OKABE_ITO;
const OTHER: Style = { colour: C.grey, shape: "hexagon", dash: "1 4" };

/** Facets, types of nodes, and what joins a title to them. */
const STYLES: Record<string, Style> = {
  people: { colour: C.blue, shape: "triangle", dash: "" },
  story: { colour: C.vermilion, shape: "square", dash: "7 3" },
  audience: { colour: C.green, shape: "star", dash: "2 3" },
  context: { colour: C.purple, shape: "diamond", dash: "9 3 2 3" },
  words: { colour: C.orange, shape: "cross", dash: "4 4" },
  look: { colour: C.sky, shape: "hexagon", dash: "1 3" },
  sound: { colour: C.yellow, shape: "star", dash: "3 2 1 2" },
  title: { colour: C.sky, shape: "circle", dash: "" },
};

const FACET_OF: Record<string, string> = {
  person: "people",
  actor: "people",
  director: "people",
  writer: "people",
  creator: "people",
  composer: "people",
  producer: "people",
  cinematographer: "people",
  editor: "people",
  production_designer: "people",
  self: "people",
  genre: "story",
  keyword: "story",
  subject: "story",
  trope: "story",
  based_on: "story",
  liked: "audience",
  viewer: "audience",
  company: "context",
  country: "context",
  language: "context",
  place: "context",
  certificate: "context",
  franchise: "context",
  network: "context",
  award: "context",
  decade: "context",
  word: "words",
  related: "title",
};

/** How a facet, a type of node or a relation is drawn. */
export function styleOf(name: string): Style {
  return STYLES[name] ?? STYLES[FACET_OF[name] ?? ""] ?? OTHER;
}

/** Categories of the map, in order: seven colours, and shapes that go round at another pace. */
export const CATEGORIES: string[] = [C.blue, C.orange, C.green, C.vermilion, C.purple, C.sky, C.yellow];
