// Mouse, fingers, wheel and keys on a drawing, as what they mean.

import type { Outline } from "./lasso";

export interface Meaning {
  pan: (dx: number, dy: number) => void;
  zoom: (x: number, y: number, factor: number) => void;
  /** -1, -1 where the pointer leaves. */
  hover: (x: number, y: number) => void;
  click: (x: number, y: number) => void;
  open: (x: number, y: number) => void;
  drawing: () => boolean;
  draw: (outline: Outline) => void;
  drawn: (outline: Outline) => void;
  /** Whether the key meant something. */
  key: (key: string) => boolean;
  focus: (focused: boolean) => void;
  /** Whether the drawing keeps the pointer while it is pressed; parts of it that are clicked need it themselves. */
  captures?: boolean;
}

const STILL = 5;

export class Gestures {
  private readonly control = new AbortController();
  private readonly fingers = new Map<number, [number, number]>();
  private moved = 0;
  private outline: Outline = [];

  constructor(
    private readonly element: HTMLElement,
    private readonly means: Meaning,
  ) {
    const options = { signal: this.control.signal };
    const on = <K extends keyof HTMLElementEventMap>(name: K, act: (event: HTMLElementEventMap[K]) => void) =>
      element.addEventListener(name, act, options);
    on("pointerdown", (event) => this.down(event));
    on("pointermove", (event) => this.move(event));
    on("pointerup", (event) => this.up(event));
    on("pointercancel", (event) => this.fingers.delete(event.pointerId));
    on("pointerleave", (event) => {
      means.hover(-1, -1);
      if (means.captures === false) this.fingers.delete(event.pointerId);
    });
    on("dblclick", (event) => means.open(...this.place(event)));
    element.addEventListener(
      "wheel",
      (event) => {
        event.preventDefault();
        const lines = event.deltaMode === 1 ? 16 : 1;
        means.zoom(...this.place(event), Math.exp(-event.deltaY * lines * (event.ctrlKey ? 0.01 : 0.0016)));
      },
      { ...options, passive: false },
    );
    on("keydown", (event) => {
      if (event.ctrlKey || event.metaKey || event.altKey) return;
      if (means.key(event.key)) {
        event.preventDefault();
        event.stopPropagation();
      }
    });
    on("focus", () => means.focus(element.matches(":focus-visible")));
    on("blur", () => means.focus(false));
  }

  dispose(): void {
    this.control.abort();
  }

  private down(event: PointerEvent): void {
    if (event.button !== 0) return;
    if (this.means.captures !== false) this.element.setPointerCapture(event.pointerId);
    this.fingers.set(event.pointerId, this.place(event));
    this.moved = 0;
    this.outline = this.means.drawing() ? [this.place(event)] : [];
  }

  private move(event: PointerEvent): void {
    const now = this.place(event);
    const before = this.fingers.get(event.pointerId);
    if (!before) {
      this.means.hover(...now);
      return;
    }
    this.moved += Math.hypot(now[0] - before[0], now[1] - before[1]);
    if (this.outline.length) {
      this.outline.push(now);
      this.means.draw(this.outline);
    } else if (this.fingers.size === 2) {
      this.pinch(event.pointerId, now);
    } else if (this.moved > STILL) {
      this.means.pan(now[0] - before[0], now[1] - before[1]);
    }
    this.fingers.set(event.pointerId, now);
  }

  private up(event: PointerEvent): void {
    if (!this.fingers.delete(event.pointerId)) return;
    if (this.outline.length > 1) this.means.drawn(this.outline);
    else if (this.moved <= STILL) this.means.click(...this.place(event));
    this.outline = [];
  }

  private pinch(id: number, now: [number, number]): void {
    const [other] = [...this.fingers].filter(([one]) => one !== id).map(([, at]) => at);
    const before = this.fingers.get(id);
    if (!other || !before) return;
    const was = Math.hypot(before[0] - other[0], before[1] - other[1]);
    const is = Math.hypot(now[0] - other[0], now[1] - other[1]);
    if (was > 0) this.means.zoom((now[0] + other[0]) / 2, (now[1] + other[1]) / 2, is / was);
    this.means.pan((now[0] - before[0]) / 2, (now[1] - before[1]) / 2);
  }

  private place(event: MouseEvent): [number, number] {
    const box = this.element.getBoundingClientRect();
    return [event.clientX - box.left, event.clientY - box.top];
  }
}
