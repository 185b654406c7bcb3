// What this browser's person has seen, in the order of time: marks made here, and what the service knows of them.

import { useMemo } from "preact/hooks";
import { answers, asking } from "./app";
import { marked, viewer } from "./marks";
import { useAnswer } from "./use_answer";

export interface Viewed {
  title_id: string;
  time: string;
}

const WATCHED = ["watch", "rating", "like", "dislike"];

export function useViewed(): Viewed[] {
  const known = answers().can("viewers") ? viewer.value : null;
  const kept = useAnswer(known, (signal) => answers().viewerData(known ?? "", asking(signal)));
  return useMemo(() => {
    const found = new Map<string, string>();
    for (const one of eventsOf(kept.value)) if (!found.has(one.title_id)) found.set(one.title_id, one.time);
    for (const [id, { marks }] of Object.entries(marked.value)) {
      const time = marks.seen ?? marks.like ?? marks.dislike;
      if (time) found.set(id, time);
    }
    return [...found]
      .map(([title_id, time]) => ({ title_id, time }))
      .sort((one, two) => (one.time < two.time ? -1 : 1));
  }, [kept.value, marked.value]);
}

/** The viewings in all that the service keeps of somebody. */
export function eventsOf(data: unknown): Viewed[] {
  const events = (data as { events?: unknown } | null)?.events;
  if (!Array.isArray(events)) return [];
  return events
    .filter((one) => typeof one?.title_id === "string" && WATCHED.includes(one.kind))
    .map((one) => ({ title_id: one.title_id as string, time: String(one.time ?? "") }));
}
