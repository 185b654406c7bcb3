// Where the map is looked at from: a point of the map in the middle of the view, and pixels a unit.

export interface Camera {
  x: number;
  y: number;
  /** Pixels a unit of the map. */
  scale: number;
}

export interface Size {
  width: number;
  height: number;
}

export interface Bounds {
  left: number;
  right: number;
  bottom: number;
  top: number;
}

/** Pixel of a point; the map's y goes up, pixels go down. */
export function toScreen(camera: Camera, size: Size, x: number, y: number): [number, number] {
  return [size.width / 2 + (x - camera.x) * camera.scale, size.height / 2 - (y - camera.y) * camera.scale];
}

/** Point of a pixel. */
export function toMap(camera: Camera, size: Size, px: number, py: number): [number, number] {
  return [camera.x + (px - size.width / 2) / camera.scale, camera.y - (py - size.height / 2) / camera.scale];
}

/** Closer by `factor`, while the point under a pixel stays where it is. */
export function zoomAt(
  camera: Camera,
  size: Size,
  px: number,
  py: number,
  factor: number,
  limits: [number, number],
): Camera {
  const scale = Math.min(limits[1], Math.max(limits[0], camera.scale * factor));
  const [x, y] = toMap(camera, size, px, py);
  return { x: x - (px - size.width / 2) / scale, y: y + (py - size.height / 2) / scale, scale };
}

export function panBy(camera: Camera, dx: number, dy: number): Camera {
  return { ...camera, x: camera.x - dx / camera.scale, y: camera.y + dy / camera.scale };
}

/** The camera that shows all of `bounds`, with a margin. */
export function whole(bounds: Bounds, size: Size, margin = 0.06): Camera {
  const width = Math.max(bounds.right - bounds.left, 1e-9);
  const height = Math.max(bounds.top - bounds.bottom, 1e-9);
  const scale = Math.min(size.width / width, size.height / height) * (1 - 2 * margin);
  return { x: (bounds.left + bounds.right) / 2, y: (bounds.bottom + bounds.top) / 2, scale };
}

export function boundsOf(x: ArrayLike<number>, y: ArrayLike<number>): Bounds {
  const found = { left: Infinity, right: -Infinity, bottom: Infinity, top: -Infinity };
  for (let at = 0; at < x.length; at += 1) {
    found.left = Math.min(found.left, x[at] as number);
    found.right = Math.max(found.right, x[at] as number);
    found.bottom = Math.min(found.bottom, y[at] as number);
    found.top = Math.max(found.top, y[at] as number);
  }
  return x.length ? found : { left: 0, right: 1, bottom: 0, top: 1 };
}

/** A camera between two, `share` of the way; scales go by their ratio, so that zooming feels even. */
export function between(from: Camera, until: Camera, share: number): Camera {
  return {
    x: from.x + (until.x - from.x) * share,
    y: from.y + (until.y - from.y) * share,
    scale: from.scale * (until.scale / from.scale) ** share,
  };
}

/** Bounds that leave out the farthest points, `share` of them on every side: a few outliers must not make all small. */
export function innerBounds(x: Float32Array, y: Float32Array, share = 0.002): Bounds {
  const ends = (values: Float32Array): [number, number] => {
    const sorted = values.slice().sort();
    const cut = Math.floor(sorted.length * share);
    return [sorted[cut] ?? 0, sorted[sorted.length - 1 - cut] ?? 1];
  };
  const [left, right] = ends(x);
  const [bottom, top] = ends(y);
  return { left, right, bottom, top };
}
