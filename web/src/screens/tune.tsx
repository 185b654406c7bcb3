// Tuning a list: a weight a facet, popularity, variety, filters, and the year from which one looks.

import { useEffect, useState } from "preact/hooks";
import { changes, PLAIN, queryOf, type Wish } from "../data/wish";
import { number, say, t } from "../i18n";
import { tagName } from "../i18n/tags";
import { amend } from "../router";
import { answers } from "../state/app";
import { Shape } from "../ui/shape";
import { Slider } from "../ui/slider";
import { TunePanel } from "../ui/tune_panel";

const GENRES = [
  "action",
  "adventure",
  "animation",
  "comedy",
  "crime",
  "documentary",
  "drama",
  "fantasy",
  "history",
].concat(["horror", "musical", "mystery", "romance", "science fiction", "sport", "thriller", "war", "western"]);
const KINDS = ["film", "series", "mini_series", "short", "special", "episode"];

interface Props {
  wish: Wish;
  facets: string[];
  year: number | null;
}

export function Tune({ wish, facets, year }: Props) {
  const changed = changes(wish);
  const filters = answers().can("filters");
  const set = (part: Partial<Wish>): void => amend(queryOf({ ...wish, ...part }));
  const thisYear = new Date().getFullYear();
  return (
    <TunePanel changed={changed > 0} onReset={() => set({ ...PLAIN, count: wish.count })}>
      <fieldset>
        <legend>{t("tune.facets")}</legend>
        {facets.map((facet) => (
          <Slider
            key={facet}
            label={
              <>
                <Shape of={facet} /> {say(`facet.${facet}`, facet)}
              </>
            }
            value={wish.weights[facet] ?? 1}
            min={0}
            max={3}
            step={0.25}
            plain={1}
            text={t("tune.times", { factor: number(wish.weights[facet] ?? 1, 2) })}
            onInput={(weight) => set({ weights: { ...wish.weights, [facet]: weight } })}
          />
        ))}
      </fieldset>
      {filters && (
        <fieldset>
          <legend>{t("tune.list")}</legend>
          <Slider
            label={t("tune.popularity")}
            value={wish.popularity}
            min={-1}
            max={1}
            step={0.1}
            plain={0}
            text={wish.popularity === 0 ? t("tune.as_it_is") : t(wish.popularity > 0 ? "tune.known" : "tune.unknown")}
            onInput={(popularity) => set({ popularity: tidy(popularity) })}
          />
          <Slider
            label={t("tune.diversity")}
            value={wish.diversity}
            min={0}
            max={1}
            step={0.1}
            plain={0}
            text={wish.diversity === 0 ? t("tune.as_it_is") : number(wish.diversity, 1)}
            onInput={(diversity) => set({ diversity: tidy(diversity) })}
          />
          <Slider
            label={t("tune.as_of")}
            value={wish.asOf ?? thisYear}
            min={1900}
            max={thisYear}
            step={1}
            plain={thisYear}
            text={wish.asOf === null ? t("tune.today") : String(wish.asOf)}
            onInput={(asOf) => set({ asOf: asOf >= thisYear ? null : asOf })}
          />
          {year !== null && (
            <button type="button" class="link-button" onClick={() => set({ asOf: year })}>
              {t("tune.then", { year })}
            </button>
          )}
        </fieldset>
      )}
      {filters && <Filters wish={wish} set={set} />}
    </TunePanel>
  );
}

function Filters({ wish, set }: { wish: Wish; set: (part: Partial<Wish>) => void }) {
  const active = wish.kinds.length + wish.genres.length + (wish.yearFrom ? 1 : 0) + (wish.yearTo ? 1 : 0);
  return (
    <details class="filters" open={active > 0 || undefined}>
      <summary>{t("tune.filters")}</summary>
      <div class="filter-years">
        <YearField label={t("tune.from")} value={wish.yearFrom} onChange={(yearFrom) => set({ yearFrom })} />
        <YearField label={t("tune.until")} value={wish.yearTo} onChange={(yearTo) => set({ yearTo })} />
      </div>
      <label class="field">
        {t("tune.kind")}
        <select value={wish.kinds[0] ?? ""} onChange={(event) => set({ kinds: listed(event.currentTarget.value) })}>
          <option value="">{t("tune.any")}</option>
          {KINDS.map((kind) => (
            <option key={kind} value={kind}>
              {say(`kind.${kind}`, kind)}
            </option>
          ))}
        </select>
      </label>
      <label class="field">
        {t("tune.genre")}
        <select value={wish.genres[0] ?? ""} onChange={(event) => set({ genres: listed(event.currentTarget.value) })}>
          <option value="">{t("tune.any")}</option>
          {GENRES.map((genre) => (
            <option key={genre} value={genre}>
              {tagName({ type: "genre", name: genre })}
            </option>
          ))}
        </select>
      </label>
      <label class="check">
        <input
          type="checkbox"
          checked={wish.excludeSeen}
          onChange={(event) => set({ excludeSeen: event.currentTarget.checked })}
        />
        {t("tune.unseen")}
      </label>
    </details>
  );
}

function YearField({
  label,
  value,
  onChange,
}: {
  label: string;
  value: number | null;
  onChange: (year: number | null) => void;
}) {
  const [text, setText] = useState(value === null ? "" : String(value));
  useEffect(() => setText(value === null ? "" : String(value)), [value]);
  return (
    <label class="field">
      {label}
      <input
        type="text"
        inputMode="numeric"
        pattern="[0-9]{4}"
        maxLength={4}
        value={text}
        onInput={(event) => {
          setText(event.currentTarget.value);
          const year = Number(event.currentTarget.value);
          if (event.currentTarget.value === "") onChange(null);
          else if (year >= 1870 && year <= 2200) onChange(year);
        }}
      />
    </label>
  );
}

function listed(value: string): string[] {
  return value ? [value] : [];
}

function tidy(value: number): number {
  return Math.round(value * 10) / 10;
}
