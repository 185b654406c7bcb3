// Fields of the forms: what is typed counts when it is sent, and stands in the address then.

import type { ComponentChildren } from "preact";
import { useId } from "preact/hooks";
import { t } from "../i18n";
import { amend, route } from "../router";

/** A form whose named fields become parts of the address, the empty ones none. */
export function Form({ children, send }: { children: ComponentChildren; send: string }) {
  return (
    <form
      class="create-form panel"
      onSubmit={(event) => {
        event.preventDefault();
        amend(told(event.currentTarget), { replace: false });
      }}
    >
      {children}
      <button type="submit" class="button main">
        {send}
      </button>
    </form>
  );
}

function told(form: HTMLFormElement): Record<string, string | null> {
  const found: Record<string, string | null> = {};
  for (const one of form.querySelectorAll<HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement>("[name]")) {
    found[one.name] = one.value.trim() || null;
  }
  return found;
}

interface Text {
  name: string;
  label: string;
  hint?: string;
  rows?: number;
  most?: number;
}

export function TextField({ name, label, hint, rows, most = 300 }: Text) {
  const value = route.value.query.get(name) ?? "";
  const id = useId();
  const rest = { id, name, maxLength: most, placeholder: hint, defaultValue: value };
  // the key: what the address says anew is shown anew, and what is being typed stays
  return (
    <div class="field">
      <label for={id}>{label}</label>
      {rows ? <textarea key={value} rows={rows} {...rest} /> : <input key={value} type="text" {...rest} />}
    </div>
  );
}

export function NumberField({ name, label, low, high }: { name: string; label: string; low: number; high: number }) {
  const value = route.value.query.get(name) ?? "";
  return (
    <label class="field">
      {label}
      <input key={value} name={name} type="number" inputMode="numeric" min={low} max={high} defaultValue={value} />
    </label>
  );
}

interface Choice {
  name: string;
  label: string;
  choices: [string, string][];
  /** What no choice is called; without, the first one is what counts. */
  none?: string;
}

/** Counts at once. */
export function Choose({ name, label, choices, none }: Choice) {
  const first = none === undefined ? (choices[0]?.[0] ?? "") : "";
  return (
    <label class="field">
      {label}
      <select
        value={route.value.query.get(name) ?? first}
        onChange={(event) => amend({ [name]: event.currentTarget.value === first ? null : event.currentTarget.value })}
      >
        {none !== undefined && <option value="">{none}</option>}
        {choices.map(([value, text]) => (
          <option key={value} value={value}>
            {text}
          </option>
        ))}
      </select>
    </label>
  );
}

/** More fields, folded; open where one of them is filled. */
export function Folded({ names, children }: { names: string[]; children: ComponentChildren }) {
  const used = names.some((name) => route.value.query.has(name));
  return (
    <details class="filters" open={used || undefined}>
      <summary>{t("create.more")}</summary>
      <div class="create-fields">{children}</div>
    </details>
  );
}
