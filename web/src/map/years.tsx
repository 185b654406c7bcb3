// The years that are shown: two ends of a span, and a button that lets the years go by.

import { useEffect, useRef, useState } from "preact/hooks";
import { t } from "../i18n";
import { amend } from "../router";
import { Icon } from "../ui/icon";

const PACE = 140;

export function Years({ span, from, until }: { span: [number, number]; from: number; until: number }) {
  const [first, last] = span;
  const [playing, setPlaying] = useState(false);
  const at = useRef(until);
  at.current = until;
  const set = (low: number, high: number) =>
    amend({ from: low === first ? null : low, until: high === last ? null : high });
  useEffect(() => {
    if (!playing) return;
    if (at.current >= last) set(from, Math.max(first, from));
    const timer = setInterval(() => {
      if (at.current >= last) setPlaying(false);
      else set(from, at.current + 1);
    }, PACE);
    return () => clearInterval(timer);
  }, [playing]);
  return (
    <fieldset class="years">
      <legend class="hidden">{t("map.years")}</legend>
      <button type="button" class="button small" onClick={() => setPlaying(!playing)}>
        <Icon name={playing ? "minus" : "next"} />
        {t(playing ? "map.stop" : "map.play")}
      </button>
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
