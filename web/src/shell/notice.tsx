// Short messages: shown for a moment, read out.

import { useEffect, useState } from "preact/hooks";
import { notice } from "../state/app";

const SHOWN = 3200;

export function Notice() {
  const current = notice.value;
  const [seen, setSeen] = useState(0);
  useEffect(() => {
    if (!current) return;
    const timer = setTimeout(() => setSeen(current.at), SHOWN);
    return () => clearTimeout(timer);
  }, [current?.at]);
  const shown = current && current.at > seen;
  return (
    <div class="notices" role="status" aria-live="polite">
      {shown && <p class={current.bad ? "bad" : ""}>{current.text}</p>}
    </div>
  );
}
