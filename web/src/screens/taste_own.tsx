// What counts, what is kept, and the way out: own weights, own marks, everything as a file, everything erased.

import { useState } from "preact/hooks";
import { csv } from "../export/csv";
import { save } from "../export/save";
import { language, n, number, say, t } from "../i18n";
import { to } from "../router";
import { announce, answers, asking } from "../state/app";
import { eraseViewer, type Mark, marked, viewer } from "../state/marks";
import { useAnswer } from "../state/use_answer";
import { ownWeights } from "../state/weights";
import { Drawer } from "../ui/drawer";
import { Link } from "../ui/link";
import { Marks } from "../ui/marks";
import { Shape } from "../ui/shape";
import { Slider } from "../ui/slider";
import { Table } from "../ui/table";

export function Own() {
  const [asked, setAsked] = useState(false);
  const rows = Object.entries(marked.value).map(([title_id, one]) => ({ title_id, ...one }));
  return (
    <div class="own">
      <Weights />
      <section aria-labelledby="marks-heading">
        <h2 id="marks-heading" class="section-heading">
          {t("own.marks")} · {n("titles", rows.length)}
        </h2>
        <Table
          caption={t("own.marks")}
          rows={rows}
          id={(row) => row.title_id}
          columns={[
            {
              key: "name",
              name: t("column.title"),
              value: (row) => row.name,
              show: (row) => <Link to={to("title", row.title_id)}>{row.name}</Link>,
            },
            {
              key: "year",
              name: t("column.year"),
              value: (row) => row.year,
              show: (row) => row.year ?? "–",
              numeric: true,
            },
            {
              key: "marks",
              name: t("own.marked"),
              value: (row) => Object.keys(row.marks).join(),
              show: (row) => (
                <span class="tools">
                  <Marks
                    title={{ ...row, kind: "film", original_name: null }}
                    marks={["seen", "like", "dislike", "watchlist", "hide"]}
                  />
                </span>
              ),
            },
          ]}
        />
      </section>
      <section aria-labelledby="out-heading">
        <h2 id="out-heading" class="section-heading">
          {t("own.out")}
        </h2>
        <p>{t("own.kept", { id: viewer.value ?? "–" })}</p>
        <p class="tool-line">
          <button type="button" class="button" onClick={() => void everything()}>
            {t("export.json")}
          </button>
          <button
            type="button"
            class="button"
            onClick={() =>
              save(
                "marks.csv",
                csv(
                  ["title_id", "name", "year", "marks"],
                  rows.map((row) => [row.title_id, row.name, row.year, words(row.marks)]),
                ),
                "text/csv;charset=utf-8",
              )
            }
          >
            {t("export.csv")}
          </button>
          <button type="button" class="button danger" onClick={() => setAsked(true)}>
            {t("own.erase")}
          </button>
        </p>
      </section>
      {asked && <Erase onClose={() => setAsked(false)} />}
    </div>
  );
}

function Weights() {
  const card = useAnswer(`card|${language.value}`, (signal) => answers().card(asking(signal)));
  const weights = ownWeights.value;
  return (
    <section class="panel" aria-labelledby="weights-heading">
      <header class="panel-head">
        <h2 id="weights-heading">{t("own.weights")}</h2>
        <button
          type="button"
          class="button small"
          disabled={!Object.keys(weights).length}
          onClick={() => {
            ownWeights.value = {};
          }}
        >
          {t("tune.reset")}
        </button>
      </header>
      <p class="quiet">{t("own.weights_what")}</p>
      {card.value?.facets.map(({ name }) => (
        <Slider
          key={name}
          label={
            <>
              <Shape of={name} /> {say(`facet.${name}`, name)}
            </>
          }
          value={weights[name] ?? 1}
          min={0}
          max={3}
          step={0.25}
          plain={1}
          text={t("tune.times", { factor: number(weights[name] ?? 1, 2) })}
          onInput={(value) => {
            const { [name]: _, ...rest } = weights;
            ownWeights.value = value === 1 ? rest : { ...rest, [name]: value };
          }}
        />
      ))}
    </section>
  );
}

function Erase({ onClose }: { onClose: () => void }) {
  async function erase(): Promise<void> {
    try {
      await eraseViewer();
      announce(t("own.erased"));
      onClose();
    } catch {
      announce(t("problem.unexpected"), true);
    }
  }
  return (
    <Drawer side={false} title={t("own.erase")} onClose={onClose}>
      <p>{t("own.erase_what")}</p>
      <p class="tool-line">
        <button type="button" class="button danger" onClick={() => void erase()}>
          {t("own.erase_yes")}
        </button>
        <button type="button" class="button" onClick={onClose}>
          {t("own.keep")}
        </button>
      </p>
    </Drawer>
  );
}

async function everything(): Promise<void> {
  const who = viewer.value;
  const service =
    who && answers().can("viewers")
      ? await answers()
          .viewerData(who)
          .catch(() => null)
      : null;
  save("reelation-mine.json", JSON.stringify({ here: marked.value, service }, null, 2), "application/json");
}

function words(marks: Partial<Record<Mark, number>>): string {
  return Object.keys(marks).join(" ");
}
