// A score as one bar, cut into what each facet gives.

import { number, say } from "../i18n";
import { styleOf } from "./palette";

interface Props {
  facets: Record<string, number>;
  /** The score that fills the whole width. */
  most: number;
}

export function FacetBar({ facets, most }: Props) {
  const parts = Object.entries(facets).filter(([, part]) => part > 0);
  const label = parts.map(([name, part]) => `${say(`facet.${name}`, name)} ${number(part, 2)}`).join(", ");
  return (
    <svg class="facet-bar" viewBox="0 0 100 6" preserveAspectRatio="none" role="img" aria-label={label}>
      <title>{label}</title>
      <rect class="facet-rest" x="0" y="0" width="100" height="6" />
      {bars(parts, most).map(({ name, x, width }) => (
        <rect key={name} x={x} y="0" width={width} height="6" fill={styleOf(name).colour} />
      ))}
    </svg>
  );
}

function bars(parts: [string, number][], most: number): { name: string; x: number; width: number }[] {
  let x = 0;
  return parts.map(([name, part]) => {
    const width = most > 0 ? Math.max(0, (100 * part) / most) : 0;
    const bar = { name, x, width: Math.max(0, width - 0.6) };
    x += width;
    return bar;
  });
}
