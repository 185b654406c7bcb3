// What is said of a title beside its name.

import type { Title } from "../data/types";
import { say, t } from "../i18n";

/** "2010–2014" of series, "1979" of films, "" where it is not known. */
export function years(title: Title): string {
  if (title.year === null) return "";
  return title.end_year && title.end_year !== title.year ? `${title.year}–${title.end_year}` : String(title.year);
}

/** "series · 2 h 17 min"; a film's kind goes without saying. */
export function kindAndRuntime(title: Title, always = false): string {
  const parts = [];
  if (always || (title.kind !== "film" && title.kind !== "unknown")) parts.push(say(`kind.${title.kind}`, title.kind));
  if (title.runtime_min) parts.push(runtime(title.runtime_min));
  return parts.join(" · ");
}

export function runtime(minutes: number): string {
  const whole = Math.round(minutes);
  return whole < 60
    ? t("runtime.minutes", { minutes: whole })
    : t("runtime.hours", { hours: Math.floor(whole / 60), minutes: whole % 60 });
}

/** "Alien (1979)". */
export function named(title: { name: string; year: number | null }): string {
  return title.year === null ? title.name : `${title.name} (${title.year})`;
}

/** The last day of a year is its year. */
export function shortly(date: string): string {
  return date.endsWith("-12-31") ? date.slice(0, 4) : date;
}
