// The outlines that things are drawn with beside their colour: colours alone are not seen by all.

const OUTLINES = {
  circle: "M8 2a6 6 0 1 0 0 12A6 6 0 0 0 8 2Z",
  square: "M2.800 2.800h10.400v10.400H2.800Z",
  triangle: "M8 1.800 14.600 13.500H1.400Z",
  diamond: "M8 1 15 8l-7 7-7-7Z",
  cross: "M5.700 2h4.600v3.700H14v4.600h-3.700V14H5.700v-3.700H2V5.700h3.700Z",
  hexagon: "M4.500 2h7l3.500 6-3.500 6h-7L1 8Z",
  star: "M8 1l2 4.600 5 .5-3.800 3.300 1.200 4.900L8 11.700l-4.400 2.600 1.200-4.900L1 6.100l5-.5Z",
} as const;

export type Outline = keyof typeof OUTLINES;

/** The width of the square that outlines are drawn in. */
export const OUTLINE_SIZE = 16;

export function outline(name: Outline): string {
  return OUTLINES[name];
}
