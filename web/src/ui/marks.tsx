// The buttons of a title: seen, like, watchlist, hide, pin, and why.

import type { Title } from "../data/types";
import { type Key, t } from "../i18n";
import { announce } from "../state/app";
import { has, type Mark, toggle } from "../state/marks";
import { Icon, type IconName } from "./icon";

const BUTTONS: Record<Mark, { icon: IconName; key: string }> = {
  seen: { icon: "eye", key: "s" },
  like: { icon: "heart", key: "e" },
  dislike: { icon: "heartless", key: "" },
  watchlist: { icon: "bookmark", key: "b" },
  hide: { icon: "hide", key: "x" },
  pin: { icon: "pin", key: "p" },
};

interface Props {
  title: Title;
  marks: Mark[];
  words?: boolean;
  onMark?: (mark: Mark, set: boolean) => void;
}

export function Marks({ title, marks, words = false, onMark }: Props) {
  async function mark(one: Mark): Promise<void> {
    try {
      const set = await toggle(title, one);
      announce(t(`mark.${one}.${set ? "done" : "undone"}` as Key, { title: title.name }));
      onMark?.(one, set);
    } catch {
      announce(t("mark.failed"), true);
    }
  }
  return (
    <>
      {marks.map((one) => {
        const set = has(title.title_id, one);
        return (
          <button
            key={one}
            type="button"
            class={words ? "button" : "tool"}
            aria-pressed={set}
            aria-label={words ? undefined : `${t(`mark.${one}`)}: ${title.name}`}
            title={t(`mark.${one}`)}
            data-key={BUTTONS[one].key || undefined}
            onClick={() => mark(one)}
          >
            <Icon name={BUTTONS[one].icon} filled={set} />
            {words && <span>{t(`mark.${one}`)}</span>}
          </button>
        );
      })}
    </>
  );
}
