// What stands where an answer should be: not yet, nothing, something wrong.

import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import { setKey } from "../data/key";
import type { Problem } from "../data/problem";
import { say, t } from "../i18n";
import { to } from "../router";
import { Link } from "./link";

/** Rows in the shape of what will come. */
export function Loading({ rows = 6, label }: { rows?: number; label?: string }) {
  return (
    <div class="loading" role="status">
      <span class="hidden">{label ?? t("state.loading")}</span>
      {Array.from({ length: rows }, (_, at) => (
        <div class="ghost" key={at} aria-hidden="true" />
      ))}
    </div>
  );
}

export function Empty({ title, children }: { title: string; children?: ComponentChildren }) {
  return (
    <div class="state">
      <p class="state-title">{title}</p>
      {children}
    </div>
  );
}

/** A problem, in the person's language where we know it, with what may be tried. */
export function Wrong({ problem, again }: { problem: Problem; again?: () => void }) {
  const kind = problem.type.split("/").pop() ?? "";
  const known = say(`problem.${kind}`, "");
  return (
    <div class="state wrong" role="alert">
      <p class="state-title">{known || problem.title || t("problem.unexpected")}</p>
      {!known && problem.detail && problem.detail !== problem.title && <p>{problem.detail}</p>}
      {kind === "key-required" && <KeyForm />}
      {kind === "title-not-found" && <Link to="/">{t("search.label")}</Link>}
      {kind === "needs-service" && (
        <p>
          {t("state.run")} <code>reelation serve</code>
        </p>
      )}
      {!known && problem.suggestions.map((one) => <p key={one}>{one}</p>)}
      {problem.candidates.length > 0 && (
        <ul class="suggestions">
          {problem.candidates.map((one) =>
            typeof one === "string" ? (
              <li key={one}>{one}</li>
            ) : (
              <li key={one.title_id}>
                <Link to={to("title", one.title_id)}>
                  {one.name} {one.year !== null && <span class="year">{one.year}</span>}
                </Link>
              </li>
            ),
          )}
        </ul>
      )}
      {again && kind !== "needs-service" && (
        <button type="button" class="button" onClick={again}>
          {t("state.again")}
        </button>
      )}
    </div>
  );
}

/** Asks for the key of the service, and begins anew with it. */
function KeyForm() {
  const [text, setText] = useState("");
  return (
    <form
      class="tool-line"
      onSubmit={(event) => {
        event.preventDefault();
        setKey(text);
        location.reload();
      }}
    >
      <label class="field">
        {t("state.key")}
        <input
          type="password"
          autocomplete="off"
          value={text}
          onInput={(event) => setText(event.currentTarget.value)}
        />
      </label>
      <button type="submit" class="button">
        {t("state.again")}
      </button>
    </form>
  );
}

/** A remark on an answer that is not quite what was asked for. */
export function Note({ children }: { children: ComponentChildren }) {
  return (
    <p class="note" role="status">
      {children}
    </p>
  );
}
