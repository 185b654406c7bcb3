// The map's binary columns: one array a column, names and ids cut out of one text only when they are shown.

export interface Columns {
  titles: number;
  x: Float32Array;
  y: Float32Array;
  year: Int16Array;
  kind: Uint8Array;
  genre: Uint8Array;
  country: Uint8Array;
  groups: Int32Array[];
  popularity: Float32Array;
  values: Record<string, string[]>;
  name(row: number): string;
  id(row: number): string;
  /** The row of a title, -1 where the map has none. */
  row(id: string): number;
}

const MAGIC = "REELMAP1";
const NONE = 255;
const READERS = {
  float32: Float32Array,
  int16: Int16Array,
  int32: Int32Array,
  uint8: Uint8Array,
  uint16: Uint16Array,
  uint32: Uint32Array,
} as const;

interface Column {
  name: string;
  dtype: string;
  offset: number;
  length: number;
  values?: string[];
}

/** Reads the file that `/v1/map` sends. */
export function readColumns(buffer: ArrayBuffer): Columns {
  const bytes = new Uint8Array(buffer);
  const decoder = new TextDecoder();
  if (bytes.length < 12 || decoder.decode(bytes.subarray(0, 8)) !== MAGIC) {
    throw new Error("this is no map: it does not begin with REELMAP1");
  }
  const headerLength = new DataView(buffer).getUint32(8, true);
  const header = JSON.parse(decoder.decode(bytes.subarray(12, 12 + headerLength))) as {
    titles: number;
    columns: Column[];
  };
  const start = 12 + headerLength;
  const found = new Map(header.columns.map((column) => [column.name, column]));

  function read<T>(name: string, otherwise: T): T {
    const column = found.get(name);
    const Reader = column && READERS[column.dtype.replace(/^[<|]/, "") as keyof typeof READERS];
    if (!column || !Reader) return otherwise;
    const from = start + column.offset;
    // Offsets count from the end of the header, whose length need not be a multiple of four: copy where it is not.
    const aligned = from % Reader.BYTES_PER_ELEMENT === 0;
    const size = column.length * Reader.BYTES_PER_ELEMENT;
    return (aligned
      ? new Reader(buffer, from, column.length)
      : new Reader(buffer.slice(from, from + size))) as unknown as T;
  }

  const count = header.titles;
  const levels: Int32Array[] = [];
  for (let level = 0; found.has(`group${level}`); level += 1) levels.push(read(`group${level}`, new Int32Array(count)));
  const names = texts(read("name_start", new Uint32Array(count + 1)), read("names", new Uint8Array()), decoder);
  const ids = texts(read("id_start", new Uint32Array(count + 1)), read("ids", new Uint8Array()), decoder);
  let rows: Map<string, number> | null = null;
  return {
    titles: count,
    x: read("x", new Float32Array(count)),
    y: read("y", new Float32Array(count)),
    year: read("year", new Int16Array(count)),
    kind: read("kind", new Uint8Array(count)),
    genre: read("genre", new Uint8Array(count).fill(NONE)),
    country: read("country", new Uint8Array(count).fill(NONE)),
    groups: levels,
    popularity: read("popularity", new Float32Array(count)),
    values: Object.fromEntries(header.columns.map((column) => [column.name, column.values ?? []])),
    name: names,
    id: ids,
    row(id) {
      if (rows === null) {
        rows = new Map();
        for (let at = 0; at < count; at += 1) rows.set(ids(at), at);
      }
      return rows.get(id) ?? -1;
    },
  };
}

function texts(starts: Uint32Array, bytes: Uint8Array, decoder: TextDecoder): (row: number) => string {
  return (row) => decoder.decode(bytes.subarray(starts[row] ?? 0, starts[row + 1] ?? 0));
}
