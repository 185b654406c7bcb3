// The URL is the state: a path names the screen, the query all that was chosen on it.
//
// Beside a service the path is a real one; in an exported folder, which knows only files, it stands behind "#".

import { computed, signal } from "@preact/signals";

export type Query = Record<string, string | number | string[] | null | undefined>;

export interface Route {
  screen: string;
  /** What the path names after the screen, decoded; "" where it names nothing. */
  id: string;
  query: URLSearchParams;
}

let hashed = false;
const at = signal<string>("/");

/** Where we are: path and query, without what stands before them. */
export const address = computed(() => at.value);
export const route = computed<Route>(() => parse(at.value));

/** Begins to follow the browser's address. */
export function startRouter(mode: "path" | "hash"): void {
  hashed = mode === "hash";
  at.value = current();
  addEventListener("popstate", () => {
    at.value = current();
  });
  addEventListener("hashchange", () => {
    at.value = current();
  });
  document.addEventListener("click", follow);
}

/** An address as the screen and query that it names. */
export function parse(text: string): Route {
  const [path = "/", search = ""] = split(text);
  const [screen = "", ...rest] = path.replace(/^\/+/, "").split("/");
  return { screen: screen || "home", id: decode(rest.join("/")), query: new URLSearchParams(search) };
}

/** The address of a screen; empty values are left out. */
export function to(screen: string, id = "", query: Query = {}): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value === null || value === undefined || value === "") continue;
    for (const one of Array.isArray(value) ? value : [String(value)]) search.append(name, one);
  }
  const text = readable(search.toString());
  const path = screen === "home" ? "/" : `/${screen}${id ? `/${readable(encodeURIComponent(id))}` : ""}`;
  return text ? `${path}?${text}` : path;
}

/** What a link to an address holds. */
export function href(target: string): string {
  return hashed ? `#${target}` : target;
}

/** Goes somewhere; `replace` where going back should not stop here. */
export function go(target: string, { replace = false, keepScroll = false } = {}): void {
  if (target === at.value) return;
  history[replace ? "replaceState" : "pushState"](null, "", href(target));
  at.value = target;
  if (!replace && !keepScroll) scrollTo(0, 0);
}

/** Changes parts of the query of where we are. */
export function amend(changes: Query, { replace = true } = {}): void {
  const { screen, id, query } = route.value;
  const all: Query = {};
  for (const name of new Set(query.keys())) all[name] = query.getAll(name);
  go(to(screen, id, { ...all, ...changes }), { replace, keepScroll: true });
}

/** The whole address, to give to somebody. */
export function shareable(): string {
  return new URL(href(at.value), location.href).href;
}

function current(): string {
  return hashed ? location.hash.slice(1) || "/" : location.pathname + location.search;
}

function follow(event: MouseEvent): void {
  if (event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey) return;
  const link = (event.target as Element | null)?.closest?.("a[data-to]");
  const target = link?.getAttribute("data-to");
  if (!target) return;
  event.preventDefault();
  go(target);
}

function split(text: string): [string, string] {
  const cut = text.indexOf("?");
  return cut < 0 ? [text, ""] : [text.slice(0, cut), text.slice(cut + 1)];
}

function readable(text: string): string {
  return text.replace(/%3A/g, ":").replace(/%2C/g, ",").replace(/%3D/g, "=");
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
