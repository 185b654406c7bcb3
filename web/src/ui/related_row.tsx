// One related title: what it is, how close and through what, why, and what sets it apart.

import { chipsOf } from "../data/chips";
import type { RelatedTitle } from "../data/types";
import { fixed, t } from "../i18n";
import { tagName } from "../i18n/tags";
import { to } from "../router";
import { FacetBar } from "./facet_bar";
import { Icon } from "./icon";
import { Link } from "./link";
import { Marks } from "./marks";
import { Shape } from "./shape";
import { kindAndRuntime } from "./title_words";

interface Props {
  item: RelatedTitle;
  most: number;
  /** Without, there is no more to be told. */
  onWhy?: () => void;
  onHide?: () => void;
}

export function RelatedRow({ item, most, onWhy, onHide }: Props) {
  const chips = chipsOf(item.reason, item.shared, tagName, item.alike);
  return (
    <li class="row" data-row="" data-flip={item.title_id}>
      <span class="rank" aria-hidden="true">
        {item.rank}
      </span>
      <div class="row-main">
        <p class="row-title">
          <Link to={to("title", item.title_id)}>{item.name}</Link>
          {item.year !== null && <span class="year">{item.year}</span>}
          <span class="row-kind">{kindAndRuntime(item)}</span>
        </p>
        <ul class="chips" aria-label={t("related.reasons")}>
          {chips.map((chip) => (
            <li key={chip.text} class="chip">
              {chip.facet && <Shape of={chip.facet} size={10} />}
              {chip.text}
            </li>
          ))}
        </ul>
        {item.differs && (
          <p class="differs">
            <span>{t("related.differs")}</span> {item.differs}
          </p>
        )}
      </div>
      <div class="row-side">
        <div class="row-score">
          <FacetBar facets={item.facets} most={most} />
          <span class="score">{fixed(item.score, 2)}</span>
        </div>
        <div class="tools">
          <Marks
            title={item}
            marks={onHide ? ["seen", "watchlist", "pin", "hide"] : ["seen", "watchlist", "pin"]}
            onMark={(mark, set) => mark === "hide" && set && onHide?.()}
          />
          {onWhy && (
            <button
              type="button"
              class="tool tool-why"
              data-key="w"
              aria-label={t("why.of", { title: item.name })}
              title={t("why.button")}
              onClick={onWhy}
            >
              <Icon name="why" />
              <span>{t("why.button")}</span>
            </button>
          )}
        </div>
      </div>
    </li>
  );
}
