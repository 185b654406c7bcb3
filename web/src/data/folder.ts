// Answers from a folder of files: lists were written beforehand, the rest is worked out here.

import { type Columns, readColumns } from "./columns";
import { edit, fold } from "./fold";
import { cannot, ProblemError } from "./problem";
import type { Ask, DataSource } from "./source";
import type {
  EgoEdge,
  EgoNode,
  Explanation,
  GroupAnswer,
  GroupsAnswer,
  MapLabels,
  ModelCard,
  RelatedAnswer,
  RelatedTitle,
  SearchHit,
  Title,
  TitleAnswer,
} from "./types";
import type { HistoryEvent, Recommended } from "./viewer_types";
import type { Wish } from "./wish";

interface Index {
  titles: number;
  lists: number;
  shard: number;
  shards: number[];
}

interface Written {
  details: TitleAnswer;
  related: RelatedAnswer;
  ego: { centre: EgoNode; nodes: EgoNode[]; edges: EgoEdge[] };
}

export function folderSource(base = "./data"): DataSource {
  const kept = new Map<string, Promise<unknown>>();

  function once<T>(name: string, make: () => Promise<T>): Promise<T> {
    let found = kept.get(name) as Promise<T> | undefined;
    if (!found) {
      found = make();
      kept.set(name, found);
      found.catch(() => kept.delete(name));
    }
    return found;
  }

  const file = <T>(path: string): Promise<T> => once(path, () => fetched<T>(`${base}/${path}`));
  const told = <T>(path: string, ask: Ask): Promise<T> => file<T>(`${ask.lang}/${path}.json.gz`);
  const columns = (): Promise<Columns> =>
    once("map.bin", async () => readColumns(await (await got(`${base}/map.bin`)).arrayBuffer()));
  const names = (): Promise<string[]> =>
    once("names", async () => {
      const all = await columns();
      return Array.from({ length: all.titles }, (_, row) => fold(all.name(row)));
    });

  async function written(id: string, ask: Ask): Promise<Written> {
    const [index, all] = await Promise.all([file<Index>("index.json"), columns()]);
    const row = all.row(id);
    const shard = Math.floor(row / index.shard);
    const found =
      row >= 0 && index.shards.includes(shard) ? await told<Record<string, Written>>(`titles/${shard}`, ask) : {};
    const here = found[id];
    if (here) return here;
    if (row >= 0) throw cannot("");
    throw new ProblemError({
      type: "/problems/title-not-found",
      title: "",
      status: 404,
      detail: "",
      suggestions: [],
      candidates: [],
    });
  }

  const titleOf = (all: Columns, row: number): Title => ({
    title_id: all.id(row),
    name: all.name(row),
    original_name: null,
    year: all.year[row] || null,
    kind: all.values.kind?.[all.kind[row] as number] ?? "unknown",
  });

  return {
    kind: "folder",
    can: () => false,
    search: async (query, count) => {
      const [all, folded] = await Promise.all([columns(), names()]);
      return { query, results: searched(query, count, all, folded, titleOf) };
    },
    random: async (count, minPopularity, seed) => {
      const [index, all] = await Promise.all([file<Index>("index.json"), columns()]);
      const rows = [...all.popularity.keys()].filter(
        (row) =>
          (all.popularity[row] as number) >= minPopularity && index.shards.includes(Math.floor(row / index.shard)),
      );
      const from = seed === null ? Math.floor(Math.random() * rows.length) : (seed * 7919) % Math.max(rows.length, 1);
      return Array.from({ length: Math.min(count, rows.length) }, (_, at) =>
        titleOf(all, rows[(from + at * 104729) % rows.length] as number),
      );
    },
    title: async (id, ask) => (await written(id, ask)).details,
    related: async (id, wish, ask) => reranked((await written(id, ask)).related, wish),
    byFiles: async () => Promise.reject(cannot("")),
    explain: async (a, b, wish, depth, ask) => {
      const list = reranked((await written(a, ask)).related, { ...wish, count: 100 });
      const found = list.related.find((one) => one.title_id === b);
      if (!found || depth === "paths") throw cannot("");
      return explained(list.title, found, depth);
    },
    paths: async () => Promise.reject(cannot("")),
    groups: (level, ask) => told<GroupsAnswer>(`groups/level${level}`, ask),
    group: (group, _count, ask) => told<GroupAnswer>(`groups/${group}`, ask),
    timeline: async () => Promise.reject(cannot("")),
    trajectory: async () => Promise.reject(cannot("")),
    ego: async (id, count, ask) => {
      const { centre, nodes, edges } = (await written(id, ask)).ego;
      const shown = nodes.slice(0, count);
      const ids = new Set(shown.map((node) => node.id));
      return {
        centre: centre.id,
        nodes: shown,
        edges: edges.filter((edge) => ids.has(edge.source) && ids.has(edge.target)),
      };
    },
    columns,
    labels: (ask) => told<MapLabels>("labels", ask),
    card: (ask) => told<ModelCard>("card", ask),
    recommend: async (_viewer, history, pull, ask) => {
      const lists = await Promise.all(
        history.filter(speaks).map((event) =>
          written(event.title_id, ask).then(
            ({ related }) => related,
            () => null,
          ),
        ),
      );
      const found = combined(
        lists.filter((list) => list !== null),
        history,
      );
      return { viewers: [], candidates: found.length, recommended: found.slice(0, pull.count) };
    },
    taste: async () => Promise.reject(cannot("")),
    send: async () => undefined,
    withdraw: async () => undefined,
    viewerData: async () => ({ events: [] }),
    erase: async () => undefined,
    create: async () => Promise.reject(cannot("")),
    brief: async () => Promise.reject(cannot("")),
    startImport: async () => Promise.reject(cannot("")),
    importJob: async () => Promise.reject(cannot("")),
    resolve: async () => Promise.reject(cannot("")),
  };
}

/** The kept candidates by the weights of a wish: a score is the sum of its facets, so this is exact among them. */
export function reranked(answer: RelatedAnswer, wish: Wish): RelatedAnswer {
  const weight = (facet: string) => wish.weights[facet] ?? 1;
  const passed = answer.related.filter(({ year, kind }) => {
    const last = Math.min(wish.yearTo ?? 9999, wish.asOf ?? 9999);
    return (
      (year ?? 0) >= (wish.yearFrom ?? 0) && (year ?? 0) <= last && (!wish.kinds.length || wish.kinds.includes(kind))
    );
  });
  const weighed = passed.map((item) => {
    const facets = Object.fromEntries(Object.entries(item.facets).map(([name, part]) => [name, part * weight(name)]));
    const alike = item.alike?.map((one) => ({ ...one, part: one.part * weight(one.facet) }));
    return { ...item, facets, alike, score: Object.values(facets).reduce((sum, part) => sum + part, 0) };
  });
  weighed.sort((one, two) => two.score - one.score || one.rank - two.rank);
  const related = weighed.slice(0, wish.count).map((item, at) => ({ ...item, rank: at + 1 }));
  return { ...answer, weights: { ...answer.weights, ...wish.weights }, related, filtered: 0, note: null };
}

function explained(title: Title, found: RelatedTitle, depth: string): Explanation {
  const whole: Explanation = {
    depth,
    title_a: title,
    title_b: found,
    metric: "dot",
    score: found.score,
    reason: found.reason,
  };
  return depth === "sentence" ? whole : { ...whole, facets: found.facets, shared: found.shared, alike: found.alike };
}

function speaks(event: HistoryEvent): boolean {
  return event.kind === "like" || event.kind === "watch" || event.kind === "watchlist";
}

/** What is close to several own titles, by the sum of how close. */
export function combined(lists: RelatedAnswer[], history: HistoryEvent[]): Recommended[] {
  const own = new Set(history.map((event) => event.title_id));
  const found = new Map<string, Recommended>();
  for (const { title, related } of lists) {
    for (const item of related) {
      if (own.has(item.title_id)) continue;
      const before = found.get(item.title_id) ?? { ...item, score: 0, because: [], fame: 0, newness: 0 };
      before.score += item.score;
      before.because.push({
        title_id: title.title_id,
        name: title.name,
        year: title.year,
        part: item.score,
        verdict: 1,
      });
      found.set(item.title_id, before);
    }
  }
  const all = [...found.values()].sort((one, two) => two.score - one.score);
  return all.map((item, at) => ({ ...item, rank: at + 1 }));
}

function searched(
  query: string,
  count: number,
  all: Columns,
  folded: string[],
  titleOf: (all: Columns, row: number) => Title,
): SearchHit[] {
  const asked = fold(query);
  if (!asked) return [];
  const scored: [number, number, SearchHit["how"]][] = [];
  folded.forEach((name, row) => {
    const fame = 0.05 * (all.popularity[row] ?? 0);
    if (name === asked) scored.push([row, 1 + fame, "exact"]);
    else if (name.startsWith(asked)) scored.push([row, 0.8 + fame, "prefix"]);
    else if (name.includes(` ${asked}`)) scored.push([row, 0.6 + fame, "part"]);
    else if (asked.length > 3 && Math.abs(name.length - asked.length) < 3) {
      const apart = edit(name, asked, 2);
      if (apart <= (asked.length > 7 ? 2 : 1) || (apart === 2 && name[0] === asked[0])) {
        scored.push([row, 0.5 - 0.1 * apart + fame, "typo"]);
      }
    }
  });
  scored.sort(([one, a], [two, b]) => b - a || one - two);
  return scored.slice(0, count).map(([row, score, how]) => {
    const title = titleOf(all, row);
    return {
      type: "title",
      id: title.title_id,
      name: title.name,
      year: title.year,
      kind: title.kind,
      matched: title.name,
      how,
      score,
    };
  });
}

async function got(path: string): Promise<Response> {
  const answer = await fetch(path);
  if (!answer.ok) throw cannot("");
  return answer;
}

/** A file of JSON, gzipped or not, also where the server unpacks it by itself. */
async function fetched<T>(path: string): Promise<T> {
  const bytes = new Uint8Array(await (await got(path)).arrayBuffer());
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return JSON.parse(new TextDecoder().decode(bytes)) as T;
  const unpacked = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  return (await new Response(unpacked).json()) as T;
}
