// How a title looks and sounds: its main colours, its colours from beginning to end, and what was measured.

import type { Look } from "../data/types";
import { list, number, percent, say, t } from "../i18n";

/** What is shown of each kind of file, with digits; "%" for a share. */
const FIGURES: Record<Look["modality"], [string, number | "%"][]> = {
  image: [
    ["lightness", 0],
    ["contrast", 0],
    ["colourfulness", 0],
    ["warmth", 2],
    ["symmetry", 2],
  ],
  video: [
    ["shots", 0],
    ["shot_seconds", 1],
    ["motion", 2],
    ["lightness", 0],
    ["lighting_key", 2],
    ["colour_variance", 2],
  ],
  audio: [
    ["tempo", 0],
    ["loudness", 1],
    ["loudness_range", 1],
    ["speech", "%"],
    ["music", "%"],
  ],
};
const HEIGHT = 24;

export function Looks({ looks }: { looks: Look[] }) {
  return (
    <section class="panel" aria-labelledby="looks-heading" data-testid="looks">
      <header class="panel-head">
        <h2 id="looks-heading">{t("looks.title")}</h2>
      </header>
      {looks.map((look) => (
        <div key={look.modality} class="look">
          <h3>{t(`looks.${look.modality}`)}</h3>
          {look.palette.length > 0 && <Palette colours={look.palette} />}
          {look.barcode.length > 0 && <Barcode colours={look.barcode} />}
          <dl class="look-figures">
            {FIGURES[look.modality].map(([name, digits]) => {
              const value = look.figures[name];
              if (value === undefined || value === null) return null;
              return (
                <div key={name}>
                  <dt>{say(`looks.figure.${name}`, name)}</dt>
                  <dd>{digits === "%" ? percent(value) : number(value, digits)}</dd>
                </div>
              );
            })}
          </dl>
        </div>
      ))}
    </section>
  );
}

/** Main colours, each as wide as its share. */
function Palette({ colours }: { colours: Look["palette"] }) {
  const total = colours.reduce((sum, one) => sum + one.share, 0) || 1;
  const said = list(colours.map(({ colour, share }) => `${colour} ${percent(share)}`));
  let start = 0;
  return (
    <svg
      class="palette"
      viewBox={`0 0 256 ${HEIGHT}`}
      preserveAspectRatio="none"
      role="img"
      aria-label={t("looks.palette", { colours: said })}
    >
      {colours.map(({ colour, share }) => {
        const width = (256 * share) / total;
        start += width;
        return (
          <rect key={colour} x={start - width} width={width} height={HEIGHT} fill={colour}>
            <title>{`${colour} ${percent(share)}`}</title>
          </rect>
        );
      })}
    </svg>
  );
}

/** A stripe a moment. */
function Barcode({ colours }: { colours: string[] }) {
  return (
    <svg
      class="barcode"
      viewBox={`0 0 ${colours.length} ${HEIGHT}`}
      preserveAspectRatio="none"
      role="img"
      aria-label={t("looks.barcode")}
    >
      {colours.map((colour, at) => (
        <rect key={at} x={at} width={1.05} height={HEIGHT} fill={colour} />
      ))}
    </svg>
  );
}
