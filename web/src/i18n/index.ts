// All that the app says. English and Chinese stand in one message file each; a missing key does not compile.

import { computed, effect } from "@preact/signals";
import { kept, oneOf } from "../state/kept";
import en from "./en.json";
import zh from "./zh.json";

export type Language = "en" | "zh";
export type Key = keyof typeof en;
type Counted = Key extends infer K ? (K extends `${infer Base}.other` ? Base : never) : never;
type Values = Record<string, string | number>;

const MESSAGES: Record<Language, Record<Key, string>> = { en, zh };

/** What the person chose; "" where the browser's own language counts. */
const chosen = kept<Language | "">("language", "", oneOf<Language | "">("en", "zh", ""));

export const language = computed<Language>(() => chosen.value || browserLanguage());

export function setLanguage(next: Language): void {
  chosen.value = next;
}

/** Keeps the document's language in step. */
export function startLanguage(): void {
  effect(() => {
    document.documentElement.lang = language.value === "zh" ? "zh-Hans" : "en";
  });
}

/** The message of a key in the person's language; `{name}` is filled in. */
export function t(key: Key, values: Values = {}): string {
  return fill(MESSAGES[language.value][key], values);
}

/** A message with a count: "1 title", "2 titles". */
export function n(key: Counted, count: number, values: Values = {}): string {
  const form = language.value === "en" && count === 1 ? "one" : "other";
  return t(`${key}.${form}` as Key, { count: number(count), ...values });
}

/** The message of a key made at run time, or `otherwise` where there is none. */
export function say(key: string, otherwise: string): string {
  return (MESSAGES[language.value] as Record<string, string>)[key] ?? otherwise;
}

export function number(value: number, digits = 0): string {
  return new Intl.NumberFormat(language.value, { maximumFractionDigits: digits }).format(value);
}

/** A number with always as many digits, to stand in a column. */
export function fixed(value: number, digits: number): string {
  const format = { minimumFractionDigits: digits, maximumFractionDigits: digits };
  return new Intl.NumberFormat(language.value, format).format(value);
}

export function percent(value: number, digits = 0): string {
  return new Intl.NumberFormat(language.value, { style: "percent", maximumFractionDigits: digits }).format(value);
}

/** "A, B and C", as the language writes it. */
export function list(items: string[]): string {
  return new Intl.ListFormat(language.value, { type: "conjunction" }).format(items);
}

export function fill(text: string, values: Values): string {
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));
}

function browserLanguage(): Language {
  return (globalThis.navigator?.language ?? "en").toLowerCase().startsWith("zh") ? "zh" : "en";
}
