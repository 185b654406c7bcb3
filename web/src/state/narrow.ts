// Whether the window is as narrow as a phone's, as styles/narrow.css takes it.

import { signal } from "@preact/signals";

const wanted = globalThis.matchMedia?.("(max-width: 720px)"); // absent outside a browser

export const narrow = signal(wanted?.matches ?? false);

wanted?.addEventListener("change", () => {
  narrow.value = wanted.matches;
});
