// Moving a drawing by mouse, wheel or fingers.

import type { RefObject } from "preact";
import { useEffect, useState } from "preact/hooks";
import { HEIGHT, WIDTH } from "./ego_layout";
import { Gestures } from "./gestures";

interface Where {
  x: number;
  y: number;
  scale: number;
}

const START: Where = { x: 0, y: 0, scale: 1 };

export function usePanZoom(root: RefObject<SVGSVGElement>, on: boolean) {
  const [where, setWhere] = useState<Where>(START);
  useEffect(() => {
    const svg = root.current;
    if (!svg || !on) return;
    const ratio = () => WIDTH / svg.getBoundingClientRect().width;
    const gestures = new Gestures(svg as unknown as HTMLElement, {
      pan: (dx, dy) => setWhere((at) => ({ ...at, x: at.x + dx * ratio(), y: at.y + dy * ratio() })),
      zoom: (x, y, factor) => setWhere((at) => scaled(at, x * ratio(), y * ratio(), factor)),
      hover: () => undefined,
      click: () => undefined,
      open: () => undefined,
      drawing: () => false,
      draw: () => undefined,
      drawn: () => undefined,
      key: () => false,
      focus: () => undefined,
      captures: false,
    });
    return () => gestures.dispose();
  }, [on]);
  return {
    scale: where.scale,
    transform: `translate(${where.x} ${where.y}) scale(${where.scale})`,
    zoom: (factor: number) => setWhere((at) => scaled(at, WIDTH / 2, HEIGHT / 2, factor)),
    reset: () => setWhere(START),
  };
}

function scaled(at: Where, x: number, y: number, factor: number): Where {
  const scale = Math.min(6, Math.max(0.5, at.scale * factor));
  const by = scale / at.scale;
  return { x: x - (x - at.x) * by, y: y - (y - at.y) * by, scale };
}
