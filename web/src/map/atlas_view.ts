// The atlas map at work: a camera, the points, what lies over them, and what mouse, fingers and keys do.

import type { Columns } from "../data/columns";
import type { MapLabel } from "../data/types";
import { still } from "../state/theme";
import {
  type Bounds,
  between,
  boundsOf,
  type Camera,
  innerBounds,
  panBy,
  type Size,
  toMap,
  whole,
  zoomAt,
} from "./camera";
import type { Coloured } from "./colouring";
import { Gestures } from "./gestures";
import { Grid } from "./grid";
import { around, inside, type Outline } from "./lasso";
import { drawOverlay, type Ink, type Marks } from "./overlay";
import { type Light, Points } from "./points";
import type { Place, Track } from "./track";

export interface Told {
  onHover: (row: number) => void;
  onSelect: (row: number) => void;
  onOpen: (row: number) => void;
  onLasso: (rows: number[]) => void;
  onRest: (camera: Camera, zoom: number) => void;
}

const REACH = 14;
const KNOWN = 4000;
const GLIDE = 420;
const WALK = 900;

export class AtlasView {
  readonly marks: Marks = {
    selected: -1,
    hovered: -1,
    related: [],
    track: null,
    at: 0,
    way: [],
    footprint: false,
    lasso: [],
    cross: false,
  };
  light: Light = { from: -1, until: 9999, focus: -1 };
  lassoing = false;
  camera: Camera;
  private coloured: Coloured | null = null;
  private size: Size = { width: 1, height: 1 };
  private readonly points: Points;
  private readonly grid: Grid;
  private readonly bounds: Bounds;
  private readonly known: number[];
  private readonly context: CanvasRenderingContext2D;
  private readonly gestures: Gestures;
  private frame = 0;
  private resting = 0;
  private gliding = 0;
  private walking = 0;

  /** Throws where there is no WebGL 2. */
  constructor(
    private readonly under: HTMLCanvasElement,
    private readonly over: HTMLCanvasElement,
    private readonly columns: Columns,
    private readonly labels: MapLabel[],
    private readonly told: Told,
    camera: Camera | null,
  ) {
    this.points = new Points(under, columns);
    this.grid = new Grid(columns.x, columns.y);
    this.bounds = innerBounds(columns.x, columns.y);
    this.known = [...columns.popularity.keys()]
      .sort((one, two) => (columns.popularity[two] as number) - (columns.popularity[one] as number))
      .slice(0, KNOWN);
    this.context = over.getContext("2d") as CanvasRenderingContext2D;
    this.measure();
    this.camera = camera ?? whole(this.bounds, this.size);
    this.gestures = new Gestures(over, {
      pan: (dx, dy) => this.move(panBy(this.camera, dx, dy)),
      zoom: (x, y, factor) => this.move(this.zoomed(x, y, factor)),
      hover: (x, y) => this.hover(x, y),
      click: (x, y) => this.click(x, y),
      open: (x, y) => this.told.onOpen(this.at(x, y)),
      draw: (outline) => this.lasso(outline, false),
      drawn: (outline) => this.lasso(outline, true),
      drawing: () => this.lassoing,
      key: (key) => this.key(key),
      focus: (focused) => {
        this.marks.cross = focused;
        this.redraw();
      },
    });
  }

  /** How far one is in, relative to seeing all. */
  get zoom(): number {
    return this.camera.scale / whole(this.bounds, this.size).scale;
  }

  measure(): void {
    const box = this.over.getBoundingClientRect();
    this.size = { width: Math.max(1, box.width), height: Math.max(1, box.height) };
    const density = devicePixelRatio;
    this.over.width = Math.round(this.size.width * density);
    this.over.height = Math.round(this.size.height * density);
    if (this.camera) this.redraw();
  }

  colour(coloured: Coloured): void {
    this.coloured = coloured;
    this.points.colour(coloured);
    this.redraw();
  }

  choose(rows: Iterable<number>): void {
    this.points.choose(rows);
    this.redraw();
  }

  redraw(): void {
    if (!this.frame) this.frame = requestAnimationFrame(() => this.draw());
  }

  showAll(): void {
    this.glide(whole(this.bounds, this.size));
  }

  /** Goes to a title, close enough to see what is around it. */
  goTo(row: number): void {
    const all = whole(this.bounds, this.size).scale;
    const x = this.columns.x[row] as number;
    const y = this.columns.y[row] as number;
    this.glide({ x, y, scale: Math.max(this.camera.scale, all * 7) });
  }

  /** Goes to where all of some points are in view, and no closer than one needs. */
  fit(points: Place[]): void {
    const bounds = boundsOf(
      points.map(([x]) => x),
      points.map(([, y]) => y),
    );
    const target = whole(bounds, this.size, 0.2);
    this.glide({ ...target, scale: Math.min(target.scale, 12 * whole(this.bounds, this.size).scale) });
  }

  /** Draws how a title's neighbourhood moved, and goes along it to a date. */
  follow(track: Track | null, at: number): void {
    const from = this.marks.track === track ? this.marks.at : at;
    this.marks.track = track;
    cancelAnimationFrame(this.walking);
    if (still() || from === at) {
      this.marks.at = at;
      this.redraw();
      return;
    }
    const start = performance.now();
    const step = (now: number): void => {
      const share = Math.min(1, (now - start) / WALK);
      this.marks.at = from + (at - from) * (1 - (1 - share) ** 3);
      this.redraw();
      if (share < 1) this.walking = requestAnimationFrame(step);
    };
    this.walking = requestAnimationFrame(step);
  }

  step(factor: number): void {
    this.glide(this.zoomed(this.size.width / 2, this.size.height / 2, factor));
  }

  /** Rows that are lit and in view. */
  inView(): number[] {
    const [left, top] = toMap(this.camera, this.size, 0, 0);
    const [right, bottom] = toMap(this.camera, this.size, this.size.width, this.size.height);
    const rows: number[] = [];
    this.grid.within({ left, right, top, bottom }, (row) => this.lit(row) && rows.push(row));
    return rows;
  }

  lit(row: number): boolean {
    const year = this.columns.year[row] as number;
    const { from, until, focus } = this.light;
    const inTime = year <= 0 ? until >= 9999 : year >= from && year <= until;
    return inTime && (focus < 0 || this.coloured?.of[row] === focus);
  }

  /** Points and names in one picture. */
  async picture(background: string): Promise<Blob | null> {
    this.draw();
    const canvas = document.createElement("canvas");
    canvas.width = this.over.width;
    canvas.height = this.over.height;
    const context = canvas.getContext("2d") as CanvasRenderingContext2D;
    context.fillStyle = background;
    context.fillRect(0, 0, canvas.width, canvas.height);
    context.drawImage(this.under, 0, 0, canvas.width, canvas.height);
    context.drawImage(this.over, 0, 0);
    return new Promise((resolve) => canvas.toBlob(resolve));
  }

  /** Frames a second while all points are panned and zoomed, each frame waited for. */
  measureSpeed(frames = 30): number {
    const before = this.camera;
    const start = performance.now();
    for (let at = 0; at < frames; at += 1) {
      this.camera = this.zoomed(this.size.width / 2, this.size.height / 2, at % 2 ? 1.02 : 0.985);
      this.camera = panBy(this.camera, 3, 2);
      this.draw();
      this.points.finish();
    }
    const speed = (1000 * frames) / (performance.now() - start);
    this.camera = before;
    this.draw();
    return speed;
  }

  dispose(): void {
    cancelAnimationFrame(this.frame);
    cancelAnimationFrame(this.gliding);
    cancelAnimationFrame(this.walking);
    clearTimeout(this.resting);
    this.gestures.dispose();
    this.points.dispose();
  }

  private draw(): void {
    this.frame = 0;
    const density = devicePixelRatio;
    const zoom = this.zoom;
    const crowd = Math.sqrt(20_000 / Math.max(this.columns.titles, 1));
    const point = Math.min(14, 2.9 * Math.min(1.3, Math.max(0.6, crowd)) * zoom ** 0.45);
    this.points.draw(this.camera, this.size, density, this.light, point);
    this.context.setTransform(density, 0, 0, density, 0, 0);
    const named = zoom > 6 ? this.known.filter((row) => this.lit(row)) : [];
    drawOverlay(this.context, this.columns, this.labels, named, this.camera, this.size, zoom, this.marks, this.ink());
  }

  private ink(): Ink {
    const style = getComputedStyle(document.documentElement);
    const of = (name: string) => style.getPropertyValue(name).trim();
    return { text: of("--ink"), halo: of("--paper"), accent: of("--accent") };
  }

  private move(camera: Camera): void {
    cancelAnimationFrame(this.gliding);
    this.camera = camera;
    this.redraw();
    clearTimeout(this.resting);
    this.resting = window.setTimeout(() => this.told.onRest(this.camera, this.zoom), 250);
  }

  private glide(target: Camera): void {
    if (still()) {
      this.move(target);
      return;
    }
    const from = this.camera;
    const start = performance.now();
    const step = (now: number): void => {
      const share = Math.min(1, (now - start) / GLIDE);
      const eased = 1 - (1 - share) ** 3;
      this.move(between(from, target, eased));
      if (share < 1) this.gliding = requestAnimationFrame(step);
    };
    cancelAnimationFrame(this.gliding);
    this.gliding = requestAnimationFrame(step);
  }

  private zoomed(x: number, y: number, factor: number): Camera {
    const all = whole(this.bounds, this.size).scale;
    return zoomAt(this.camera, this.size, x, y, factor, [all * 0.6, all * 400]);
  }

  private at(px: number, py: number): number {
    const [x, y] = toMap(this.camera, this.size, px, py);
    return this.grid.nearest(x, y, REACH / this.camera.scale, (row) => this.lit(row));
  }

  private hover(x: number, y: number): void {
    const row = x < 0 ? -1 : this.at(x, y);
    if (row === this.marks.hovered) return;
    this.marks.hovered = row;
    this.over.style.cursor = row >= 0 ? "pointer" : "";
    this.told.onHover(row);
    this.redraw();
  }

  private click(x: number, y: number): void {
    this.told.onSelect(this.at(x, y));
  }

  private lasso(outline: Outline, done: boolean): void {
    this.marks.lasso = done ? [] : outline;
    this.redraw();
    if (!done || outline.length < 3) return;
    const drawn = outline.map(([px, py]) => toMap(this.camera, this.size, px, py));
    const rows: number[] = [];
    this.grid.within(around(drawn), (row) => {
      if (this.lit(row) && inside(drawn, this.columns.x[row] as number, this.columns.y[row] as number)) rows.push(row);
    });
    this.told.onLasso(rows);
  }

  private key(key: string): boolean {
    const step = 60;
    const moves: Record<string, [number, number]> = {
      ArrowLeft: [step, 0],
      ArrowRight: [-step, 0],
      ArrowUp: [0, step],
      ArrowDown: [0, -step],
    };
    const by = moves[key];
    if (by) this.move(panBy(this.camera, ...by));
    else if (key === "+" || key === "=") this.step(1.5);
    else if (key === "-") this.step(1 / 1.5);
    else if (key === "0") this.showAll();
    else if (key === "Enter" || key === " ") {
      const [x, y] = toMap(this.camera, this.size, this.size.width / 2, this.size.height / 2);
      const row = this.grid.nearest(x, y, 120 / this.camera.scale, (one) => this.lit(one));
      if (key === "Enter" && row >= 0 && row === this.marks.selected) this.told.onOpen(row);
      else this.told.onSelect(row);
    } else return false;
    return true;
  }
}
