// What genres, countries and languages are called: the message files of the Python package, so that both say the same.

import en from "../../../src/reelation/messages/en/tags.json";
import zh from "../../../src/reelation/messages/zh/tags.json";
import { language } from "./index";

const TAGS: Record<string, Record<string, string>> = { en, zh };

/** A tag as the person's language names it; its own name where that is not known. */
export function tagName(tag: { type: string; name: string }): string {
  const known = TAGS[language.value] ?? {};
  return known[`${tag.type}.${tag.name}`] ?? known[`${tag.type}.${tag.name.toLowerCase()}`] ?? tag.name;
}
