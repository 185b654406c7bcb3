// One shape for whatever goes wrong: RFC 9457 from the service, and our own where there is no answer at all.

import type { Title } from "./types";

export interface Problem {
  type: string;
  title: string;
  status: number;
  detail: string;
  suggestions: string[];
  candidates: (Title | string)[];
}

export class ProblemError extends Error {
  constructor(readonly problem: Problem) {
    super(problem.detail || problem.title);
    this.name = "ProblemError";
  }
}

/** What a caught value is, as a problem; `null` where a newer request has taken this one's place. */
export function problemOf(caught: unknown): Problem | null {
  if (caught instanceof ProblemError) return caught.problem;
  if (caught instanceof DOMException && caught.name === "AbortError") return null;
  const offline = caught instanceof TypeError;
  const detail = caught instanceof Error ? caught.message : String(caught);
  return { ...EMPTY, type: offline ? "/problems/unreachable" : "/problems/unexpected", detail };
}

/** The problem that a body describes, whatever it holds. */
export function parseProblem(status: number, body: unknown): Problem {
  const given = typeof body === "object" && body !== null ? (body as Record<string, unknown>) : {};
  return {
    type: text(given.type) || "/problems/unexpected",
    title: text(given.title) || `HTTP ${status}`,
    status,
    detail: text(given.detail),
    suggestions: Array.isArray(given.suggestions) ? given.suggestions.map(String) : [],
    candidates: Array.isArray(given.candidates) ? (given.candidates as (Title | string)[]) : [],
  };
}

/** What this copy of the app cannot do: an exported folder has no service behind it. */
export function cannot(what: string): ProblemError {
  return new ProblemError({ ...EMPTY, type: "/problems/needs-service", title: what });
}

const EMPTY: Problem = { type: "", title: "", status: 0, detail: "", suggestions: [], candidates: [] };

function text(value: unknown): string {
  return typeof value === "string" ? value : "";
}
