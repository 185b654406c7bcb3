// What this browser's person has seen, in the order of time: marks made here, and what the service knows of them.

import { useMemo } from "preact/hooks";
import type { ViewerData } from "../data/viewer_types";
import { answers } from "./app";
import { marked, viewer } from "./marks";
import { useAnswer } from "./use_answer";

export interface Viewed {
  title_id: string;
  /** Seconds since 1970, 0 where it is not known. */
  time: number;
}

const WATCHED = ["watch", "rating", "like", "dislike"];

export function useViewed(): Viewed[] {
  const known = answers().can("viewers") ? viewer.value : null;
  const kept = useAnswer(known, () => answers().viewerData(known ?? ""));
  return useMemo(() => {
    const found = new Map<string, number>();
    for (const one of eventsOf(kept.value)) if (!found.has(one.title_id)) found.set(one.title_id, one.time);
    for (const [id, { marks }] of Object.entries(marked.value)) {
      const time = marks.seen ?? marks.like ?? marks.dislike;
      if (time) found.set(id, time);
    }
    return [...found].map(([title_id, time]) => ({ title_id, time })).sort((one, two) => one.time - two.time);
  }, [kept.value, marked.value]);
}

/** The viewings in all that the service keeps of somebody. */
export function eventsOf(data: ViewerData | null): Viewed[] {
  return (data?.events ?? [])
    .filter((one) => WATCHED.includes(one.kind))
    .map(({ title_id, time }) => ({ title_id, time: time ?? 0 }));
}
