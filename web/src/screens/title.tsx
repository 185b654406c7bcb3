// A title: what it is, what is related to it and why, how to tune that, and where it stands.

import { lazy, Suspense } from "preact/compat";
import { useEffect, useRef, useState } from "preact/hooks";
import type { Depth } from "../data/source";
import type { RelatedAnswer } from "../data/types";
import { queryOf, wishOf } from "../data/wish";
import { language, n, number, t } from "../i18n";
import { amend, route, to } from "../router";
import { answers, asking } from "../state/app";
import { viewer } from "../state/marks";
import { useAnswer } from "../state/use_answer";
import { useDocumentTitle } from "../state/use_document_title";
import { ownWeights } from "../state/weights";
import { useFlip } from "../ui/flip";
import { Link } from "../ui/link";
import { ListExport } from "../ui/list_export";
import { RelatedRow } from "../ui/related_row";
import { Empty, Loading, Note, Wrong } from "../ui/states";
import { TitleHead } from "./title_head";
import { Looks } from "./title_looks";
import { Tune } from "./tune";
import { Why } from "./why";

const EgoPanel = lazy(() => import("../map/ego_panel"));
const Moved = lazy(() => import("./title_moved"));
const SETTLE = 60;

export function TitleScreen() {
  const { id, query } = route.value;
  const wish = wishOf(query);
  const lang = language.value;
  const about = useAnswer(`${id}|${lang}`, (signal) => answers().title(id, asking(signal)));
  const list = useAnswer(
    `${id}|${JSON.stringify(queryOf(wish))}|${lang}|${wish.excludeSeen ? viewer.value : ""}`,
    (signal) => answers().related(id, wish, asking(signal, viewer.value)),
    list_of.current === id ? SETTLE : 0,
  );
  list_of.current = id;
  useEffect(() => {
    // Own weights become part of the address, so that a link to this list shows the same to anybody.
    if (!query.has("weights") && !query.has("own") && Object.keys(ownWeights.value).length) {
      amend({ weights: queryOf({ ...wish, weights: ownWeights.value }).weights });
    }
  }, [id]);
  const title = about.value?.title ?? null;
  const mine = title?.title_id === id;
  useDocumentTitle(mine && title ? title.name : null);
  useEffect(() => {
    document.body.dataset.title = id;
    return () => {
      delete document.body.dataset.title;
    };
  }, [id]);

  if (about.problem) return <Wrong problem={about.problem} again={about.again} />;
  const related = list.value?.title.title_id === id ? list.value : null;
  const facets = related ? Object.keys(related.weights) : [];
  const why = query.get("why");
  return (
    <article class="title-screen">
      {mine && about.value ? <TitleHead answer={about.value} /> : <div class="head-ghost" aria-hidden="true" />}
      {query.has("moved") && answers().can("trajectory") && (
        <Suspense fallback={<Loading rows={5} />}>
          <Moved id={id} />
        </Suspense>
      )}
      <div class="columns">
        <section class="list-column" aria-labelledby="related-heading" aria-busy={list.waiting}>
          <header class="list-head">
            <h2 id="related-heading">{t("related.title")}</h2>
            {related && <p class="quiet">{caption(related)}</p>}
            {related && title && <ListExport name={title.name} items={related.related} facets={facets} />}
          </header>
          {related?.note && <Note>{related.note}</Note>}
          {wish.asOf !== null && <Note>{t("related.as_of", { year: wish.asOf })}</Note>}
          {isOwn(wish.weights) && <Note>{t("related.own")}</Note>}
          {list.problem && <Wrong problem={list.problem} again={list.again} />}
          {!related && !list.problem && <Loading rows={8} />}
          {related && <RelatedList id={id} answer={related} />}
        </section>
        <aside class="side-column">
          {facets.length > 0 && <Tune wish={wish} facets={facets} year={title?.year ?? null} />}
          {mine && about.value?.looks?.length ? <Looks looks={about.value.looks} /> : null}
          <section class="panel" aria-labelledby="near-heading">
            <header class="panel-head">
              <h2 id="near-heading">{t("near.title")}</h2>
              <Link class="button small" to={to("map", "", { mode: "ego", id })}>
                {t("near.open")}
              </Link>
            </header>
            <Idle key={id}>
              <Suspense fallback={<div class="ego-ghost" aria-hidden="true" />}>
                <EgoPanel id={id} count={24} />
              </Suspense>
            </Idle>
          </section>
        </aside>
      </div>
      {why && <Why a={id} b={why} depth={depthOf(query.get("depth"))} wish={wish} />}
    </article>
  );
}

/** For whose list the last request was: only the tuning of the same list is waited for. */
const list_of = { current: "" };

function RelatedList({ id, answer }: { id: string; answer: RelatedAnswer }) {
  const list = useRef<HTMLOListElement>(null);
  const [hidden, setHidden] = useState<string[]>([]);
  const wish = wishOf(route.value.query);
  const items = answer.related.filter((item) => !hidden.includes(item.title_id));
  const most = items[0] ? Math.max(...items.map((item) => total(item.facets))) : 1;
  useFlip(list, `${id}|${items.map((item) => item.title_id).join()}`);
  if (!items.length) {
    return (
      <Empty title={t("related.empty")}>
        <p>{t("related.empty_try")}</p>
      </Empty>
    );
  }
  return (
    <>
      <ol class="rows" ref={list} data-testid="related">
        {items.map((item) => (
          <RelatedRow
            key={item.title_id}
            item={item}
            most={most}
            onWhy={() => amend({ why: item.title_id }, { replace: false })}
            onHide={() => setHidden([...hidden, item.title_id])}
          />
        ))}
      </ol>
      {answer.related.length >= wish.count && wish.count < 100 && (
        <button type="button" class="button more" onClick={() => amend({ count: Math.min(100, wish.count + 20) })}>
          {t("more")}
        </button>
      )}
    </>
  );
}

/** Waits until the page has nothing better to do: the list comes first. */
function Idle({ children }: { children: preact.ComponentChildren }) {
  const [ready, setReady] = useState(false);
  useEffect(() => {
    const idle = window.requestIdleCallback ?? ((then: () => void) => setTimeout(then, 200));
    const handle = idle(() => setReady(true), { timeout: 800 });
    return () => (window.cancelIdleCallback ?? clearTimeout)(handle as number);
  }, []);
  return <>{ready ? children : <div class="ego-ghost" aria-hidden="true" />}</>;
}

function caption(answer: RelatedAnswer): string {
  const parts = [n("related.of", answer.candidates)];
  if (answer.filtered) parts.push(t("related.filtered", { count: number(answer.filtered) }));
  return parts.join(" · ");
}

function depthOf(text: string | null): Depth {
  return text === "evidence" || text === "paths" ? text : "sentence";
}

function total(facets: Record<string, number>): number {
  return Object.values(facets).reduce((sum, part) => sum + Math.max(0, part), 0);
}

/** Whether these are the weights that somebody set for themselves. */
function isOwn(weights: Record<string, number>): boolean {
  const own = ownWeights.value;
  const names = Object.keys(own);
  return names.length > 0 && names.every((name) => weights[name] === own[name]);
}
