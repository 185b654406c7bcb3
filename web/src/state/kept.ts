// Signals that this browser remembers. Where storage is refused (a private window), they last as long as the page.

import { effect, type Signal, signal } from "@preact/signals";

/** A signal kept under `reelation.NAME`; what is kept must pass `valid`. */
export function kept<T>(name: string, plain: T, valid: (value: unknown) => value is T): Signal<T> {
  const key = `reelation.${name}`;
  const found = signal<T>(read(key, plain, valid));
  effect(() => {
    const value = JSON.stringify(found.value);
    try {
      if (value === JSON.stringify(plain)) localStorage.removeItem(key);
      else localStorage.setItem(key, value);
    } catch {
      // nothing is kept then
    }
  });
  return found;
}

/** Forgets everything that this app keeps in this browser. */
export function forgetAll(): void {
  try {
    for (const key of Object.keys(localStorage)) if (key.startsWith("reelation.")) localStorage.removeItem(key);
  } catch {
    // nothing was kept
  }
}

export function oneOf<T extends string>(...values: T[]): (value: unknown) => value is T {
  return (value): value is T => values.includes(value as T);
}

function read<T>(key: string, plain: T, valid: (value: unknown) => value is T): T {
  try {
    const text = localStorage.getItem(key);
    const value: unknown = text === null ? plain : JSON.parse(text);
    return valid(value) ? value : plain;
  } catch {
    return plain;
  }
}
