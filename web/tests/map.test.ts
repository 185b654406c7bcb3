import { describe, expect, it } from "vitest";
import { readColumns } from "../src/data/columns";
import { boundsOf, toMap, toScreen, whole, zoomAt } from "../src/map/camera";
import { byCodes, byDecade, byMarks } from "../src/map/colouring";
import { fitting } from "../src/map/ego_labels";
import { layoutEgo } from "../src/map/ego_layout";
import { next } from "../src/map/ego_steps";
import { Grid } from "../src/map/grid";
import { Boxes, inLines } from "../src/map/labels";
import { inside } from "../src/map/lasso";
import { along, middle } from "../src/map/track";

const SIZE = { width: 800, height: 600 };

/** Numbers that look like chance and are always the same. */
function chance(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1664525 + 1013904223) % 4294967296;
    return state / 4294967296;
  };
}

describe("the camera", () => {
  it("goes to pixels and back", () => {
    const camera = { x: 0.3, y: -0.2, scale: 512 };
    const [px, py] = toScreen(camera, SIZE, 0.41, 0.07);
    const [x, y] = toMap(camera, SIZE, px, py);
    expect(x).toBeCloseTo(0.41);
    expect(y).toBeCloseTo(0.07);
    expect(toScreen(camera, SIZE, 0.3, 0.5)[1]).toBeLessThan(300); // up is up
  });

  it("keeps the point under the mouse when it zooms", () => {
    const camera = { x: 0, y: 0, scale: 100 };
    const before = toMap(camera, SIZE, 130, 77);
    const after = toMap(zoomAt(camera, SIZE, 130, 77, 1.7, [1, 1e6]), SIZE, 130, 77);
    expect(after[0]).toBeCloseTo(before[0]);
    expect(after[1]).toBeCloseTo(before[1]);
    expect(zoomAt(camera, SIZE, 0, 0, 1e9, [1, 500]).scale).toBe(500);
  });

  it("shows all that there is", () => {
    const bounds = boundsOf([-3, 5, 1], [2, 0, 9]);
    const camera = whole(bounds, SIZE);
    for (const [x, y] of [
      [-3, 0],
      [5, 9],
    ] as const) {
      const [px, py] = toScreen(camera, SIZE, x, y);
      expect(px).toBeGreaterThan(0);
      expect(px).toBeLessThan(SIZE.width);
      expect(py).toBeGreaterThan(0);
      expect(py).toBeLessThan(SIZE.height);
    }
  });
});

describe("the grid", () => {
  const random = chance(5);
  const x = Float32Array.from({ length: 3000 }, random);
  const y = Float32Array.from({ length: 3000 }, random);
  const grid = new Grid(x, y);

  it("finds the nearest that counts, as looking at all does", () => {
    for (let at = 0; at < 200; at += 1) {
      const [px, py] = [random() * 1.2 - 0.1, random() * 1.2 - 0.1];
      let best = -1;
      for (let row = 0; row < x.length; row += 1) {
        const distance = (x[row]! - px) ** 2 + (y[row]! - py) ** 2;
        const closest = best < 0 ? 0.05 ** 2 : (x[best]! - px) ** 2 + (y[best]! - py) ** 2;
        if (row % 3 === 0 && distance <= closest) best = row;
      }
      expect(grid.nearest(px, py, 0.05, (row) => row % 3 === 0)).toBe(best);
    }
  });

  it("finds all inside a box", () => {
    const found: number[] = [];
    grid.within({ left: 0.2, right: 0.4, bottom: 0.5, top: 0.9 }, (row) => found.push(row));
    const all = [...x.keys()].filter((row) => x[row]! >= 0.2 && x[row]! <= 0.4 && y[row]! >= 0.5 && y[row]! <= 0.9);
    expect(found.sort((a, b) => a - b)).toEqual(all);
  });

  it("takes no point, and one", () => {
    expect(new Grid(new Float32Array(), new Float32Array()).nearest(0, 0, 1, () => true)).toBe(-1);
    expect(new Grid(Float32Array.of(2), Float32Array.of(3)).nearest(2.1, 3, 1, () => true)).toBe(0);
  });
});

describe("the lasso", () => {
  it("is inside by the even-odd rule", () => {
    const bent: [number, number][] = [
      [0, 0],
      [4, 0],
      [4, 4],
      [2, 1],
      [0, 4],
    ];
    expect(inside(bent, 1, 1)).toBe(true);
    expect(inside(bent, 2, 3)).toBe(false);
    expect(inside(bent, 9, 9)).toBe(false);
  });
});

describe("colours", () => {
  it("keep the seven largest categories; all titles are in one", () => {
    const codes = Int32Array.from([...Array(12).keys()].flatMap((code) => Array(12 - code).fill(code)));
    const { categories, of } = byCodes(codes, String, -1);
    expect(categories.map((one) => one.name)).toEqual(["0", "1", "2", "3", "4", "5", "6", ""]);
    expect(categories.reduce((sum, one) => sum + one.count, 0)).toBe(codes.length);
    expect(new Set(of).size).toBe(8);
    expect(new Set(categories.slice(0, 7).map((one) => one.colour)).size).toBe(7);
  });

  it("put every year into its decade", () => {
    const { categories, of } = byDecade(Int16Array.of(1931, 1950, 1959, 1999, 2024, 0));
    expect([...of].map((at) => categories[at]?.name)).toEqual(["-1950", "1950", "1950", "1990", "2000", ""]);
  });

  it("let a later mark win, and pass over titles that the map has not", () => {
    const { of } = byMarks(3, [
      ["seen", [0, 1, -1]],
      ["like", [1]],
    ]);
    expect([...of]).toEqual([0, 1, 2]);
  });
});

describe("around a title", () => {
  const random = chance(9);
  const nodes = Array.from({ length: 80 }, (_, at) => ({
    id: `n${at}`,
    type: at % 3 ? "title" : "person",
    name: `Name ${at}`,
    year: at % 2 ? 1990 : null,
    weight: at === 0 ? 1 : random(),
  }));
  const edges = nodes
    .slice(1)
    .map((node) => ({ source: "n0", target: node.id, relation: "related", weight: node.weight }));
  const answer = { centre: "n0", nodes, edges };

  it("every node has a place of its own on the page, the title in the middle, always the same", () => {
    const { spots } = layoutEgo(answer);
    expect(spots[0]).toMatchObject({ x: 500, y: 400 });
    for (const spot of spots) {
      expect(spot.x).toBeGreaterThanOrEqual(0);
      expect(spot.x).toBeLessThanOrEqual(1000);
      expect(spot.y).toBeGreaterThanOrEqual(0);
      expect(spot.y).toBeLessThanOrEqual(800);
    }
    expect(layoutEgo(answer).spots).toEqual(spots);
  });

  it("shows the name of the title in the middle, and no two names in one place", () => {
    const { spots } = layoutEgo(answer);
    const shown = fitting(spots, "n0", 15);
    expect(shown.has("n0")).toBe(true);
    expect(shown.size).toBeGreaterThan(8);
    for (const spot of spots) {
      const width = (Math.min(spot.name.length, 28) + (spot.year === null ? 0 : 5)) * 15 * 0.55;
      const middle = spot.x + (shown.get(spot.id) ?? 0);
      if (!shown.has(spot.id)) continue;
      expect(middle - width / 2).toBeGreaterThanOrEqual(0);
      expect(middle + width / 2).toBeLessThanOrEqual(1000);
    }
  });

  it("every node can be reached by arrows", () => {
    const { spots } = layoutEgo(answer);
    const reached = new Set([spots[0]!.id]);
    const open = [spots[0]!];
    for (let here = open.pop(); here; here = open.pop()) {
      for (const key of ["ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown"]) {
        const there = next(spots, here, key);
        if (there && !reached.has(there.id)) {
          reached.add(there.id);
          open.push(there);
        }
      }
    }
    expect(reached.size).toBeGreaterThan(75);
    expect(next(spots, spots[0]!, "x")).toBeNull();
  });

  it("takes a title with nothing around it", () => {
    expect(layoutEgo({ centre: "n0", nodes: nodes.slice(0, 1), edges: [] }).spots).toHaveLength(1);
  });
});

describe("labels", () => {
  it("do not overlap", () => {
    const boxes = new Boxes();
    expect(boxes.add(0, 0, 10, 10)).toBe(true);
    expect(boxes.add(9, 9, 10, 10)).toBe(false);
    expect(boxes.add(10, 0, 10, 10)).toBe(true);
  });

  it("are cut into lines", () => {
    expect(inLines("Horror · action · United States")).toEqual(["Horror · action", "United States"]);
  });
});

describe("the map's file", () => {
  function file(titles: string[]): ArrayBuffer {
    const encoder = new TextEncoder();
    const names = encoder.encode(titles.join(""));
    const starts = Uint32Array.from([
      0,
      ...titles.map((_, at) => encoder.encode(titles.slice(0, at + 1).join("")).length),
    ]);
    const parts: [string, string, ArrayBufferView][] = [
      ["x", "float32", Float32Array.from(titles, (_, at) => at / 2)],
      ["name_start", "uint32", starts],
      ["names", "uint8", names],
      ["genre", "uint8", Uint8Array.from(titles, () => 255)],
    ];
    let offset = 0;
    const columns = parts.map(([name, dtype, values]) => {
      const column = { name, dtype, offset, length: (values as Uint8Array).length };
      offset += Math.ceil(values.byteLength / 8) * 8;
      return column;
    });
    const header = encoder.encode(`${JSON.stringify({ titles: titles.length, columns })} `);
    const bytes = new Uint8Array(12 + header.length + offset);
    bytes.set(encoder.encode("REELMAP1"));
    new DataView(bytes.buffer).setUint32(8, header.length, true);
    bytes.set(header, 12);
    parts.forEach(([, , values], at) => {
      bytes.set(new Uint8Array(values.buffer), 12 + header.length + (columns[at]?.offset ?? 0));
    });
    return bytes.buffer;
  }

  it("is read, whatever its header's length and the letters of its names", () => {
    for (const titles of [["Alien", "霸王别姬", "Amélie"], ["A"], ["xy", "z"]]) {
      const columns = readColumns(file(titles));
      expect(titles.map((_, row) => columns.name(row))).toEqual(titles);
      expect([...columns.x]).toEqual(titles.map((_, at) => at / 2));
    }
  });

  it("is refused where it is none", () => {
    expect(() => readColumns(new ArrayBuffer(40))).toThrow("no map");
  });
});

describe("how a neighbourhood moved over the map", () => {
  const x = [0, 1, 2, 100];
  const y = [5, 7, 6, -100];

  it("stands in the middle, which one title far off does not move much", () => {
    expect(middle([0, 1, 2], x, y)).toEqual([1, 6]);
    expect(middle([0, 1, 2, 3], x, y)).toEqual([1.5, 5.5]);
    expect(middle([], x, y)).toBeNull();
  });

  it("is followed from date to date", () => {
    const track = {
      places: [[0, 0], [4, 2], null, [8, 8]] as ([number, number] | null)[],
      names: ["a", "b", "c", "d"],
    };
    expect(along(track, 0)).toEqual([0, 0]);
    expect(along(track, 0.25)).toEqual([1, 0.5]);
    expect(along(track, 1.5)).toEqual([4, 2]); // nothing is known of the next
    expect(along(track, 2)).toBeNull();
    expect(along(track, 3)).toEqual([8, 8]);
  });
});
