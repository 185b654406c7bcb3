// The queue of what an import could not decide: one question at a time, a number answers, u takes the last one back.

import { useEffect, useRef, useState } from "preact/hooks";
import { problemOf } from "../data/problem";
import type { Candidate, ImportJob, ImportReport, QueueItem } from "../data/viewer_types";
import { number, say, t } from "../i18n";
import { announce, answers, asking } from "../state/app";
import { SearchBox } from "../ui/search_box";

type What = "asks" | "guessed" | "missing";
const WHAT: What[] = ["asks", "guessed", "missing"];

interface Props {
  job: ImportJob;
  report: ImportReport;
  onJob: (job: ImportJob) => void;
}

export function Queue({ job, report, onJob }: Props) {
  const [what, setWhat] = useState<What>("asks");
  const [passed, setPassed] = useState<string[]>([]);
  const [said, setSaid] = useState<string[]>([]);
  const [busy, setBusy] = useState(false);
  const box = useRef<HTMLElement>(null);
  const open = report.items.filter((item) => item.outcome === what && !passed.includes(item.entry));
  const item = open[0];
  const shown = item ? (item.candidates.length || !item.title ? item.candidates : [item.title]).slice(0, 9) : [];

  async function answer(entry: string, title: string | null, undo = false): Promise<void> {
    if (busy) return;
    setBusy(true);
    try {
      const now = await answers().resolve(job.import_id, entry, title, undo, asking());
      setSaid(undo ? said.filter((one) => one !== entry) : [...said, entry]);
      setPassed(undo ? passed.filter((one) => one !== entry) : passed);
      announce(t(undo ? "queue.undone" : "queue.said"));
      onJob(now);
    } catch (caught) {
      announce(problemOf(caught)?.detail || t("problem.unexpected"), true);
    }
    setBusy(false);
  }

  function onKeyDown(event: KeyboardEvent): void {
    if ((event.target as HTMLElement).matches("input, select") || event.ctrlKey || event.metaKey || event.altKey)
      return;
    const pick = shown[Number(event.key) - 1];
    if (item && pick) void answer(item.entry, pick.title_id);
    else if (item && event.key === "n") void answer(item.entry, null);
    else if (item && event.key === "s") setPassed([...passed, item.entry]);
    else if (event.key === "u" && said.length) void answer(said.at(-1) ?? "", null, true);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  useEffect(() => {
    // The next question takes the focus, so that the keys go on working.
    if (said.length) box.current?.focus({ preventScroll: true });
  }, [item?.entry]);

  return (
    <section class="panel queue" ref={box} tabIndex={-1} onKeyDown={onKeyDown} aria-labelledby="queue-heading">
      <header class="panel-head">
        <h2 id="queue-heading">{t("queue.title")}</h2>
        <div class="switch" role="group" aria-label={t("queue.what")}>
          {WHAT.map((one) => (
            <button key={one} type="button" aria-pressed={one === what} onClick={() => setWhat(one)}>
              {say(`import.${one}`, one)} {number(report.counts[one] ?? 0)}
            </button>
          ))}
        </div>
      </header>
      {item ? (
        <Question
          key={item.entry}
          item={item}
          shown={shown}
          busy={busy}
          onAnswer={(title) => void answer(item.entry, title)}
        />
      ) : (
        <p data-testid="queue-empty">{t("queue.empty")}</p>
      )}
      <p class="tool-line">
        {item && (
          <>
            <button type="button" class="button small" disabled={busy} onClick={() => void answer(item.entry, null)}>
              <kbd>n</kbd> {t("queue.none")}
            </button>
            <button type="button" class="button small" onClick={() => setPassed([...passed, item.entry])}>
              <kbd>s</kbd> {t("queue.skip")}
            </button>
          </>
        )}
        {said.length > 0 && (
          <button
            type="button"
            class="button small"
            disabled={busy}
            onClick={() => void answer(said.at(-1) ?? "", null, true)}
          >
            <kbd>u</kbd> {t("queue.undo")}
          </button>
        )}
      </p>
    </section>
  );
}

interface QuestionProps {
  item: QueueItem;
  shown: Candidate[];
  busy: boolean;
  onAnswer: (title: string) => void;
}

function Question({ item, shown, busy, onAnswer }: QuestionProps) {
  return (
    <>
      <p class="queue-mention" data-testid="queue-mention">
        {item.mention}
      </p>
      {item.because && <p class="quiet">{item.because}</p>}
      <ol class="candidates">
        {shown.map((one, at) => (
          <li key={one.title_id} data-row="">
            <button type="button" class="button" disabled={busy} onClick={() => onAnswer(one.title_id)}>
              <kbd>{at + 1}</kbd> {one.label}{" "}
              {one.kind !== "film" && <span class="quiet">{say(`kind.${one.kind}`, one.kind)}</span>}
            </button>
          </li>
        ))}
      </ol>
      <SearchBox types="title" label={t("queue.other")} onPick={(hit) => onAnswer(hit.id)} />
    </>
  );
}
