// The groups that titles fall into, level by level; one of them opened.

import type { Group, GroupsAnswer } from "../data/types";
import { csv } from "../export/csv";
import { save } from "../export/save";
import { language, n, number, percent, say, t } from "../i18n";
import { amend, route, to } from "../router";
import { answers, asking } from "../state/app";
import { useAnswer } from "../state/use_answer";
import { useDocumentTitle } from "../state/use_document_title";
import { Link } from "../ui/link";
import { Menu } from "../ui/menu";
import { shareLink } from "../ui/share";
import { Loading, Wrong } from "../ui/states";
import { Table } from "../ui/table";
import { GroupPanel } from "./group_panel";

export default function GroupsScreen() {
  const { query } = route.value;
  const level = Math.max(1, Number(query.get("level")) || 1);
  const chosen = query.get("group");
  useDocumentTitle(t("nav.groups"));
  const found = useAnswer(`${level}|${language.value}`, (signal) => answers().groups(level, asking(signal)));
  const answer = found.value?.level === level ? found.value : null;
  return (
    <div class="groups-screen">
      <h1>{t("groups.title")}</h1>
      <p class="lead-small">{t("groups.lead")}</p>
      {found.problem && <Wrong problem={found.problem} again={found.again} />}
      {!answer && !found.problem && <Loading rows={6} />}
      {answer && <Level answer={answer} chosen={chosen === null ? null : Number(chosen)} />}
    </div>
  );
}

function Level({ answer, chosen }: { answer: GroupsAnswer; chosen: number | null }) {
  const table = route.value.query.get("table") === "1";
  const rows = answer.groups.map((group) => [group.group, group.level, group.name, group.size]);
  return (
    <>
      <header class="list-head">
        <div class="switch" role="group" aria-label={t("groups.level")}>
          {Array.from({ length: answer.levels }, (_, at) => at + 1).map((level) => (
            <button
              key={level}
              type="button"
              aria-pressed={level === answer.level}
              onClick={() => amend({ level: level === 1 ? null : level, group: null }, { replace: false })}
            >
              {level === 1 ? t("groups.coarse") : level === answer.levels ? t("groups.fine") : t("groups.between")}
            </button>
          ))}
        </div>
        <p class="quiet">{quality(answer)}</p>
        <button
          type="button"
          class="button small"
          aria-pressed={table}
          onClick={() => amend({ table: table ? null : "1" })}
        >
          {t("map.table")}
        </button>
        <Menu
          label={t("export")}
          icon="share"
          choices={[
            { name: t("export.link"), act: () => void shareLink() },
            {
              name: t("export.csv"),
              act: () => save("groups.csv", csv(["group", "level", "name", "size"], rows), "text/csv;charset=utf-8"),
            },
          ]}
        />
      </header>
      <div class={chosen === null ? "" : "columns"}>
        {table ? <GroupTable groups={answer.groups} /> : <Cards groups={answer.groups} chosen={chosen} />}
        {chosen !== null && <GroupPanel key={chosen} group={chosen} />}
      </div>
    </>
  );
}

function quality(answer: GroupsAnswer): string {
  const stable = answer.quality.stability_ari;
  const parts = [n("groups.count", answer.groups.length)];
  if (stable !== undefined) parts.push(t("groups.stable", { value: number(stable, 2) }));
  return parts.join(" · ");
}

function Cards({ groups, chosen }: { groups: Group[]; chosen: number | null }) {
  const largest = Math.max(...groups.map((group) => group.size), 1);
  return (
    <ul class="group-cards">
      {groups.map((group) => (
        <li key={group.group} data-row="" class={group.group === chosen ? "chosen" : ""}>
          <button
            type="button"
            aria-expanded={group.group === chosen}
            onClick={() => amend({ group: group.group === chosen ? null : group.group })}
          >
            <span class="group-name">{group.name}</span>
            <span class="quiet">{n("titles", group.size)}</span>
          </button>
          <svg class="group-size" viewBox="0 0 100 4" preserveAspectRatio="none" aria-hidden="true">
            <rect width={(100 * group.size) / largest} height="4" />
          </svg>
          <p class="group-typical">
            {group.typical.slice(0, 3).map((title) => (
              <Link key={title.title_id} class="tag" to={to("title", title.title_id)}>
                {title.name}
              </Link>
            ))}
          </p>
        </li>
      ))}
    </ul>
  );
}

function GroupTable({ groups }: { groups: Group[] }) {
  return (
    <Table
      caption={t("groups.title")}
      rows={groups}
      id={(group) => String(group.group)}
      sorted={{ by: "size", down: true }}
      columns={[
        {
          key: "name",
          name: t("column.name"),
          value: (group) => group.name,
          show: (group) => (
            <button type="button" class="link-button plain" onClick={() => amend({ group: group.group })}>
              {group.name}
            </button>
          ),
        },
        { key: "size", name: t("column.titles_count"), value: (group) => group.size, numeric: true },
        {
          key: "terms",
          name: t("groups.terms"),
          value: (group) =>
            group.terms
              .map((term) => `${term.name} (${say(`type.${term.type}`, term.type)} ${percent(term.share)})`)
              .join(", "),
        },
        {
          key: "typical",
          name: t("groups.typical"),
          value: (group) => group.typical.map((title) => title.name).join(", "),
        },
      ]}
    />
  );
}
