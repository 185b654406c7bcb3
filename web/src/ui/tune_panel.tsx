// The frame of what tunes a list: a heading, and a button that undoes it all.

import type { ComponentChildren } from "preact";
import { t } from "../i18n";
import { Icon } from "./icon";

interface Props {
  changed: boolean;
  onReset: () => void;
  children: ComponentChildren;
}

export function TunePanel({ changed, onReset, children }: Props) {
  return (
    <section class="panel tune" aria-label={t("tune.title")}>
      <header class="panel-head">
        <h2>
          <Icon name="tune" /> {t("tune.title")}
        </h2>
        <button type="button" class="button small" disabled={!changed} onClick={onReset}>
          <Icon name="reset" />
          {t("tune.reset")}
        </button>
      </header>
      {children}
    </section>
  );
}
