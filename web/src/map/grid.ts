// Which point is near a place: points sorted into square cells once, then only few are looked at.

import { type Bounds, boundsOf } from "./camera";

const A_CELL = 4;

export class Grid {
  private readonly bounds: Bounds;
  private readonly cell: number;
  private readonly across: number;
  private readonly starts: Uint32Array;
  private readonly rows: Uint32Array;

  constructor(
    private readonly x: Float32Array,
    private readonly y: Float32Array,
  ) {
    this.bounds = boundsOf(x, y);
    const width = Math.max(this.bounds.right - this.bounds.left, 1e-9);
    const height = Math.max(this.bounds.top - this.bounds.bottom, 1e-9);
    this.cell = Math.sqrt((width * height * A_CELL) / Math.max(x.length, 1)) || 1;
    this.across = Math.floor(width / this.cell) + 1;
    const cells = this.across * (Math.floor(height / this.cell) + 1);
    this.starts = new Uint32Array(cells + 1);
    this.rows = new Uint32Array(x.length);
    const of = new Uint32Array(x.length);
    for (let row = 0; row < x.length; row += 1) {
      of[row] = this.cellOf(x[row] as number, y[row] as number);
      this.starts[(of[row] as number) + 1]! += 1;
    }
    for (let at = 0; at < cells; at += 1) this.starts[at + 1]! += this.starts[at] as number;
    const next = this.starts.slice();
    for (let row = 0; row < x.length; row += 1) {
      const at = of[row] as number;
      this.rows[next[at] as number] = row;
      next[at]! += 1;
    }
  }

  /** The closest row within `radius` that `counts`, -1 where there is none. */
  nearest(x: number, y: number, radius: number, counts: (row: number) => boolean): number {
    let best = -1;
    let closest = radius * radius;
    this.visit({ left: x - radius, right: x + radius, bottom: y - radius, top: y + radius }, (row) => {
      const distance = ((this.x[row] as number) - x) ** 2 + ((this.y[row] as number) - y) ** 2;
      if (distance <= closest && counts(row)) {
        closest = distance;
        best = row;
      }
    });
    return best;
  }

  /** Calls back with every row inside `area`. */
  within(area: Bounds, each: (row: number) => void): void {
    this.visit(area, (row) => {
      const x = this.x[row] as number;
      const y = this.y[row] as number;
      if (x >= area.left && x <= area.right && y >= area.bottom && y <= area.top) each(row);
    });
  }

  private visit(area: Bounds, each: (row: number) => void): void {
    const { left, right, bottom, top } = this.bounds;
    if (area.right < left || area.left > right || area.top < bottom || area.bottom > top) return;
    const first = this.column(area.left);
    const last = this.column(area.right);
    const low = this.line(area.bottom);
    const high = this.line(area.top);
    for (let line = low; line <= high; line += 1) {
      const from = this.starts[line * this.across + first] as number;
      const until = this.starts[line * this.across + last + 1] as number;
      for (let at = from; at < until; at += 1) each(this.rows[at] as number);
    }
  }

  private cellOf(x: number, y: number): number {
    return this.line(y) * this.across + this.column(x);
  }

  private column(x: number): number {
    return clamp(Math.floor((x - this.bounds.left) / this.cell), this.across - 1);
  }

  private line(y: number): number {
    return clamp(Math.floor((y - this.bounds.bottom) / this.cell), (this.starts.length - 1) / this.across - 1);
  }
}

function clamp(value: number, most: number): number {
  return Math.min(most, Math.max(0, value));
}
