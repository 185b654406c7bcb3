// Why two titles are related, in three depths: a sentence, the evidence, the ways between them.

import type { Depth } from "../data/source";
import type { Explanation } from "../data/types";
import type { Wish } from "../data/wish";
import { language, n, number, percent, say, t } from "../i18n";
import { tagName } from "../i18n/tags";
import { amend, to } from "../router";
import { answers, asking } from "../state/app";
import { useAnswer } from "../state/use_answer";
import { Drawer } from "../ui/drawer";
import { FacetBar } from "../ui/facet_bar";
import { Link } from "../ui/link";
import { PathLine } from "../ui/path_line";
import { Shape } from "../ui/shape";
import { Loading, Note, Wrong } from "../ui/states";
import { Table } from "../ui/table";
import { Tabs } from "../ui/tabs";
import { named } from "../ui/title_words";

const DEPTHS: Depth[] = ["sentence", "evidence", "paths"];

export function Why({ a, b, depth, wish }: { a: string; b: string; depth: Depth; wish: Wish }) {
  const key = `${a}|${b}|${depth}|${JSON.stringify(wish.weights)}|${language.value}`;
  const found = useAnswer(key, (signal) => answers().explain(a, b, wish, depth, asking(signal)));
  const why = found.value;
  return (
    <Drawer
      onClose={() => amend({ why: null, depth: null })}
      title={why ? t("why.title", { a: why.title_a.name, b: why.title_b.name }) : t("why.button")}
    >
      <Tabs
        label={t("why.depth")}
        tabs={DEPTHS.map((one) => ({ id: one, name: t(`why.depth.${one}`) }))}
        chosen={depth}
        onChoose={(one) => amend({ depth: one === "sentence" ? null : one })}
      >
        {found.problem && <Wrong problem={found.problem} again={found.again} />}
        {!why && !found.problem && <Loading rows={4} />}
        {why && <Told why={why} depth={depth} />}
      </Tabs>
      {why && (
        <p class="drawer-foot">
          <Link class="button" to={to("path", "", { a, b })}>
            {t("why.all_paths")}
          </Link>
          <Link class="button" to={to("title", b)}>
            {t("why.open", { title: why.title_b.name })}
          </Link>
        </p>
      )}
    </Drawer>
  );
}

function Told({ why, depth }: { why: Explanation; depth: Depth }) {
  return (
    <>
      <p class="why-reason">{why.reason}</p>
      {depth === "sentence" && <Rank why={why} />}
      {depth === "evidence" && <Evidence why={why} />}
      {depth === "paths" && (
        <ol class="paths">
          {(why.paths ?? []).map((path) => (
            <li key={path.text}>
              <PathLine path={path} />
            </li>
          ))}
          {why.paths?.length === 0 && <Note>{t("path.none")}</Note>}
        </ol>
      )}
    </>
  );
}

function Rank({ why }: { why: Explanation }) {
  if (!why.rank_of_b || !why.titles) return null;
  return (
    <p class="quiet">
      {t("why.rank", {
        b: named(why.title_b),
        a: named(why.title_a),
        rank: number(why.rank_of_b),
        of: number(why.titles),
      })}
    </p>
  );
}

function Evidence({ why }: { why: Explanation }) {
  const facets = why.facets ?? {};
  const whole = Object.values(facets).reduce((sum, part) => sum + Math.max(0, part), 0);
  return (
    <>
      <Rank why={why} />
      <h3>{t("why.score", { score: number(why.score, 3) })}</h3>
      <FacetBar facets={facets} most={whole} />
      <ul class="legend-line">
        {Object.entries(facets).map(([name, part]) => (
          <li key={name}>
            <Shape of={name} /> {say(`facet.${name}`, name)} <b>{number(part, 3)}</b>
          </li>
        ))}
      </ul>
      {why.learned !== undefined && whole > 0 && (
        <p class="quiet">{t("why.learned", { share: percent(why.learned / Math.max(why.score, 1e-9)) })}</p>
      )}
      <h3>{t("why.shared")}</h3>
      <Table
        caption={t("why.shared")}
        rows={why.shared ?? []}
        id={(one) => one.node_id}
        first={12}
        columns={[
          {
            key: "name",
            name: t("column.what"),
            value: (one) => one.name,
            show: (one) => (
              <>
                <Shape of={one.facet ?? one.type} /> {tagName(one)}{" "}
                <span class="quiet">{say(`type.${one.type}`, one.type)}</span>
              </>
            ),
          },
          { key: "titles", name: t("column.titles"), value: (one) => one.titles, numeric: true },
          { key: "share", name: t("column.share"), value: (one) => one.share, numeric: true },
          { key: "drop", name: t("column.drop"), value: (one) => one.drop, numeric: true },
        ]}
      />
      <p class="quiet">{t("why.drop_means")}</p>
      {(why.alike?.length ?? 0) > 0 && (
        <>
          <h3>{t("why.alike")}</h3>
          <ul class="plain-list" data-testid="alike">
            {why.alike?.map((one) => (
              <li key={`${one.block} ${one.trait}`}>
                <Shape of={one.facet} /> {one.words} <b>{number(one.part, 3)}</b>
              </li>
            ))}
          </ul>
        </>
      )}
      {(why.differences?.length ?? 0) > 0 && (
        <>
          <h3>{t("related.differs")}</h3>
          <ul class="plain-list">
            {why.differences?.slice(0, 6).map((one) => (
              <li key={one.sentence}>{one.sentence}</li>
            ))}
          </ul>
        </>
      )}
      <p class="quiet">{n("why.blocks", why.blocks?.length ?? 0)}</p>
    </>
  );
}
