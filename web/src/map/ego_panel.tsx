// A small view of what is around a title, beside its list. One click selects, and names; the list stays the first.

import { useState } from "preact/hooks";
import { language } from "../i18n";
import { go, to } from "../router";
import { answers, asking } from "../state/app";
import { useAnswer } from "../state/use_answer";
import { Wrong } from "../ui/states";
import { EgoLegend } from "./ego_legend";
import { EgoMap } from "./ego_map";

export default function EgoPanel({ id, count }: { id: string; count: number }) {
  const [selected, setSelected] = useState<string | null>(null);
  const found = useAnswer(`${id}|${language.value}`, (signal) => answers().ego(id, count, asking(signal)));
  if (found.problem) return <Wrong problem={found.problem} again={found.again} />;
  if (!found.value) return <div class="ego-ghost" aria-hidden="true" />;
  return (
    <>
      <EgoMap
        answer={found.value}
        selected={selected}
        small
        onSelect={setSelected}
        onRecentre={(other) => go(to("title", other))}
      />
      <EgoLegend answer={found.value} />
    </>
  );
}
