// What genres, countries and languages are called: the message files of the Python package, so that both say the same.

import en from "../../../src/reelation/messages/en/tags.json";
import zh from "../../../src/reelation/messages/zh/tags.json";
import { language, t } from "./index";

const TAGS: Record<string, Record<string, string>> = { en, zh };

/** A tag as the person's language names it; its own name where that is not known. */
export function tagName(tag: { type: string; name: string }): string {
  const years = tag.type === "decade" && /^(\d{4})s$/.exec(tag.name);
  if (years) return t("map.decade", { decade: years[1] as string });
  const known = TAGS[language.value] ?? {};
  return known[`${tag.type}.${tag.name}`] ?? known[`${tag.type}.${tag.name.toLowerCase()}`] ?? tag.name;
}
