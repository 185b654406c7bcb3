// What is said of a gap beside its numbers.

import type { Gap } from "../data/create_types";
import { percent } from "../i18n";
import { tagName } from "../i18n/tags";

export function gapName(gap: Gap): string {
  return `${tagName(gap.one)} × ${tagName(gap.two)}`;
}

/** How much better known the titles near it are than usual, in points of 100. */
export function demand(one: Gap): number | null {
  return one.interest ? one.interest.renown - one.interest.usual : null;
}

export function signed(value: number): string {
  return `${value > 0 ? "+" : ""}${percent(value)}`.replace("-", "−");
}
