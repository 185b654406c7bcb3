// A reason in words, cut into chips, each with the facet that it speaks of where that can be told.

import { t } from "../i18n";
import type { Alike, Shared } from "./types";

export interface Chip {
  text: string;
  facet: string | null;
}

/** The parts of a reason; `shared` and `alike` tell which facet a part speaks of, `translated` what tags are called. */
export function chipsOf(
  reason: string,
  shared: Shared[],
  translated = (one: Shared) => one.name,
  alike: Alike[] = [],
): Chip[] {
  return reason
    .split(/\s*[;；]\s*/)
    .filter((text) => text !== "")
    .map((text) => ({ text, facet: ofViewers(text) ?? looksAlike(text, alike) ?? facetOf(text, shared, translated) }));
}

function ofViewers(text: string): string | null {
  return text === t("related.same_viewers") ? "audience" : null;
}

function looksAlike(text: string, alike: Alike[]): string | null {
  return alike.find((one) => text.includes(one.words))?.facet ?? null;
}

function facetOf(text: string, shared: Shared[], translated: (one: Shared) => string): string | null {
  const folded = text.toLowerCase();
  const named = shared.filter(
    (one) => one.facet && [one.name, translated(one)].some((name) => folded.includes(name.toLowerCase())),
  );
  // Short names ("R") are found in anything: the longest name that fits is the one that is meant.
  named.sort((one, two) => two.name.length - one.name.length);
  return named[0]?.facet ?? null;
}
