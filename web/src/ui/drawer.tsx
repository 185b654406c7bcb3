// A panel over the page: a real dialog, so that focus stays in it, Escape closes it, and focus goes back afterwards.

import type { ComponentChildren } from "preact";
import { useEffect, useId, useRef } from "preact/hooks";
import { t } from "../i18n";
import { Icon } from "./icon";

interface Props {
  title: ComponentChildren;
  side?: boolean;
  onClose: () => void;
  children: ComponentChildren;
}

export function Drawer({ title, side = true, onClose, children }: Props) {
  const dialog = useRef<HTMLDialogElement>(null);
  const id = useId();
  useEffect(() => {
    const element = dialog.current;
    const opener = document.activeElement as HTMLElement | null;
    element?.showModal();
    return () => {
      element?.close();
      if (opener?.isConnected) opener.focus({ preventScroll: true });
    };
  }, []);
  return (
    <dialog
      ref={dialog}
      class={side ? "drawer" : "sheet"}
      aria-labelledby={id}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
      onMouseDown={(event) => event.target === dialog.current && onClose()}
    >
      <div class="drawer-body">
        <header class="drawer-head">
          <h2 id={id}>{title}</h2>
          <button type="button" class="tool" aria-label={t("close")} title={t("close")} onClick={onClose}>
            <Icon name="close" />
          </button>
        </header>
        {children}
      </div>
    </dialog>
  );
}
