// A place to drop files, or to choose some.

import { useState } from "preact/hooks";
import { t } from "../i18n";
import { Icon } from "./icon";

interface Props {
  title: string;
  what: string;
  /** Kinds of files, as of an input; all without. */
  accept?: string;
  /** For tests. */
  name: string;
  onFiles: (files: File[]) => void;
}

export function DropZone({ title, what, accept, name, onFiles }: Props) {
  const [over, setOver] = useState(false);
  const take = (files: FileList | null | undefined): void => {
    if (files?.length) onFiles([...files]);
  };
  return (
    <section
      class={`drop${over ? " over" : ""}`}
      aria-labelledby="drop-heading"
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={(event) => {
        event.preventDefault();
        setOver(false);
        take(event.dataTransfer?.files);
      }}
    >
      <Icon name="file" />
      <div>
        <h2 id="drop-heading">{title}</h2>
        <p>{what}</p>
      </div>
      <label class="button file-button">
        {t("home.choose")}
        <input
          type="file"
          multiple
          accept={accept}
          data-testid={name}
          onChange={(event) => {
            take(event.currentTarget.files);
            event.currentTarget.value = "";
          }}
        />
      </label>
    </section>
  );
}
