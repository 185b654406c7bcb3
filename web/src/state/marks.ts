// What somebody marked: seen, liked, hidden, on the watchlist, pinned. Kept here, and told to the service, if there is
// one, under an id made in this browser. Pins stay here.

import { computed } from "@preact/signals";
import type { EventKind, HistoryEvent } from "../data/viewer_types";
import { source } from "./app";
import { forgetAll, kept } from "./kept";

export type Mark = "seen" | "like" | "dislike" | "watchlist" | "hide" | "pin";

export interface Marked {
  name: string;
  year: number | null;
  /** Mark -> when it was set, in seconds since 1970. */
  marks: Partial<Record<Mark, number>>;
}

const EVENT: Record<Exclude<Mark, "pin">, EventKind> = {
  seen: "watch",
  like: "like",
  dislike: "dislike",
  watchlist: "watchlist",
  hide: "hide",
};
const AGAINST: Partial<Record<Mark, Mark>> = { like: "dislike", dislike: "like" };

export const marked = kept<Record<string, Marked>>("marks", {}, isMarked);
const viewerKept = kept<string>("viewer", "", (value): value is string => /^(web-[0-9a-f]{16})?$/.test(String(value)));

/** The id under which the service knows this browser, where it knows it. */
export const viewer = computed(() => viewerKept.value || null);

export const pins = computed(() => withMark(marked.value, "pin"));

export const history = computed<HistoryEvent[]>(() =>
  Object.entries(marked.value).flatMap(([title_id, one]) =>
    (Object.keys(EVENT) as (keyof typeof EVENT)[])
      .filter((mark) => one.marks[mark])
      .map((mark) => ({ title_id, kind: EVENT[mark], time: one.marks[mark] })),
  ),
);

export function has(id: string, mark: Mark): boolean {
  return marked.value[id]?.marks[mark] !== undefined;
}

/** The viewer's id, made now where there is none. */
export function ensureViewer(): string {
  if (!viewerKept.value) {
    const bytes = crypto.getRandomValues(new Uint8Array(8));
    viewerKept.value = `web-${[...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("")}`;
  }
  return viewerKept.value;
}

/** Sets or takes away a mark; whether it is set now. */
export async function toggle(
  title: { title_id: string; name: string; year: number | null },
  mark: Mark,
): Promise<boolean> {
  const now = Math.floor(Date.now() / 1000);
  const before = marked.value[title.title_id]?.marks ?? {};
  const after = { ...before };
  const set = before[mark] === undefined;
  const other = AGAINST[mark];
  if (set) after[mark] = now;
  else delete after[mark];
  if (set && other) delete after[other];
  const { [title.title_id]: _, ...rest } = marked.value;
  marked.value = Object.keys(after).length
    ? { ...rest, [title.title_id]: { name: title.name, year: title.year, marks: after } }
    : rest;
  if (mark !== "pin" && source.value?.can("viewers")) {
    if (set && other && before[other] && other !== "pin") {
      await source.value.withdraw(ensureViewer(), title.title_id, EVENT[other as keyof typeof EVENT]);
    }
    if (set) await source.value.send(ensureViewer(), [{ title_id: title.title_id, kind: EVENT[mark], time: now }]);
    else await source.value.withdraw(ensureViewer(), title.title_id, EVENT[mark]);
  }
  return set;
}

/** Erases everything about this viewer, here and at the service. */
export async function eraseViewer(): Promise<void> {
  if (viewerKept.value && source.value?.can("viewers")) await source.value.erase(viewerKept.value);
  marked.value = {};
  viewerKept.value = "";
  forgetAll();
}

function withMark(all: Record<string, Marked>, mark: Mark): { title_id: string; name: string; year: number | null }[] {
  return Object.entries(all)
    .filter(([, one]) => one.marks[mark])
    .sort(([, one], [, two]) => (one.marks[mark] ?? 0) - (two.marks[mark] ?? 0))
    .map(([title_id, one]) => ({ title_id, name: one.name, year: one.year }));
}

function isMarked(value: unknown): value is Record<string, Marked> {
  return (
    typeof value === "object" &&
    value !== null &&
    Object.values(value).every((one) => typeof one?.name === "string" && typeof one?.marks === "object")
  );
}
