// What is drawn over the points: names, the chosen title and its neighbours, a history's way, the lasso.

import type { Columns } from "../data/columns";
import type { MapLabel } from "../data/types";
import { type Camera, type Size, toScreen } from "./camera";
import { Boxes, type Placed, placeGroups } from "./labels";
import type { Outline } from "./lasso";
import { along, type Place, type Track } from "./track";

export interface Ink {
  text: string;
  halo: string;
  accent: string;
}

export interface Marks {
  selected: number;
  hovered: number;
  /** Rows close to the selected one. */
  related: number[];
  /** How its neighbourhood moved, and how far along one is. */
  track: Track | null;
  at: number;
  /** Rows seen, in the order of time. */
  way: number[];
  /** Whether the places where one has been are tinted. */
  footprint: boolean;
  lasso: Outline;
  cross: boolean;
}

const NAMED = 26;

/** Draws on a canvas that lies over the points; pixels are CSS pixels. */
export function drawOverlay(
  context: CanvasRenderingContext2D,
  columns: Columns,
  labels: MapLabel[],
  known: number[],
  camera: Camera,
  size: Size,
  zoom: number,
  marks: Marks,
  ink: Ink,
): void {
  context.clearRect(0, 0, size.width, size.height);
  const place = (row: number) => toScreen(camera, size, columns.x[row] as number, columns.y[row] as number);
  if (marks.footprint) footprint(context, marks.way.map(place), zoom, ink);
  if (marks.way.length > 1) way(context, marks.way.map(place), ink);
  if (marks.selected >= 0) {
    const from = place(marks.selected);
    context.strokeStyle = ink.accent;
    context.lineWidth = 1.2;
    context.globalAlpha = 0.65;
    context.beginPath();
    for (const row of marks.related) {
      context.moveTo(...from);
      context.lineTo(...place(row));
    }
    context.stroke();
    context.globalAlpha = 1;
    ring(context, from, 8, ink);
  }
  if (marks.hovered >= 0 && marks.hovered !== marks.selected) ring(context, place(marks.hovered), 6, ink);
  const boxes = new Boxes();
  const titles = [marks.selected, marks.hovered].filter((row) => row >= 0);
  for (const row of titles) write(context, titleLabel(columns, row, place(row), boxes), ink);
  if (marks.track) track(context, marks.track, marks.at, (at) => toScreen(camera, size, ...at), boxes, ink);
  for (const label of placeGroups(labels, camera, size, zoom, boxes)) write(context, label, ink);
  let named = 0;
  for (const row of known) {
    if (named >= NAMED) break;
    const [x, y] = place(row);
    if (x < 0 || y < 0 || x > size.width || y > size.height || titles.includes(row)) continue;
    const label = titleLabel(columns, row, [x, y], boxes);
    if (label) named += 1;
    write(context, label, ink);
  }
  if (marks.lasso.length > 1) lasso(context, marks.lasso, ink);
  if (marks.cross) cross(context, size, ink);
}

function titleLabel(columns: Columns, row: number, [x, y]: [number, number], boxes: Boxes): Placed | null {
  const name = columns.name(row);
  const year = columns.year[row] as number;
  const text = `${name.length > 34 ? `${name.slice(0, 32)}…` : name}${year > 0 ? ` ${year}` : ""}`;
  const wide = [...text].reduce((sum, letter) => sum + (letter > "\u2e80" ? 12 : 6.4), 0);
  if (!boxes.add(x - wide / 2, y + 6, wide, 15)) return null;
  return { lines: [text], x, y: y + 15, height: 12, strong: false };
}

function write(context: CanvasRenderingContext2D, label: Placed | null, ink: Ink): void {
  if (!label) return;
  const family = getComputedStyle(context.canvas).fontFamily;
  context.font = `${label.strong ? 600 : 500} ${label.height}px ${family}`;
  context.textAlign = "center";
  context.textBaseline = "middle";
  context.lineJoin = "round";
  context.lineWidth = 3.5;
  context.strokeStyle = ink.halo;
  context.fillStyle = ink.text;
  label.lines.forEach((line, at) => {
    const y = label.y + (at - (label.lines.length - 1) / 2) * label.height * 1.2;
    context.strokeText(line, label.x, y);
    context.fillText(line, label.x, y);
  });
}

function ring(context: CanvasRenderingContext2D, [x, y]: [number, number], radius: number, ink: Ink): void {
  context.beginPath();
  context.arc(x, y, radius, 0, 2 * Math.PI);
  context.lineWidth = 4;
  context.strokeStyle = ink.halo;
  context.stroke();
  context.lineWidth = 2;
  context.strokeStyle = ink.accent;
  context.stroke();
}

function way(context: CanvasRenderingContext2D, points: [number, number][], ink: Ink): void {
  context.lineWidth = 1.3;
  context.strokeStyle = ink.accent;
  for (let at = 1; at < points.length; at += 1) {
    context.globalAlpha = 0.15 + (0.6 * at) / points.length; // the latest steps are the strongest
    context.beginPath();
    context.moveTo(...(points[at - 1] as [number, number]));
    context.lineTo(...(points[at] as [number, number]));
    context.stroke();
  }
  context.globalAlpha = 1;
}

/** A line through the places, a dot and a name for each date, and a ring where one is. */
function track(
  context: CanvasRenderingContext2D,
  moved: Track,
  at: number,
  place: (at: Place) => [number, number],
  boxes: Boxes,
  ink: Ink,
): void {
  const points = moved.places.flatMap((one, date) =>
    one ? [{ point: place(one), name: moved.names[date] ?? "" }] : [],
  );
  for (const [width, colour] of [
    [6, ink.halo],
    [2.4, ink.accent],
  ] as const) {
    context.beginPath();
    for (const { point } of points) context.lineTo(...point);
    context.lineWidth = width;
    context.lineJoin = "round";
    context.strokeStyle = colour;
    context.stroke();
  }
  context.fillStyle = ink.accent;
  for (const { point } of points) {
    context.beginPath();
    context.arc(...point, 4, 0, 2 * Math.PI);
    context.fill();
  }
  const now = along(moved, at);
  if (now) ring(context, place(now), 9, ink);
  // The chosen date first, then the two ends: where names would lie on each other the others go without.
  const order = [points[Math.round(at)], points[0], points.at(-1), ...points];
  for (const one of new Set(order)) {
    if (!one) continue;
    const [x, y] = one.point;
    const wide = 8 * one.name.length;
    if (!boxes.add(x - wide / 2, y - 26, wide, 15)) continue;
    write(context, { lines: [one.name], x, y: y - 18, height: 12, strong: true }, ink);
  }
}

function footprint(context: CanvasRenderingContext2D, points: [number, number][], zoom: number, ink: Ink): void {
  context.fillStyle = ink.accent;
  context.globalAlpha = 0.09;
  const radius = 26 * Math.sqrt(Math.max(1, zoom));
  for (const [x, y] of points) {
    context.beginPath();
    context.arc(x, y, radius, 0, 2 * Math.PI);
    context.fill();
  }
  context.globalAlpha = 1;
}

function lasso(context: CanvasRenderingContext2D, outline: Outline, ink: Ink): void {
  context.beginPath();
  for (const [x, y] of outline) context.lineTo(x, y);
  context.closePath();
  context.globalAlpha = 0.12;
  context.fillStyle = ink.accent;
  context.fill();
  context.globalAlpha = 1;
  context.lineWidth = 1.6;
  context.setLineDash([6, 4]);
  context.strokeStyle = ink.accent;
  context.stroke();
  context.setLineDash([]);
}

function cross(context: CanvasRenderingContext2D, { width, height }: Size, ink: Ink): void {
  context.strokeStyle = ink.accent;
  context.lineWidth = 1.5;
  context.beginPath();
  context.moveTo(width / 2 - 9, height / 2);
  context.lineTo(width / 2 + 9, height / 2);
  context.moveTo(width / 2, height / 2 - 9);
  context.lineTo(width / 2, height / 2 + 9);
  context.stroke();
}
