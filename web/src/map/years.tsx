// The years that are shown: two ends of a span, and a button that lets the years go by.

import { t } from "../i18n";
import { amend } from "../router";
import { Play } from "../ui/play";

const PACE = 140;

export function Years({ span, from, until }: { span: [number, number]; from: number; until: number }) {
  const [first, last] = span;
  const set = (low: number, high: number) =>
    amend({ from: low === first ? null : low, until: high === last ? null : high });
  return (
    <fieldset class="years">
      <legend class="hidden">{t("map.years")}</legend>
      <Play at={until} first={Math.max(first, from)} last={last} pace={PACE} onStep={(year) => set(from, year)} />
      <label>
        <span>{t("map.from", { year: from })}</span>
        <input
          type="range"
          min={first}
          max={last}
          value={from}
          onInput={(event) => set(Math.min(Number(event.currentTarget.value), until), until)}
        />
      </label>
      <label>
        <span>{t("map.until", { year: until })}</span>
        <input
          type="range"
          min={first}
          max={last}
          value={until}
          onInput={(event) => set(from, Math.max(Number(event.currentTarget.value), from))}
        />
      </label>
    </fieldset>
  );
}
