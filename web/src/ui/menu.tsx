// A small menu behind a button.

import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { Icon, type IconName } from "./icon";

export interface Choice {
  name: string;
  act: () => void;
}

interface Props {
  label: ComponentChildren;
  icon: IconName;
  choices: Choice[];
}

/** A disclosure rather than an ARIA menu: plain buttons, in the order of the page. */
export function Menu({ label, icon, choices }: Props) {
  const details = useRef<HTMLDetailsElement>(null);
  useEffect(() => {
    function leave(event: Event): void {
      const element = details.current;
      if (element?.open && !element.contains(event.target as Node)) element.open = false;
    }
    document.addEventListener("pointerdown", leave);
    document.addEventListener("focusin", leave);
    return () => {
      document.removeEventListener("pointerdown", leave);
      document.removeEventListener("focusin", leave);
    };
  }, []);
  return (
    <details
      class="menu"
      ref={details}
      onKeyDown={(event) => {
        if (event.key !== "Escape" || !details.current?.open) return;
        details.current.open = false;
        details.current.querySelector("summary")?.focus();
        event.stopPropagation();
      }}
    >
      <summary class="button small">
        <Icon name={icon} />
        <span>{label}</span>
      </summary>
      <ul>
        {choices.map((choice) => (
          <li key={choice.name}>
            <button
              type="button"
              onClick={() => {
                if (details.current) details.current.open = false;
                choice.act();
              }}
            >
              {choice.name}
            </button>
          </li>
        ))}
      </ul>
    </details>
  );
}
