// Keys that work everywhere. One letter does one thing, "g" and a letter goes somewhere; they can be switched off.

import { go, to } from "../router";
import { helpOpen } from "./app";
import { kept } from "./kept";

export const keysOn = kept<boolean>("keys", true, (value): value is boolean => typeof value === "boolean");

/** "g" and one of these. */
export const PLACES: Record<string, string> = {
  h: "home",
  m: "map",
  p: "path",
  t: "taste",
  g: "groups",
  l: "timeline",
  c: "create",
  d: "data",
};

/** Keys of a row: the button in it that carries `data-key`. */
const ROW_KEYS = ["w", "s", "b", "x", "p", "e"];
const PATIENCE = 900;

let awaiting = 0;

export function startKeys(): void {
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented || typing(event.target)) return;
    if (!keysOn.value) return;
    if (document.querySelector("dialog[open]") && event.key !== "?") return;
    const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
    if (pressed(key)) event.preventDefault();
  });
}

function pressed(key: string): boolean {
  if (awaiting > Date.now()) {
    awaiting = 0;
    const place = PLACES[key];
    if (place) {
      const from = document.body.dataset.title;
      const maps = place === "map" && from ? { mode: "ego", id: from } : {};
      go(to(place, "", place === "path" && from ? { a: from } : maps));
      return true;
    }
  }
  if (key === "g") {
    awaiting = Date.now() + PATIENCE;
    return true;
  }
  if (key === "/") return focusOn("[data-search]");
  if (key === "?") {
    helpOpen.value = !helpOpen.value;
    return true;
  }
  if (key === "j" || key === "k") return step(key === "j" ? 1 : -1);
  if (ROW_KEYS.includes(key)) return press(key);
  return false;
}

/** Moves to the next row of the list that has the focus, else of the first list. */
function step(by: number): boolean {
  const rows = [...document.querySelectorAll<HTMLElement>("[data-row]")];
  if (!rows.length) return false;
  const here = rows.findIndex((row) => row.contains(document.activeElement));
  const next = rows[here < 0 ? (by > 0 ? 0 : rows.length - 1) : Math.min(rows.length - 1, Math.max(0, here + by))];
  const target = next?.matches("a, button, [tabindex]") ? next : next?.querySelector<HTMLElement>("a, button");
  target?.focus();
  next?.scrollIntoView({ block: "nearest" });
  return true;
}

function press(key: string): boolean {
  const row = document.activeElement?.closest("[data-row]") ?? document.querySelector("[data-keys]");
  const button = row?.querySelector<HTMLElement>(`[data-key="${key}"]`);
  button?.click();
  return Boolean(button);
}

function focusOn(selector: string): boolean {
  const found = document.querySelector<HTMLInputElement>(selector);
  found?.focus();
  found?.select?.();
  return Boolean(found);
}

function typing(target: EventTarget | null): boolean {
  const element = target as HTMLElement | null;
  if (!element?.matches) return false;
  return element.matches(
    "input:not([type=range]):not([type=checkbox]):not([type=radio]), textarea, select, [contenteditable]",
  );
}
