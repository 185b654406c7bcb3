// Asks for one feature's answer, and shows what stands where it should be until it is there.

import type { ComponentChildren } from "preact";
import type { CreateAnswers, Feature } from "../data/create_types";
import { language } from "../i18n";
import { answers, asking } from "../state/app";
import { useAnswer } from "../state/use_answer";
import { Empty, Loading, Wrong } from "../ui/states";

interface Props<F extends Feature> {
  feature: F;
  /** What is asked, as the service takes it; null where something is still missing. */
  body: object | null;
  /** What is missing then. */
  missing: string;
  show: (answer: CreateAnswers[F], body: object) => ComponentChildren;
}

/** Milliseconds that a slider rests before it is asked about. */
const SETTLE = 120;

export function Told<F extends Feature>({ feature, body, missing, show }: Props<F>) {
  const key = body && `${feature}|${JSON.stringify(body)}|${language.value}`;
  const found = useAnswer(key, (signal) => answers().create(feature, body ?? {}, asking(signal)), SETTLE);
  if (!body) return <Empty title={missing} />;
  return (
    <section class="create-answer" aria-busy={found.waiting} data-testid={`create-${feature}`}>
      {found.problem && <Wrong problem={found.problem} again={found.again} />}
      {!found.value && !found.problem && <Loading rows={4} />}
      {found.value && show(found.value, body)}
    </section>
  );
}
