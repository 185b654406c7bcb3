// All titles as points, drawn by WebGL 2 in one call. No code is generated, so it runs under a strict policy.

import type { Columns } from "../data/columns";
import type { Camera, Size } from "./camera";
import { type Coloured, SHAPES } from "./colouring";
import { FRAGMENT, VERTEX } from "./shaders";

/** What of the map is lit. */
export interface Light {
  from: number;
  until: number;
  /** A category, -1 for all. */
  focus: number;
}

const SLOTS = 9;
/** Below this many pixels shapes cannot be told apart, and are not cut out. */
const SHAPELESS = 4;

export class Points {
  private readonly gl: WebGL2RenderingContext;
  private readonly program: WebGLProgram;
  private readonly places = new Map<string, WebGLUniformLocation | null>();
  private readonly categories: WebGLBuffer;
  private readonly chosen: WebGLBuffer;
  private anyChosen = false;

  /** Throws where there is no WebGL 2. */
  constructor(
    private readonly canvas: HTMLCanvasElement,
    private readonly columns: Columns,
  ) {
    const gl = canvas.getContext("webgl2", { antialias: false, alpha: true, premultipliedAlpha: true });
    if (!gl) throw new Error("no WebGL 2");
    this.gl = gl;
    this.program = link(gl);
    gl.useProgram(this.program);
    const positions = new Float32Array(columns.titles * 2);
    for (let row = 0; row < columns.titles; row += 1) {
      positions[2 * row] = columns.x[row] as number;
      positions[2 * row + 1] = columns.y[row] as number;
    }
    this.attribute(0, positions, 2, gl.FLOAT);
    this.categories = this.attribute(1, new Uint8Array(columns.titles), 1, gl.UNSIGNED_BYTE);
    this.attribute(2, columns.popularity, 1, gl.FLOAT);
    this.attribute(3, columns.year, 1, gl.SHORT);
    this.chosen = this.attribute(4, new Uint8Array(columns.titles), 1, gl.UNSIGNED_BYTE);
    gl.bindBuffer(gl.ELEMENT_ARRAY_BUFFER, gl.createBuffer());
    gl.bufferData(gl.ELEMENT_ARRAY_BUFFER, knownLast(columns.popularity), gl.STATIC_DRAW);
    gl.enable(gl.BLEND);
    gl.blendFunc(gl.ONE, gl.ONE_MINUS_SRC_ALPHA);
  }

  colour({ categories, of }: Coloured): void {
    const palette = new Float32Array(SLOTS * 3);
    const shapes = new Float32Array(SLOTS);
    categories.forEach((one, at) => {
      palette.set(rgb(one.colour), at * 3);
      shapes[at] = SHAPES.indexOf(one.shape);
    });
    this.gl.uniform3fv(this.place("palette"), palette);
    this.gl.uniform1fv(this.place("shapes"), shapes);
    this.refill(this.categories, of);
  }

  /** Lights only these rows; all where there are none. */
  choose(rows: Iterable<number>): void {
    const marks = new Uint8Array(this.columns.titles);
    this.anyChosen = false;
    for (const row of rows) {
      marks[row] = 1;
      this.anyChosen = true;
    }
    this.refill(this.chosen, marks);
  }

  draw(camera: Camera, size: Size, density: number, light: Light, point: number): void {
    const { gl } = this;
    const width = Math.round(size.width * density);
    const height = Math.round(size.height * density);
    if (this.canvas.width !== width || this.canvas.height !== height) {
      this.canvas.width = width;
      this.canvas.height = height;
    }
    gl.viewport(0, 0, width, height);
    gl.clearColor(0, 0, 0, 0);
    gl.clear(gl.COLOR_BUFFER_BIT);
    gl.uniform2f(this.place("centre"), camera.x, camera.y);
    gl.uniform2f(this.place("scale"), (2 * camera.scale) / size.width, (2 * camera.scale) / size.height);
    gl.uniform1f(this.place("size"), point * density);
    gl.uniform1f(this.place("plain"), point * density < SHAPELESS ? 1 : 0);
    gl.uniform2f(this.place("years"), light.from, light.until);
    gl.uniform1f(this.place("focus"), light.focus);
    gl.uniform1f(this.place("anyChosen"), this.anyChosen ? 1 : 0);
    gl.drawElements(gl.POINTS, this.columns.titles, gl.UNSIGNED_INT, 0);
  }

  /** Waits until all that was asked for is drawn; only to measure. */
  finish(): void {
    this.gl.readPixels(0, 0, 1, 1, this.gl.RGBA, this.gl.UNSIGNED_BYTE, new Uint8Array(4));
  }

  dispose(): void {
    this.gl.getExtension("WEBGL_lose_context")?.loseContext();
  }

  private attribute(at: number, values: ArrayBufferView, width: number, type: number): WebGLBuffer {
    const { gl } = this;
    const buffer = gl.createBuffer();
    gl.bindBuffer(gl.ARRAY_BUFFER, buffer);
    gl.bufferData(gl.ARRAY_BUFFER, values, gl.STATIC_DRAW);
    gl.enableVertexAttribArray(at);
    gl.vertexAttribPointer(at, width, type, false, 0, 0);
    return buffer;
  }

  private refill(buffer: WebGLBuffer, values: Uint8Array): void {
    this.gl.bindBuffer(this.gl.ARRAY_BUFFER, buffer);
    this.gl.bufferData(this.gl.ARRAY_BUFFER, values, this.gl.DYNAMIC_DRAW);
  }

  private place(name: string): WebGLUniformLocation | null {
    if (!this.places.has(name)) this.places.set(name, this.gl.getUniformLocation(this.program, name));
    return this.places.get(name) ?? null;
  }
}

/** The order of drawing: what is well known comes last, and so lies on top. */
function knownLast(popularity: Float32Array): Uint32Array {
  return Uint32Array.from(popularity, (_, row) => row).sort(
    (one, two) => (popularity[one] as number) - (popularity[two] as number),
  );
}

function rgb(colour: string): [number, number, number] {
  const value = Number.parseInt(colour.slice(1), 16);
  return [(value >> 16) / 255, ((value >> 8) & 255) / 255, (value & 255) / 255];
}

function link(gl: WebGL2RenderingContext): WebGLProgram {
  const program = gl.createProgram();
  for (const [type, text] of [
    [gl.VERTEX_SHADER, VERTEX],
    [gl.FRAGMENT_SHADER, FRAGMENT],
  ] as const) {
    const shader = gl.createShader(type);
    if (!shader) throw new Error("no WebGL 2");
    gl.shaderSource(shader, text);
    gl.compileShader(shader);
    gl.attachShader(program, shader);
  }
  gl.linkProgram(program);
  if (!gl.getProgramParameter(program, gl.LINK_STATUS)) throw new Error(gl.getProgramInfoLog(program) ?? "no WebGL 2");
  return program;
}
