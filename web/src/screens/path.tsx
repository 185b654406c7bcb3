// The ways between two titles: as lines of stops, as a drawing, as a table.

import type { PathsAnswer, Title } from "../data/types";
import { csv } from "../export/csv";
import { save } from "../export/save";
import { language, n, number, t } from "../i18n";
import { amend, route } from "../router";
import { answers, asking } from "../state/app";
import { pins } from "../state/marks";
import { useAnswer } from "../state/use_answer";
import { useDocumentTitle } from "../state/use_document_title";
import { Icon } from "../ui/icon";
import { Menu } from "../ui/menu";
import { PathDrawing } from "../ui/path_drawing";
import { PathLine, relationWords } from "../ui/path_line";
import { SearchBox } from "../ui/search_box";
import { shareLink } from "../ui/share";
import { Slider } from "../ui/slider";
import { Empty, Loading, Note, Wrong } from "../ui/states";
import { Table } from "../ui/table";
import { named } from "../ui/title_words";

export default function PathScreen() {
  const { query } = route.value;
  const a = query.get("a");
  const b = query.get("b");
  const count = within(query.get("count"), 1, 10, 4);
  const length = within(query.get("length"), 2, 6, 4);
  useDocumentTitle(t("nav.path"));
  const possible = answers().can("paths");
  const found = useAnswer(a && b && possible ? `${a}|${b}|${count}|${length}|${language.value}` : null, (signal) =>
    answers().paths(a ?? "", b ?? "", count, length, asking(signal)),
  );
  const answer = found.value;
  return (
    <div class="path-screen">
      <h1>{t("path.title")}</h1>
      <p class="lead-small">{t("path.lead")}</p>
      <div class="path-ends">
        <End which="a" id={a} title={answer?.title_a ?? null} />
        <button
          type="button"
          class="tool"
          aria-label={t("path.swap")}
          title={t("path.swap")}
          disabled={!a && !b}
          onClick={() => amend({ a: b, b: a })}
        >
          ⇄
        </button>
        <End which="b" id={b} title={answer?.title_b ?? null} />
      </div>
      {a && b && possible && (
        <div class="path-options">
          <Slider
            label={t("path.count")}
            value={count}
            min={1}
            max={10}
            step={1}
            plain={4}
            text={number(count)}
            onInput={(value) => amend({ count: value === 4 ? null : value })}
          />
          <Slider
            label={t("path.length")}
            value={length}
            min={2}
            max={6}
            step={1}
            plain={4}
            text={number(length)}
            onInput={(value) => amend({ length: value === 4 ? null : value })}
          />
        </div>
      )}
      {!possible && <Note>{t("problem.needs-service")}</Note>}
      {found.problem && <Wrong problem={found.problem} again={found.again} />}
      {a && b && possible && !answer && !found.problem && <Loading rows={3} />}
      {!(a && b) && <Empty title={t("path.choose")} />}
      {answer && <Ways answer={answer} />}
    </div>
  );
}

function End({ which, id, title }: { which: "a" | "b"; id: string | null; title: Title | null }) {
  const about = useAnswer(id && !title ? `${id}|${language.value}` : null, (signal) =>
    answers().title(id ?? "", asking(signal)),
  );
  const known = title ?? about.value?.title ?? null;
  const label = t(which === "a" ? "path.from" : "path.to");
  return (
    <div class="path-end">
      <span class="quiet">{label}</span>
      {id ? (
        <p class="path-end-title">
          {known ? named(known) : id}
          <button
            type="button"
            class="tool"
            aria-label={`${t("path.change")}: ${label}`}
            onClick={() => amend({ [which]: null })}
          >
            <Icon name="close" />
          </button>
        </p>
      ) : (
        <>
          <SearchBox
            label={label}
            types="title"
            autofocus={which === "a" || route.value.query.has("a")}
            onPick={(hit) => amend({ [which]: hit.id })}
          />
          {pins.value.length > 0 && (
            <p class="tool-line">
              {pins.value.map((pin) => (
                <button
                  key={pin.title_id}
                  type="button"
                  class="button small"
                  onClick={() => amend({ [which]: pin.title_id })}
                >
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

function Ways({ answer }: { answer: PathsAnswer }) {
  if (!answer.paths.length) return <Empty title={t("path.none")}>{t("path.none_try")}</Empty>;
  const rows = answer.paths.map((path, at) => [at + 1, path.hops.length, path.cost, path.text]);
  return (
    <section aria-labelledby="ways-heading">
      <header class="list-head">
        <h2 id="ways-heading">{n("path.ways", answer.paths.length)}</h2>
        <p class="quiet">{t("path.disjoint")}</p>
        <Menu
          label={t("export")}
          icon="share"
          choices={[
            { name: t("export.link"), act: () => void shareLink() },
            {
              name: t("export.csv"),
              act: () => save("paths.csv", csv(["rank", "hops", "cost", "text"], rows), "text/csv;charset=utf-8"),
            },
          ]}
        />
      </header>
      <PathDrawing answer={answer} />
      <ol class="ways" data-testid="ways">
        {answer.paths.map((path) => (
          <li key={path.text} data-row="">
            <PathLine path={path} />
          </li>
        ))}
      </ol>
      <details class="as-table">
        <summary>{t("map.table")}</summary>
        <Table
          caption={t("path.title")}
          rows={answer.paths}
          id={(path) => path.text}
          columns={[
            { key: "text", name: t("path.way"), value: (path) => path.text },
            { key: "hops", name: t("path.hops"), value: (path) => path.hops.length, numeric: true },
            {
              key: "over",
              name: t("path.over"),
              value: (path) => path.hops.map((hop) => relationWords(hop.relations)).join(" → "),
            },
            { key: "cost", name: t("path.cost"), value: (path) => path.cost, numeric: true },
          ]}
        />
      </details>
    </section>
  );
}

function within(text: string | null, low: number, high: number, plain: number): number {
  const value = Math.round(Number(text));
  return text && value >= low && value <= high ? value : plain;
}
