// Answers from the service, in the same place as the app.

import { readColumns } from "./columns";
import { credentials } from "./key";
import { ProblemError, parseProblem } from "./problem";
import type { Ask, DataSource } from "./source";
import type { EgoEdge, EgoNode, Title } from "./types";
import type { HistoryEvent, ImportJob } from "./viewer_types";
import { queryOf, type Wish } from "./wish";

const KEPT = 80;

type Query = Record<string, string | number | string[] | null | undefined>;

/** Answers are kept for as long as the page lives: going back shows at once what was there. */
export function httpSource(base = "/v1"): DataSource {
  const kept = new Map<string, Promise<unknown>>();

  function get<T>(path: string, query: Query, ask: Ask, keep = true): Promise<T> {
    const url = address(path, { ...query, lang: ask.lang });
    return keep ? keeping(url, () => request<T>(url)) : request<T>(url, { signal: ask.signal });
  }

  function keeping<T>(name: string, make: () => Promise<T>): Promise<T> {
    const before = kept.get(name);
    if (before) {
      kept.delete(name);
      kept.set(name, before);
      return before as Promise<T>;
    }
    const answer = make();
    kept.set(name, answer);
    answer.catch(() => kept.delete(name));
    const oldest = kept.size > KEPT ? kept.keys().next().value : undefined;
    if (oldest !== undefined) kept.delete(oldest);
    return answer;
  }

  function post<T>(path: string, body: unknown, ask?: Ask, method = "POST"): Promise<T> {
    const language: Record<string, string> = ask ? { "Accept-Language": ask.lang } : {};
    return request<T>(address(path, {}), {
      method,
      body: JSON.stringify(body),
      headers: { "Content-Type": "application/json", ...language },
      signal: ask?.signal,
    });
  }

  function address(path: string, query: Query): string {
    const search = new URLSearchParams();
    for (const [name, value] of Object.entries(query)) {
      if (value === null || value === undefined) continue;
      for (const one of Array.isArray(value) ? value : [value]) search.append(name, String(one));
    }
    const text = search.toString();
    return `${base}${path}${text ? `?${text}` : ""}`;
  }

  /** The list's answers change with what was seen. */
  function forget(): void {
    for (const url of kept.keys()) if (url.includes("exclude_seen") || url.includes("/viewers/")) kept.delete(url);
  }

  const one = encodeURIComponent;

  return {
    kind: "http",
    can: () => true,
    search: (query, count, ask) => get("/search", { q: query, count }, ask),
    random: async (count, minPopularity, seed, ask) => {
      const query = { count, min_popularity: minPopularity, seed };
      return (await get<{ titles: Title[] }>("/titles:random", query, ask, seed !== null)).titles;
    },
    title: (id, ask) => get(`/titles/${one(id)}`, {}, ask),
    related: (id, wish, ask) =>
      get(`/titles/${one(id)}/related`, { ...asked(wish), exclude_seen: seen(wish, ask), explain: "true" }, ask),
    byFiles: (files, weights, count, ask) => {
      const form = new FormData();
      for (const file of files) form.append("file", file, file.name);
      form.append("count", String(count));
      form.append("lang", ask.lang);
      if (weights) form.append("weights", weights);
      return request(address("/related:files", {}), { method: "POST", body: form, signal: ask.signal });
    },
    explain: (a, b, wish, depth, ask) => get("/explain", { a, b, weights: asked(wish).weights, depth }, ask),
    paths: (a, b, count, length, ask) => get("/paths", { a, b, count, length }, ask),
    groups: (level, ask) => get("/groups", { level }, ask),
    group: (group, count, ask) => get(`/groups/${group}`, { count }, ask),
    timeline: (thing, by, asOf, ask) => get("/timeline", { thing, by, as_of: asOf }, ask),
    trajectory: (id, dates, count, ask) => get(`/titles/${one(id)}/trajectory`, { dates, count }, ask),
    ego: async (id, count, ask) => {
      const { centre, nodes, edges } = await get<{ centre: EgoNode; nodes: EgoNode[]; edges: EgoEdge[] }>(
        `/graph/ego/${one(id)}`,
        { count },
        ask,
      );
      return { centre: centre.id, nodes, edges };
    },
    columns: async () => {
      const answer = await fetch(`${base}/map`, { headers: credentials() });
      if (!answer.ok) throw new ProblemError(parseProblem(answer.status, await answer.json().catch(() => null)));
      return readColumns(await answer.arrayBuffer());
    },
    labels: (ask) => get("/map/labels", {}, ask),
    card: (ask) => get("/atlas", {}, ask),
    recommend: (viewer, history, pull, ask) =>
      known(
        viewer,
        history,
        (id) => get(`/viewers/${one(id)}/recommendations`, { ...pull }, ask, false),
        () => post("/recommendations:session", { history, ...pull, lang: ask.lang }, ask),
      ),
    taste: (viewer, history, ask) =>
      known(
        viewer,
        history,
        (id) => get(`/viewers/${one(id)}/taste`, {}, ask, false),
        () => post("/taste:session", { history, lang: ask.lang }, ask),
      ),
    send: async (viewer, events) => {
      forget();
      await post("/events", { events: events.map((event) => ({ viewer_id: viewer, ...event })), overwrite: true });
    },
    withdraw: async (viewer, id, kind) => {
      forget();
      await post("/events", { viewer_id: viewer, title_id: id, kind }, undefined, "DELETE");
    },
    viewerData: (viewer) => request(`${base}/viewers/${one(viewer)}/data`),
    erase: async (viewer) => {
      forget();
      await request(`${base}/viewers/${one(viewer)}/data`, { method: "DELETE" });
    },
    create: (feature, body, ask) => {
      const name = `create|${feature}|${ask.lang}|${JSON.stringify(body)}`;
      return keeping(name, () => post(`/create/${feature}`, { ...body, lang: ask.lang }));
    },
    brief: async (feature, body, format, ask) => {
      const answer = await fetch(address(`/create/${feature}`, { format }), {
        method: "POST",
        body: JSON.stringify({ ...body, lang: ask.lang }),
        headers: { "Content-Type": "application/json", ...credentials() },
      });
      if (!answer.ok) throw new ProblemError(parseProblem(answer.status, await answer.json().catch(() => null)));
      return answer.blob();
    },
    startImport: (viewer, files, ask) => {
      const form = new FormData();
      form.append("viewer_id", viewer);
      for (const file of files) form.append("file", file, file.name);
      return request<ImportJob>(address("/imports", {}), {
        method: "POST",
        body: form,
        headers: { "Accept-Language": ask.lang },
      });
    },
    importJob: (id, ask) => get(`/imports/${one(id)}`, {}, ask, false),
    resolve: (job, entry, title, undo, ask) => {
      forget();
      return post(`/imports/${one(job)}/resolve`, { entry, title_id: title, undo, lang: ask.lang }, ask);
    },
  };
}

/** Of a viewer that the service knows; else, and where it knows nothing of them, of the history at hand. */
async function known<T>(
  viewer: string | null,
  history: HistoryEvent[],
  ofViewer: (id: string) => Promise<T>,
  ofHistory: () => Promise<T>,
): Promise<T> {
  if (viewer === null) return ofHistory();
  try {
    return await ofViewer(viewer);
  } catch (caught) {
    const unknown = caught instanceof ProblemError && caught.problem.status === 404;
    if (!unknown || !history.length) throw caught;
    return ofHistory();
  }
}

function asked(wish: Wish): Query {
  const { unseen: _, ...query } = queryOf(wish);
  return { ...query, count: String(wish.count) };
}

function seen(wish: Wish, ask: Ask): string | null {
  return wish.excludeSeen ? (ask.viewer ?? null) : null;
}

async function request<T>(url: string, options: RequestInit = {}): Promise<T> {
  const answer = await fetch(url, { ...options, headers: { ...credentials(), ...options.headers } });
  const text = await answer.text();
  let body: unknown = null;
  try {
    body = text ? JSON.parse(text) : null;
  } catch {
    body = null;
  }
  if (!answer.ok) throw new ProblemError(parseProblem(answer.status, body));
  return body as T;
}
