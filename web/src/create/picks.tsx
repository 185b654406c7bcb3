// Titles and people that are chosen by a search, or among what is pinned; they count at once.

import type { SearchHit } from "../data/types";
import { language, t } from "../i18n";
import { amend, route, to } from "../router";
import { announce, answers, asking } from "../state/app";
import { pins } from "../state/marks";
import { useAnswer } from "../state/use_answer";
import { Icon } from "../ui/icon";
import { Link } from "../ui/link";
import { SearchBox } from "../ui/search_box";
import { named } from "../ui/title_words";

interface Props {
  name: string;
  label: string;
  most?: number;
}

/** Titles, by their ids. */
export function TitlePicks({ name, label, most = 12 }: Props) {
  const chosen = route.value.query.getAll(name);
  const add = (id: string) => {
    if (!chosen.includes(id)) amend({ [name]: [...chosen, id].slice(-most) });
  };
  const free = pins.value.filter((pin) => !chosen.includes(pin.title_id));
  return (
    <div class="picks">
      <span class="quiet">{label}</span>
      {chosen.length > 0 && (
        <ul class="chips" aria-label={label}>
          {chosen.map((id) => (
            <TitleChip key={id} name={name} id={id} />
          ))}
        </ul>
      )}
      {chosen.length < most && (
        <>
          <SearchBox label={label} types="title" onPick={(hit) => add(hit.id)} />
          {free.length > 0 && (
            <p class="tool-line">
              {free.map((pin) => (
                <button key={pin.title_id} type="button" class="button small" onClick={() => add(pin.title_id)}>
                  <Icon name="pin" /> {pin.name}
                </button>
              ))}
            </p>
          )}
        </>
      )}
    </div>
  );
}

/** People, by name where that means one of them, else by id. */
export function PeoplePicks({ name, label }: Props) {
  const chosen = route.value.query.getAll(name);
  async function add(hit: SearchHit): Promise<void> {
    try {
      const found = await answers().search(hit.name, 20, asking());
      const alike = found.results.filter((one) => one.type === "person" && one.name === hit.name);
      const one = alike.length > 1 ? hit.id : hit.name;
      if (!chosen.includes(one)) amend({ [name]: [...chosen, one] });
    } catch {
      announce(t("problem.unexpected"), true);
    }
  }
  return (
    <div class="picks">
      <span class="quiet">{label}</span>
      {chosen.length > 0 && (
        <ul class="chips" aria-label={label}>
          {chosen.map((one) => (
            <li key={one} class="chip">
              {one}
              <Remove name={name} one={one} called={one} />
            </li>
          ))}
        </ul>
      )}
      <SearchBox label={label} types="person" onPick={(hit) => void add(hit)} />
    </div>
  );
}

function TitleChip({ name, id }: { name: string; id: string }) {
  const about = useAnswer(`${id}|${language.value}`, (signal) => answers().title(id, asking(signal)));
  const called = about.value ? named(about.value.title) : id;
  return (
    <li class="chip">
      <Link to={to("title", id)}>{called}</Link>
      <Remove name={name} one={id} called={called} />
    </li>
  );
}

function Remove({ name, one, called }: { name: string; one: string; called: string }) {
  const rest = route.value.query.getAll(name).filter((other) => other !== one);
  return (
    <button
      type="button"
      class="chip-remove"
      aria-label={t("create.remove", { what: called })}
      onClick={() => amend({ [name]: rest })}
    >
      <Icon name="close" />
    </button>
  );
}
