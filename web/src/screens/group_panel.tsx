// One group: what it is made of, its titles, and where it borders on others.

import { useState } from "preact/hooks";
import { language, n, number, percent, say, t } from "../i18n";
import { amend, to } from "../router";
import { answers, asking } from "../state/app";
import { useAnswer } from "../state/use_answer";
import { Icon } from "../ui/icon";
import { Link } from "../ui/link";
import { Shape } from "../ui/shape";
import { Loading, Wrong } from "../ui/states";

const PAGE = 30;

export function GroupPanel({ group }: { group: number }) {
  const [count, setCount] = useState(PAGE);
  const found = useAnswer(`${group}|${count}|${language.value}`, (signal) =>
    answers().group(group, count, asking(signal)),
  );
  const answer = found.value;
  if (found.problem) return <Wrong problem={found.problem} again={found.again} />;
  if (!answer) return <Loading rows={5} />;
  const about = answer.group;
  return (
    <section class="panel group-panel" aria-labelledby="group-heading">
      <header class="panel-head">
        <h2 id="group-heading">{about.name}</h2>
        <button type="button" class="tool" aria-label={t("close")} onClick={() => amend({ group: null })}>
          <Icon name="close" />
        </button>
      </header>
      <p class="quiet">{n("titles", about.size)}</p>
      <ul class="chips">
        {about.terms.map((term) => (
          <li key={term.term_id} class="chip">
            <Shape of={term.type} size={10} />
            {say(`type.${term.type}`, "") && <span class="quiet">{say(`type.${term.type}`, "")}</span>} {term.name}{" "}
            {percent(term.share)} · × {number(term.lift, 1)}
          </li>
        ))}
      </ul>
      <h3>{t("groups.members")}</h3>
      <ol class="closest">
        {answer.titles.map((title) => (
          <li key={title.title_id} data-row="">
            <Link to={to("title", title.title_id)}>{title.name}</Link>
            {title.year !== null && <span class="year">{title.year}</span>}
          </li>
        ))}
      </ol>
      {answer.titles.length >= count && count < 100 && (
        <button type="button" class="button more" onClick={() => setCount(Math.min(100, count + PAGE))}>
          {t("more")}
        </button>
      )}
      {(about.boundary?.length ?? 0) > 0 && (
        <>
          <h3>{t("groups.boundary")}</h3>
          <ul class="closest">
            {about.boundary?.map((title) => (
              <li key={title.title_id}>
                <Link to={to("title", title.title_id)}>{title.name}</Link>{" "}
                <button type="button" class="link-button" onClick={() => amend({ group: title.group })}>
                  {title.group_name}
                </button>
              </li>
            ))}
          </ul>
        </>
      )}
    </section>
  );
}
