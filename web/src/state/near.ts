// What a click on a link to a title would ask for is asked when the pointer or the focus is on it: answers are kept.

import { PLAIN } from "../data/wish";
import { answers, asking } from "./app";
import { viewer } from "./marks";

const TITLE = /^\/title\/([^?]+)$/;

export function askAhead(): void {
  document.addEventListener("pointerover", (event) => near(event.target), { passive: true });
  document.addEventListener("focusin", (event) => near(event.target));
}

function near(target: EventTarget | null): void {
  const link = target instanceof Element ? target.closest("a[data-to]") : null;
  const id = TITLE.exec(link?.getAttribute("data-to") ?? "")?.[1];
  if (!id) return;
  const title = decodeURIComponent(id);
  const ask = asking(undefined, viewer.value);
  void Promise.all([answers().title(title, ask), answers().related(title, PLAIN, ask)]).catch(() => undefined);
}
