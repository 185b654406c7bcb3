// A place to drop an export, or to choose one.

import { useState } from "preact/hooks";
import { t } from "../i18n";
import { Icon } from "./icon";

export function DropZone({ onFiles }: { onFiles: (files: File[]) => void }) {
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
        <h2 id="drop-heading">{t("home.drop")}</h2>
        <p>{t("home.drop_what")}</p>
      </div>
      <label class="button file-button">
        {t("home.choose")}
        <input
          type="file"
          multiple
          data-testid="import-file"
          onChange={(event) => {
            take(event.currentTarget.files);
            event.currentTarget.value = "";
          }}
        />
      </label>
    </section>
  );
}
