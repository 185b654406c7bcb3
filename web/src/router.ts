// The URL is the state: a path names the screen, the query all that was chosen on it.
//
// Beside a service the path is a real one; in an exported folder, which knows only files, it stands behind "#". What a
// person writes of their own (`UNSENT`) stands behind a "#" too: browsers never send that, so no log of a service has it.

import { computed, signal } from "@preact/signals";

export type Query = Record<string, string | number | string[] | null | undefined>;

export interface Route {
  screen: string;
  /** What the path names after the screen, decoded; "" where it names nothing. */
  id: string;
  query: URLSearchParams;
}

/** Parts of the query that are kept from the service's address: a pitch that nobody has seen yet. */
const UNSENT = ["text"];

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
  const [sent, unsent] = split(text, "#");
  const [path, search] = split(sent, "?");
  const [screen = "", ...rest] = path.replace(/^\/+/, "").split("/");
  const query = new URLSearchParams(search);
  const own = new URLSearchParams(unsent);
  for (const name of UNSENT) for (const one of own.getAll(name)) query.append(name, one);
  return { screen: screen || "home", id: decode(rest.join("/")), query };
}

/** The address of a screen; empty values are left out. */
export function to(screen: string, id = "", query: Query = {}): string {
  const sent = new URLSearchParams();
  const unsent = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value === null || value === undefined || value === "") continue;
    const side = UNSENT.includes(name) ? unsent : sent;
    for (const one of Array.isArray(value) ? value : [String(value)]) side.append(name, one);
  }
  const path = screen === "home" ? "/" : `/${screen}${id ? `/${readable(encodeURIComponent(id))}` : ""}`;
  return path + behind("?", sent) + behind("#", unsent);
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
  return hashed ? location.hash.slice(1) || "/" : location.pathname + location.search + location.hash;
}

function follow(event: MouseEvent): void {
  if (event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey) return;
  const link = (event.target as Element | null)?.closest?.("a[data-to]");
  const target = link?.getAttribute("data-to");
  if (!target) return;
  event.preventDefault();
  go(target);
}

function behind(mark: string, parts: URLSearchParams): string {
  const text = readable(parts.toString());
  return text && mark + text;
}

function split(text: string, mark: string): [string, string] {
  const cut = text.indexOf(mark);
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
