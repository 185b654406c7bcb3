// Pinned titles side by side: facts in rows, titles in columns; what several of them share is marked.

import type { ComponentChildren } from "preact";
import type { TitleAnswer } from "../data/types";
import { csv } from "../export/csv";
import { save } from "../export/save";
import { language, list, percent, say, t } from "../i18n";
import { tagName } from "../i18n/tags";
import { to } from "../router";
import { answers, asking } from "../state/app";
import { pins, toggle } from "../state/marks";
import { useAnswer } from "../state/use_answer";
import { Icon } from "../ui/icon";
import { Link } from "../ui/link";
import { Menu } from "../ui/menu";
import { Shape } from "../ui/shape";
import { Empty, Loading, Wrong } from "../ui/states";
import { kindAndRuntime, years } from "../ui/title_words";
import { figureWords, measureName } from "./row";

const ROLES = ["director", "creator", "writer", "actor", "composer", "cinematographer"];
const TAGS = ["genre", "country", "language", "franchise", "based_on", "company", "keyword", "subject", "trope"];
const MOST = 8;

interface Thing {
  id: string;
  type: string;
  name: string;
}

export function Compare() {
  const pinned = pins.value;
  const ids = pinned.map((one) => one.title_id);
  const found = useAnswer(ids.length > 1 ? `${ids.join("|")}|${language.value}` : null, (signal) =>
    Promise.all(ids.map((id) => answers().title(id, asking(signal)))),
  );
  if (ids.length < 2) {
    return (
      <Empty title={t("create.compare.missing")}>
        <p>{t("create.compare.how")}</p>
      </Empty>
    );
  }
  return (
    <section class="create-answer" aria-busy={found.waiting} data-testid="compare">
      {found.problem && <Wrong problem={found.problem} again={found.again} />}
      {!found.value && !found.problem && <Loading rows={3} />}
      {found.value && <Beside titles={found.value} />}
    </section>
  );
}

function Beside({ titles }: { titles: TitleAnswer[] }) {
  const things = titles.map(thingsOf);
  const counts = new Map<string, { thing: Thing; titles: string[] }>();
  things.forEach((own, at) => {
    for (const thing of own) {
      const before = counts.get(thing.id) ?? { thing, titles: [] };
      before.titles.push(titles[at]?.title.name ?? "");
      counts.set(thing.id, before);
    }
  });
  const shared = [...counts.values()].filter((one) => one.titles.length > 1);
  shared.sort((one, two) => two.titles.length - one.titles.length);
  const isShared = (id: string) => (counts.get(id)?.titles.length ?? 0) > 1;
  const kinds = [...ROLES, ...TAGS].filter((kind) => things.some((own) => own.some((one) => one.type === kind)));
  const cell = (at: number, kind: string) => {
    const own = (things[at] ?? []).filter((one) => one.type === kind);
    return [...own.filter((one) => isShared(one.id)), ...own.filter((one) => !isShared(one.id))].slice(0, MOST);
  };
  const measures = [...new Set(titles.flatMap((one) => one.figures ?? []).map((one) => one.measure))];
  const facts: [string, (one: TitleAnswer) => string][] = [
    [t("column.year"), (one) => years(one.title) || "–"],
    [t("tune.kind"), (one) => kindAndRuntime(one.title, true)],
    [
      t("create.compare.renown"),
      (one) => (typeof one.popularity === "number" ? percent(one.popularity) : t("create.unknown")),
    ],
    ...measures.map((measure): [string, (one: TitleAnswer) => string] => [
      measureName(measure),
      (one) => {
        const figure = one.figures?.find((each) => each.measure === measure);
        return figure ? `${figureWords(figure)} (${figure.source})` : t("create.unknown");
      },
    ]),
  ];
  const table = [
    ...facts.map(([name, told]) => [name, ...titles.map(told)]),
    ...kinds.map((kind) => [
      kindName(kind),
      ...titles.map((_, at) =>
        cell(at, kind)
          .map((one) => one.name)
          .join("; "),
      ),
    ]),
  ];
  return (
    <>
      <header class="list-head">
        <h2>{t("create.compare")}</h2>
        <Menu
          label={t("export")}
          icon="share"
          choices={[
            {
              name: t("export.csv"),
              act: () =>
                save("compare.csv", csv(["", ...titles.map((one) => one.title.name)], table), "text/csv;charset=utf-8"),
            },
          ]}
        />
      </header>
      <div class="table-box" tabIndex={0} role="region" aria-label={t("create.compare")}>
        <table class="compare">
          <caption class="hidden">{t("create.compare")}</caption>
          <thead>
            <tr>
              <td />
              {titles.map(({ title }) => (
                <th key={title.title_id} scope="col">
                  <Link to={to("title", title.title_id)}>{title.name}</Link>
                  <button
                    type="button"
                    class="tool"
                    aria-label={t("pins.remove", { title: title.name })}
                    onClick={() => void toggle(title, "pin")}
                  >
                    <Icon name="close" />
                  </button>
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {facts.map(([name, told]) => (
              <Line key={name} name={name}>
                {titles.map((one) => (
                  <td key={one.title.title_id}>{told(one)}</td>
                ))}
              </Line>
            ))}
            {kinds.map((kind) => (
              <Line key={kind} name={kindName(kind)}>
                {titles.map((one, at) => (
                  <td key={one.title.title_id}>
                    {cell(at, kind).length === 0 && <span class="quiet">{t("create.unknown")}</span>}
                    <ul>
                      {cell(at, kind).map((thing) => (
                        <li key={thing.id}>{isShared(thing.id) ? <mark>{thing.name}</mark> : thing.name}</li>
                      ))}
                    </ul>
                  </td>
                ))}
              </Line>
            ))}
          </tbody>
        </table>
      </div>
      <h3>{t("create.compare.shared")}</h3>
      {!shared.length && <p class="quiet">{t("create.compare.nothing")}</p>}
      <ul class="plain-list" data-testid="compare-shared">
        {shared.map(({ thing, titles: names }) => (
          <li key={thing.id}>
            <Shape of={thing.type} size={10} /> <b>{thing.name}</b>{" "}
            <span class="quiet">
              {kindName(thing.type)} · {names.length === titles.length ? t("create.compare.all") : list(names)}
            </span>
          </li>
        ))}
      </ul>
    </>
  );
}

function Line({ name, children }: { name: string; children: ComponentChildren }) {
  return (
    <tr>
      <th scope="row">{name}</th>
      {children}
    </tr>
  );
}

function kindName(kind: string): string {
  return say(`role.${kind}`, say(`type.${kind}`, kind));
}

/** People by their first role, and tags, each once. */
function thingsOf({ title }: TitleAnswer): Thing[] {
  const found = new Map<string, Thing>();
  for (const credit of [...(title.credits ?? [])].sort((one, two) => place(one.role) - place(two.role))) {
    const { node_id: id, name, role } = credit;
    if (ROLES.includes(role) && !found.has(id)) found.set(id, { id, type: role, name });
  }
  for (const type of TAGS) {
    for (const { node_id: id, name } of title.tags?.[type] ?? []) {
      if (!found.has(id)) found.set(id, { id, type, name: tagName({ type, name }) });
    }
  }
  return [...found.values()];
}

function place(role: string): number {
  const at = ROLES.indexOf(role);
  return at < 0 ? ROLES.length : at;
}
