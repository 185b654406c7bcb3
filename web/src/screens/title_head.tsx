// The head of a title's screen: name, years, people, tags, groups, and what may be done with it.

import type { Credit, GroupOfTitle, TitleAnswer } from "../data/types";
import { say, t } from "../i18n";
import { amend, route, to } from "../router";
import { answers } from "../state/app";
import { Icon } from "../ui/icon";
import { Link } from "../ui/link";
import { Marks } from "../ui/marks";
import { kindAndRuntime, years } from "../ui/title_words";

const LEADS = ["director", "creator", "writer"];
const CAST = 6;
const SHOWN = ["genre", "country", "language"];

export function TitleHead({ answer }: { answer: TitleAnswer }) {
  const { title } = answer;
  const credits = title.credits ?? [];
  const tags = title.tags ?? {};
  const moved = route.value.query.has("moved");
  return (
    <header class="title-head" data-keys="">
      <p class="kicker">{[years(title), kindAndRuntime(title, true)].filter(Boolean).join(" · ")}</p>
      <h1>
        {title.name}
        {title.original_name && title.original_name !== title.name && <small>{title.original_name}</small>}
      </h1>
      <dl class="facts">
        {LEADS.map((role) => (
          <People key={role} role={role} credits={credits} most={4} />
        ))}
        <People role="actor" credits={credits} most={CAST} />
        {SHOWN.map((facet) =>
          tags[facet]?.length ? (
            <div key={facet}>
              <dt>{say(`type.${facet}`, facet)}</dt>
              <dd>
                {tags[facet].slice(0, 8).map((tag) => (
                  <Link key={tag.node_id} class="tag" to={to("timeline", "", { thing: tag.node_id })}>
                    {tag.name}
                  </Link>
                ))}
              </dd>
            </div>
          ) : null,
        )}
        <Groups groups={answer.groups} />
      </dl>
      {title.plot && <p class="plot">{title.plot}</p>}
      <div class="actions">
        <Marks title={title} marks={["seen", "like", "watchlist", "pin"]} words />
        <Link class="button" to={to("path", "", { a: title.title_id })}>
          <Icon name="path" />
          {t("title.path")}
        </Link>
        <Link class="button" to={to("map", "", { mode: "atlas", id: title.title_id })}>
          <Icon name="map" />
          {t("title.on_map")}
        </Link>
        {title.year !== null && answers().can("trajectory") && (
          <button
            type="button"
            class="button"
            aria-expanded={moved}
            onClick={() => amend({ moved: moved ? null : "now" }, { replace: false })}
          >
            <Icon name="time" />
            {t("title.moved")}
          </button>
        )}
      </div>
    </header>
  );
}

function People({ role, credits, most }: { role: string; credits: Credit[]; most: number }) {
  const found = credits.filter((credit) => credit.role === role);
  if (!found.length) return null;
  return (
    <div>
      <dt>{say(`role.${role}`, role)}</dt>
      <dd>
        {found.slice(0, most).map((one) => (
          <Link key={one.node_id} class="person" to={to("timeline", "", { thing: one.node_id })}>
            {one.name}
          </Link>
        ))}
        {found.length > most && (
          <details class="rest">
            <summary>{t("title.rest", { count: found.length - most })}</summary>
            {found.slice(most, 60).map((one) => (
              <Link key={one.node_id} class="person" to={to("timeline", "", { thing: one.node_id })}>
                {one.name}
              </Link>
            ))}
          </details>
        )}
      </dd>
    </div>
  );
}

function Groups({ groups }: { groups: TitleAnswer["groups"] }) {
  const found: GroupOfTitle[] = Array.isArray(groups) ? groups : (groups?.groups ?? []);
  if (!found.length) return null;
  // A group inside another may be called the same: the smaller one says more.
  const told = found.filter((group, at) => !found.slice(at + 1).some((inner) => inner.name === group.name));
  return (
    <div>
      <dt>{t("title.groups")}</dt>
      <dd>
        {told.map((group) => (
          <Link key={group.group} class="tag" to={to("groups", "", { group: group.group, level: group.level })}>
            {group.name}
          </Link>
        ))}
      </dd>
    </div>
  );
}
