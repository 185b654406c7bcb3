// A slider that says its value in words.

import type { ComponentChildren } from "preact";
import { useId } from "preact/hooks";

interface Props {
  label: ComponentChildren;
  value: number;
  min: number;
  max: number;
  step: number;
  /** The value in words, also read out. */
  text: string;
  plain: number;
  onInput: (value: number) => void;
}

export function Slider({ label, value, min, max, step, text, plain, onInput }: Props) {
  const id = useId();
  return (
    <div class={`slider${value === plain ? "" : " changed"}`}>
      <label for={id}>{label}</label>
      <output for={id}>{text}</output>
      <input
        id={id}
        type="range"
        min={min}
        max={max}
        step={step}
        value={value}
        aria-valuetext={text}
        onInput={(event) => onInput(Number(event.currentTarget.value))}
        onDblClick={() => onInput(plain)}
      />
    </div>
  );
}
