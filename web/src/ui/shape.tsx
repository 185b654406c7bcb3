// A facet, type or relation in its colour and its shape.

import { OUTLINE_SIZE, outline } from "./outline";
import { styleOf } from "./palette";

export function Shape({ of, size = 12 }: { of: string; size?: number }) {
  const { shape, colour } = styleOf(of);
  const box = `0 0 ${OUTLINE_SIZE} ${OUTLINE_SIZE}`;
  return (
    <svg class="shape" viewBox={box} width={size} height={size} aria-hidden="true" focusable="false">
      <path d={outline(shape)} fill={colour} />
    </svg>
  );
}
