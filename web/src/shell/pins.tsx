// Pinned titles, along the lower edge: to compare, to join by a path, to ask for more like all of them.

import { t } from "../i18n";
import { to } from "../router";
import { pins, toggle } from "../state/marks";
import { Icon } from "../ui/icon";
import { Link } from "../ui/link";

export function Pins() {
  const pinned = pins.value;
  if (!pinned.length) return null;
  const [first, second] = pinned.slice(-2);
  return (
    <section class="pins" aria-label={t("pins.title")}>
      <ul>
        {pinned.map((title) => (
          <li key={title.title_id}>
            <Link to={to("title", title.title_id)}>{title.name}</Link>
            <button
              type="button"
              aria-label={t("pins.remove", { title: title.name })}
              onClick={() => void toggle(title, "pin")}
            >
              <Icon name="close" />
            </button>
          </li>
        ))}
      </ul>
      {first && second && (
        <Link class="button small" to={to("path", "", { a: first.title_id, b: second.title_id })}>
          <Icon name="path" />
          {t("pins.path")}
        </Link>
      )}
      {pinned.length > 1 && (
        <Link class="button small" to={to("create", "", { tab: "compare" })}>
          {t("pins.compare")}
        </Link>
      )}
      {pinned.length > 1 && (
        <Link class="button small" to={to("taste", "", { like: pinned.map((one) => one.title_id) })}>
          {t("pins.more")}
        </Link>
      )}
    </section>
  );
}
