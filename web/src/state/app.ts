// What all screens share: the source of answers, what was said last, and who listens to the keys.

import { signal } from "@preact/signals";
import type { Ask, DataSource } from "../data/source";
import { language } from "../i18n";

export const source = signal<DataSource | null>(null);

/** A short message that is shown for a moment and read out. */
export const notice = signal<{ text: string; bad: boolean; at: number } | null>(null);

export const helpOpen = signal(false);

export function announce(text: string, bad = false): void {
  notice.value = { text, bad, at: Date.now() };
}

/** The source; screens are only shown when there is one. */
export function answers(): DataSource {
  if (source.value === null) throw new Error("no source of answers yet");
  return source.value;
}

export function asking(signal?: AbortSignal, viewer: string | null = null): Ask {
  return { lang: language.value, signal, viewer };
}
