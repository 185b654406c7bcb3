// Bringing in own exports: files in, progress, what came of them, and the queue of open questions.

import { useEffect, useState } from "preact/hooks";
import { type Problem, problemOf } from "../data/problem";
import type { ImportJob, ImportReport } from "../data/viewer_types";
import { language, n, number, percent, say, t } from "../i18n";
import { to } from "../router";
import { announce, answers, asking } from "../state/app";
import { dropped, lastImport } from "../state/imports";
import { ensureViewer } from "../state/marks";
import { DropZone } from "../ui/drop_zone";
import { Link } from "../ui/link";
import { Note, Wrong } from "../ui/states";
import { Table } from "../ui/table";
import { Queue } from "./data_queue";

const PAUSE = 400;
const COUNTS = ["matched", "guessed", "asks", "missing", "dismissed"];

export function Import() {
  const [job, setJob] = useState<ImportJob | null>(null);
  const [problem, setProblem] = useState<Problem | null>(null);

  async function begin(files: File[]): Promise<void> {
    setProblem(null);
    setJob(null);
    try {
      const started = await answers().startImport(ensureViewer(), files, asking());
      lastImport.value = started.import_id;
      setJob(started);
    } catch (caught) {
      setProblem(problemOf(caught));
    }
  }

  useEffect(() => {
    const files = dropped.value;
    if (!files.length) return;
    dropped.value = [];
    void begin(files);
  }, [dropped.value]);

  useEffect(() => {
    if (job || !lastImport.value || dropped.value.length) return;
    answers()
      .importJob(lastImport.value, asking())
      .then(setJob)
      .catch(() => {
        lastImport.value = "";
      });
  }, [language.value]);

  useEffect(() => {
    if (!job || job.state === "done" || job.state === "failed") return;
    const timer = setTimeout(() => {
      answers()
        .importJob(job.import_id, asking())
        .then((now) => {
          if (now.state === "done") announce(t("import.done"));
          setJob(now);
        })
        .catch((caught) => setProblem(problemOf(caught)));
    }, PAUSE);
    return () => clearTimeout(timer);
  }, [job]);

  const working = job && (job.state === "queued" || job.state === "running");
  return (
    <>
      <DropZone
        title={t("home.drop")}
        what={t("home.drop_what")}
        name="import-file"
        onFiles={(files) => void begin(files)}
      />
      {problem && <Wrong problem={problem} />}
      {working && (
        <div class="progress" role="status">
          <label>
            {t("import.working", { share: percent(job.progress) })}
            <progress max={1} value={job.progress} />
          </label>
        </div>
      )}
      {job?.state === "failed" && <Note>{job.problem ?? t("problem.unexpected")}</Note>}
      {job?.state === "done" && job.report && <Report job={job} report={job.report} onJob={setJob} />}
    </>
  );
}

function Report({ job, report, onJob }: { job: ImportJob; report: ImportReport; onJob: (job: ImportJob) => void }) {
  const skipped = Object.entries(report.skipped ?? {});
  return (
    <>
      <section aria-labelledby="report-heading">
        <h2 id="report-heading" class="section-heading">
          {n("import.report", report.entries)}
        </h2>
        <ul class="counts" data-testid="import-counts">
          {COUNTS.map((name) => (
            <li key={name} class={`count-${name}`}>
              <b>{number(report.counts[name] ?? 0)}</b>
              <span>{say(`import.${name}`, name)}</span>
            </li>
          ))}
        </ul>
        {skipped.length > 0 && (
          <p class="quiet">
            {t("import.skipped")} {skipped.map(([what, rows]) => `${what} ${number(rows)}`).join(" · ")}
          </p>
        )}
        {(report.set_aside?.length ?? 0) > 0 && (
          <details class="as-table">
            <summary>{n("import.aside", report.set_aside?.length ?? 0)}</summary>
            <ul class="plain-list">
              {report.set_aside?.slice(0, 100).map((one) => (
                <li key={`${one.file}:${one.line}`}>
                  <code>
                    {one.file}
                    {one.line === null ? "" : `:${one.line}`}
                  </code>{" "}
                  {one.reason}
                </li>
              ))}
            </ul>
          </details>
        )}
        {report.unread?.map((one) => (
          <Note key={one.path}>
            {one.path}: {one.why}
          </Note>
        ))}
      </section>
      <Queue job={job} report={report} onJob={onJob} />
      <details class="as-table">
        <summary>{t("import.all")}</summary>
        <Table
          caption={t("import.all")}
          rows={report.items}
          id={(item) => item.entry}
          columns={[
            { key: "mention", name: t("import.mention"), value: (item) => item.mention },
            {
              key: "title",
              name: t("column.title"),
              value: (item) => item.title?.label ?? null,
              show: (item) =>
                item.title ? <Link to={to("title", item.title.title_id)}>{item.title.label}</Link> : "–",
            },
            { key: "outcome", name: t("import.outcome"), value: (item) => say(`import.${item.outcome}`, item.outcome) },
            { key: "because", name: t("import.because"), value: (item) => item.because ?? "" },
          ]}
        />
      </details>
      <p class="tool-line">
        <Link class="button main" to={to("taste")}>
          {t("import.taste")}
        </Link>
        <Link class="button" to={to("map", "", { colour: "mine", footprint: "1" })}>
          {t("map.footprint")}
        </Link>
      </p>
    </>
  );
}
