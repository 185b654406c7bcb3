// What the colours mean; a category that is pressed stands out on the map.

import { number, say, t } from "../i18n";
import { amend } from "../router";
import { outline } from "../ui/outline";
import type { Coloured, Colouring } from "./colouring";
import { COLOURINGS } from "./colouring";

interface Props {
  colouring: Colouring;
  coloured: Coloured;
  focus: number;
  translated: (column: string, value: string) => string;
}

export function Legend({ colouring, coloured, focus, translated }: Props) {
  return (
    <section class="panel legend" aria-label={t("map.legend")}>
      <label class="field">
        {t("map.colour")}
        <select
          value={colouring}
          onChange={(event) =>
            amend({ colour: event.currentTarget.value === "group" ? null : event.currentTarget.value, focus: null })
          }
        >
          {COLOURINGS.map((one) => (
            <option key={one} value={one}>
              {t(`map.colour.${one}`)}
            </option>
          ))}
        </select>
      </label>
      <ul>
        {coloured.categories.map((one, at) =>
          one.count === 0 && one.name === "" ? null : (
            <li key={one.name}>
              <button
                type="button"
                aria-pressed={focus === at}
                disabled={one.name === ""}
                onClick={() => amend({ focus: focus === at ? null : one.name })}
              >
                <svg class="shape" viewBox="0 0 16 16" width="13" height="13" aria-hidden="true">
                  <path d={outline(one.shape)} fill={one.colour} />
                </svg>
                <span>{categoryName(colouring, one.name, translated)}</span>
                <span class="quiet">{number(one.count)}</span>
              </button>
            </li>
          ),
        )}
      </ul>
    </section>
  );
}

function categoryName(colouring: Colouring, name: string, translated: Props["translated"]): string {
  if (name === "") return colouring === "mine" ? t("map.not_mine") : t("map.others");
  if (colouring === "decade") {
    return name.startsWith("-") ? t("map.before", { year: name.slice(1) }) : t("map.decade", { decade: name });
  }
  if (colouring === "mine") return say(`mark.${name}`, name);
  return translated(colouring, name);
}
