// What is in view of the map, as a drawing.

import type { Columns } from "../data/columns";
import type { AtlasView } from "../map/atlas_view";
import { type Camera, toScreen } from "../map/camera";
import type { Coloured } from "../map/colouring";
import { OUTLINE_SIZE, outline } from "../ui/outline";
import { escaped } from "./escaped";

const SIZE = { width: 1600, height: 1200 };

type Seen = Pick<AtlasView, "camera" | "inView" | "zoom">;

/** An SVG of the titles in view, each a shape in its category's colour with its name as a tooltip. */
export function mapSvg(columns: Columns, coloured: Coloured, view: Seen, background: string): string {
  const rows = view.inView().sort((one, two) => (columns.popularity[one] ?? 0) - (columns.popularity[two] ?? 0));
  const camera = fitted(columns, rows, view.camera);
  const marks = rows.map((row) => {
    const { colour, shape } = coloured.categories[coloured.of[row] as number] ?? { colour: "#888888", shape: "circle" };
    const [x, y] = toScreen(camera, SIZE, columns.x[row] as number, columns.y[row] as number);
    const size = (3 + 5 * (columns.popularity[row] ?? 0)) / OUTLINE_SIZE;
    const place = `translate(${x.toFixed(1)} ${y.toFixed(1)}) scale(${size.toFixed(3)}) translate(-8 -8)`;
    return `<path transform="${place}" d="${outline(shape)}" fill="${colour}"><title>${escaped(columns.name(row))}</title></path>`;
  });
  const box = `width="${SIZE.width}" height="${SIZE.height}" viewBox="0 0 ${SIZE.width} ${SIZE.height}"`;
  return `<svg xmlns="http://www.w3.org/2000/svg" ${box}><rect width="100%" height="100%" fill="${background}"/><g fill-opacity=".85">${marks.join("")}</g></svg>\n`;
}

/** A camera that shows the same rows on the page of the drawing. */
function fitted(columns: Columns, rows: number[], camera: Camera): Camera {
  if (!rows.length) return camera;
  let [left, right, bottom, top] = [Infinity, -Infinity, Infinity, -Infinity];
  for (const row of rows) {
    left = Math.min(left, columns.x[row] as number);
    right = Math.max(right, columns.x[row] as number);
    bottom = Math.min(bottom, columns.y[row] as number);
    top = Math.max(top, columns.y[row] as number);
  }
  const scale = 0.94 * Math.min(SIZE.width / (right - left || 1), SIZE.height / (top - bottom || 1));
  return { x: (left + right) / 2, y: (top + bottom) / 2, scale };
}
