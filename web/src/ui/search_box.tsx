// The search box: a combobox over titles and people. Enter opens what is marked, or shows all that was found.

import { useEffect, useId, useLayoutEffect, useRef, useState } from "preact/hooks";
import type { SearchHit } from "../data/types";
import { language, t } from "../i18n";
import { go, to } from "../router";
import { answers, asking } from "../state/app";
import { useAnswer } from "../state/use_answer";
import { HitLine } from "./hit";
import { Icon } from "./icon";

interface Props {
  big?: boolean;
  autofocus?: boolean;
  /** What choosing does; opens the title or person where it is not given. */
  onPick?: (hit: SearchHit) => void;
  label?: string;
  types?: "all" | "title" | "person";
  main?: boolean;
}

const PAUSE = 90;

export function SearchBox({ big = false, autofocus = false, onPick, label, types = "all", main = false }: Props) {
  const [text, setText] = useState("");
  const [open, setOpen] = useState(false);
  const [marked, setMarked] = useState(-1);
  const input = useRef<HTMLInputElement>(null);
  const id = useId();
  const asked = text.trim();
  const found = useAnswer(
    asked && open ? `${asked}|${language.value}` : null,
    (signal) => answers().search(asked, 8, asking(signal)),
    PAUSE,
  );
  const hits = (found.value?.results ?? []).filter((hit) => types === "all" || hit.type === types);

  useEffect(() => {
    if (autofocus) input.current?.focus({ preventScroll: true });
  }, [autofocus]);
  useLayoutEffect(() => setMarked(-1), [found.value]); // before a key can be pressed on what it shows

  function pick(hit: SearchHit): void {
    setOpen(false);
    setText("");
    input.current?.blur();
    if (onPick) onPick(hit);
    else go(addressOf(hit));
  }

  function onKeyDown(event: KeyboardEvent): void {
    const count = hits.length;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      setOpen(true);
      if (count) setMarked((at) => (at + (event.key === "ArrowDown" ? 1 : count + (at < 0 ? 0 : -1))) % count);
    } else if (event.key === "Enter" && asked) {
      event.preventDefault();
      const hit = hits[marked] ?? (onPick ? hits[0] : undefined);
      if (hit) pick(hit);
      else if (!onPick) {
        setOpen(false);
        go(to("search", "", { q: asked }));
      }
    } else if (event.key === "Escape") {
      if (open && asked) setOpen(false);
      else input.current?.blur();
    }
  }

  const shown = open && asked !== "";
  return (
    <div
      class={`search${big ? " big" : ""}`}
      role="search"
      onFocusOut={(event) => {
        if (!event.currentTarget.contains(event.relatedTarget as Node | null)) setOpen(false);
      }}
    >
      <Icon name="search" />
      <input
        ref={input}
        type="text"
        inputMode="search"
        enterkeyhint="search"
        role="combobox"
        aria-label={label ?? t("search.label")}
        aria-expanded={shown && hits.length > 0}
        aria-controls={`${id}-list`}
        aria-autocomplete="list"
        aria-activedescendant={marked >= 0 ? `${id}-${marked}` : undefined}
        autocomplete="off"
        spellcheck={false}
        maxLength={200}
        placeholder={label ?? t("search.placeholder")}
        value={text}
        data-search={main ? "" : undefined}
        onInput={(event) => {
          setText(event.currentTarget.value);
          setOpen(true);
        }}
        onFocus={() => setOpen(true)}
        onKeyDown={onKeyDown}
      />
      {main && !asked && <kbd aria-hidden="true">/</kbd>}
      <div class="search-found" hidden={!shown}>
        <ul id={`${id}-list`} role="listbox" aria-label={t("search.found")}>
          {shown &&
            hits.map((hit, at) => (
              <li
                key={`${hit.type}:${hit.id}`}
                id={`${id}-${at}`}
                role="option"
                aria-selected={at === marked}
                onMouseDown={(event) => event.preventDefault()}
                onMouseMove={() => at !== marked && setMarked(at)}
                onClick={() => pick(hit)}
                onKeyDown={undefined}
              >
                <HitLine hit={hit} />
              </li>
            ))}
        </ul>
        {shown && !found.waiting && found.value && hits.length === 0 && (
          <p class="search-none">{t("search.none", { query: asked })}</p>
        )}
        {shown && found.problem && <p class="search-none">{found.problem.detail || found.problem.title}</p>}
      </div>
      <span class="hidden" aria-live="polite">
        {shown && found.value && !found.waiting ? t("search.count", { count: hits.length }) : ""}
      </span>
    </div>
  );
}

/** Where a thing that was found is shown. */
export function addressOf(hit: { type: string; id: string }): string {
  return hit.type === "title" ? to("title", hit.id) : to("timeline", "", { thing: hit.id });
}
