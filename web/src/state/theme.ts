// Light, dark, or as the system says.

import { computed, effect, signal } from "@preact/signals";
import { kept, oneOf } from "./kept";

export type Theme = "system" | "light" | "dark";

export const theme = kept<Theme>("theme", "system", oneOf<Theme>("system", "light", "dark"));

const systemDark = signal(false);
export const dark = computed(() => (theme.value === "system" ? systemDark.value : theme.value === "dark"));

export function startTheme(): void {
  const query = matchMedia("(prefers-color-scheme: dark)");
  systemDark.value = query.matches;
  query.addEventListener("change", () => {
    systemDark.value = query.matches;
  });
  effect(() => {
    document.documentElement.dataset.theme = dark.value ? "dark" : "light";
  });
}

/** Whether things should move as little as possible. */
export function still(): boolean {
  return matchMedia("(prefers-reduced-motion: reduce)").matches;
}
