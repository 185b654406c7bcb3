// Re-ranking that can be followed: every row glides from where it was to where it now is.

import type { RefObject } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import { still } from "../state/theme";

const DURATION = 320;

/** Animates children that carry `data-flip` whenever `order` changes. */
export function useFlip(list: RefObject<HTMLElement>, order: string): void {
  const before = useRef<Map<string, number>>(new Map());
  useLayoutEffect(() => {
    const root = list.current;
    if (!root) return;
    const top = root.getBoundingClientRect().top;
    const now = new Map<string, number>();
    const rows = [...root.querySelectorAll<HTMLElement>("[data-flip]")];
    for (const row of rows) now.set(row.dataset.flip ?? "", row.getBoundingClientRect().top - top);
    if (before.current.size && !still()) {
      for (const row of rows) {
        const id = row.dataset.flip ?? "";
        const was = before.current.get(id);
        const moved = was === undefined ? null : was - (now.get(id) ?? 0);
        if (moved === null) row.animate([{ opacity: 0 }, { opacity: 1 }], { duration: DURATION });
        else if (moved !== 0) {
          row.animate([{ transform: `translateY(${moved}px)` }, { transform: "none" }], {
            duration: DURATION,
            easing: "cubic-bezier(.2,.7,.2,1)",
          });
        }
      }
    }
    before.current = now;
  }, [order]);
}
