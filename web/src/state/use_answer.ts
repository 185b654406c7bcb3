// An answer that a screen waits for. The one before stays until the next is there, so that nothing jumps.

import { useEffect, useRef, useState } from "preact/hooks";
import { type Problem, problemOf } from "../data/problem";

export interface Answer<T> {
  value: T | null;
  problem: Problem | null;
  /** Asked, and not yet answered. */
  waiting: boolean;
  again: () => void;
}

/** Asks whenever `key` changes; `null` asks nothing. */
export function useAnswer<T>(key: string | null, ask: (signal: AbortSignal) => Promise<T>, wait = 0): Answer<T> {
  const [state, setState] = useState<Omit<Answer<T>, "again">>({ value: null, problem: null, waiting: key !== null });
  const [round, setRound] = useState(0);
  const asked = useRef(ask);
  asked.current = ask;
  useEffect(() => {
    if (key === null) {
      setState({ value: null, problem: null, waiting: false });
      return;
    }
    const control = new AbortController();
    setState((before) => (before.waiting ? before : { ...before, waiting: true }));
    const timer = setTimeout(async () => {
      try {
        const value = await asked.current(control.signal);
        if (!control.signal.aborted) setState({ value, problem: null, waiting: false });
      } catch (caught) {
        const problem = problemOf(caught);
        if (problem && !control.signal.aborted) setState({ value: null, problem, waiting: false });
      }
    }, wait);
    return () => {
      clearTimeout(timer);
      control.abort();
    };
  }, [key, round]);
  return { ...state, again: () => setRound((at) => at + 1) };
}
