// The points' programs. A point's shape is cut out of its square; what is out of focus grows pale and small.

export const VERTEX = `#version 300 es
layout(location = 0) in vec2 position;
layout(location = 1) in float category;
layout(location = 2) in float popularity;
layout(location = 3) in float year;
layout(location = 4) in float chosen;
uniform vec2 centre;
uniform vec2 scale;
uniform float size;
uniform vec2 years;
uniform float focus;
uniform float anyChosen;
uniform vec3 palette[9];
uniform float shapes[9];
out vec3 colour;
out float alpha;
flat out int shape;
void main() {
  int at = int(category + 0.5);
  bool inTime = year < 1.0 ? years.y > 9998.0 : (year >= years.x && year <= years.y);
  bool lit = inTime && (focus < 0.0 || abs(focus - category) < 0.5) && (anyChosen < 0.5 || chosen > 0.5);
  colour = palette[at];
  shape = int(shapes[at] + 0.5);
  alpha = !inTime ? 0.0 : lit ? 0.86 : 0.13;
  float grown = size * (0.62 + 1.25 * popularity) * (chosen > 0.5 ? 1.35 : 1.0);
  gl_Position = alpha == 0.0 ? vec4(2.0, 2.0, 2.0, 1.0) : vec4((position - centre) * scale, 0.0, 1.0);
  gl_PointSize = max(1.5, lit ? grown : grown * 0.7);
}`;

export const FRAGMENT = `#version 300 es
precision mediump float;
in vec3 colour;
in float alpha;
flat in int shape;
uniform float plain;
out vec4 seen;
void main() {
  vec2 at = gl_PointCoord * 2.0 - 1.0;
  if (plain < 0.5) {
    float edge;
    if (shape == 1) edge = max(abs(at.x), abs(at.y)) - 0.82;
    else if (shape == 2) edge = max(abs(at.x) * 0.9 - at.y * 0.45, at.y) - 0.72;
    else if (shape == 3) edge = abs(at.x) + abs(at.y) - 1.0;
    else if (shape == 4) edge = max(min(abs(at.x), abs(at.y)) - 0.34, max(abs(at.x), abs(at.y)) - 0.95);
    else edge = dot(at, at) - 0.92;
    if (edge > 0.0) discard;
  } else if (dot(at, at) > 1.2) discard;
  seen = vec4(colour * alpha, alpha);
}`;
