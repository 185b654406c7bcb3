// A button that lets something go by step by step. Where things should move as little as possible there is none: what it
// plays always has a slider, too.

import { useEffect, useRef, useState } from "preact/hooks";
import { t } from "../i18n";
import { still } from "../state/theme";
import { Icon } from "./icon";

interface Props {
  at: number;
  first: number;
  last: number;
  /** Milliseconds a step. */
  pace: number;
  onStep: (at: number) => void;
}

export function Play({ at, first, last, pace, onStep }: Props) {
  const [playing, setPlaying] = useState(false);
  const now = useRef({ at, onStep });
  now.current = { at, onStep };
  useEffect(() => {
    if (!playing) return;
    if (now.current.at >= last) now.current.onStep(first);
    const timer = setInterval(() => {
      if (now.current.at >= last) setPlaying(false);
      else now.current.onStep(now.current.at + 1);
    }, pace);
    return () => clearInterval(timer);
  }, [playing]);
  if (still()) return null;
  return (
    <button type="button" class="button small" onClick={() => setPlaying(!playing)}>
      <Icon name={playing ? "minus" : "next"} />
      {t(playing ? "map.stop" : "map.play")}
    </button>
  );
}
