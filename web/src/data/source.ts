// Where answers come from: a service, or a folder that `reelation map --out FOLDER` wrote.

import type { Columns } from "./columns";
import type { BriefFormat, CreateAnswers, Feature } from "./create_types";
import type { Timeline, Trajectory } from "./time_types";
import type {
  EgoAnswer,
  Explanation,
  FilesAnswer,
  GroupAnswer,
  GroupsAnswer,
  MapLabels,
  ModelCard,
  PathsAnswer,
  RelatedAnswer,
  SearchAnswer,
  Title,
  TitleAnswer,
} from "./types";
import type { HistoryEvent, ImportJob, RecommendedAnswer, Taste, ViewerData } from "./viewer_types";
import type { Wish } from "./wish";

export type Depth = "sentence" | "evidence" | "paths";

/** What only a service can do. */
export type Ability =
  | "viewers"
  | "imports"
  | "paths"
  | "timeline"
  | "trajectory"
  | "files"
  | "evidence"
  | "filters"
  | "create";

/** All answers come in the language of `lang`; all may throw a ProblemError. */
export interface DataSource {
  readonly kind: "http" | "folder";
  can(ability: Ability): boolean;
  search(query: string, count: number, ask: Ask): Promise<SearchAnswer>;
  random(count: number, minPopularity: number, seed: number | null, ask: Ask): Promise<Title[]>;
  title(id: string, ask: Ask): Promise<TitleAnswer>;
  related(id: string, wish: Wish, ask: Ask): Promise<RelatedAnswer>;
  byFiles(files: File[], weights: string | null, count: number, ask: Ask): Promise<FilesAnswer>;
  explain(a: string, b: string, wish: Wish, depth: Depth, ask: Ask): Promise<Explanation>;
  paths(a: string, b: string, count: number, length: number, ask: Ask): Promise<PathsAnswer>;
  groups(level: number, ask: Ask): Promise<GroupsAnswer>;
  group(group: number, count: number, ask: Ask): Promise<GroupAnswer>;
  timeline(thing: string, by: string | null, asOf: number | null, ask: Ask): Promise<Timeline>;
  trajectory(id: string, dates: number, count: number, ask: Ask): Promise<Trajectory>;
  ego(id: string, count: number, ask: Ask): Promise<EgoAnswer>;
  columns(ask: Ask): Promise<Columns>;
  labels(ask: Ask): Promise<MapLabels>;
  card(ask: Ask): Promise<ModelCard>;
  recommend(viewer: string | null, history: HistoryEvent[], wish: Pull, ask: Ask): Promise<RecommendedAnswer>;
  taste(viewer: string | null, history: HistoryEvent[], ask: Ask): Promise<Taste>;
  send(viewer: string, events: HistoryEvent[]): Promise<void>;
  withdraw(viewer: string, id: string, kind: string): Promise<void>;
  viewerData(viewer: string): Promise<ViewerData>;
  erase(viewer: string): Promise<void>;
  /** `body` as the service takes it; see create/asked.ts. */
  create<F extends Feature>(feature: F, body: object, ask: Ask): Promise<CreateAnswers[F]>;
  /** The same answer as a document. */
  brief(feature: Feature, body: object, format: BriefFormat, ask: Ask): Promise<Blob>;
  startImport(viewer: string, files: File[], ask: Ask): Promise<ImportJob>;
  importJob(id: string, ask: Ask): Promise<ImportJob>;
  resolve(job: string, entry: string, title: string | null, undo: boolean, ask: Ask): Promise<ImportJob>;
}

/** How something is asked. */
export interface Ask {
  lang: string;
  signal?: AbortSignal;
  /** The viewer whose seen titles are left out, where the wish says so. */
  viewer?: string | null;
}

/** How a list of recommendations is to be. */
export interface Pull {
  count: number;
  popularity: number;
  diversity: number;
  novelty: number;
}
