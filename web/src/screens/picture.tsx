// What looks and sounds like a picture, a clip or a sound of one's own. The file goes to the service and is not kept.

import { useEffect, useMemo, useState } from "preact/hooks";
import { language, n, t } from "../i18n";
import { amend, route } from "../router";
import { answers, asking } from "../state/app";
import { useAnswer } from "../state/use_answer";
import { useDocumentTitle } from "../state/use_document_title";
import { DropZone } from "../ui/drop_zone";
import { RelatedRow } from "../ui/related_row";
import { Loading, Note, Wrong } from "../ui/states";

const COUNT = 20;
const SENSES = ["look", "sound"];

export default function PictureScreen() {
  useDocumentTitle(t("picture.title"));
  const [files, setFiles] = useState<File[]>([]);
  const [times, setTimes] = useState(0);
  const [facets, setFacets] = useState<string[]>([]);
  const only = route.value.query.get("only") === "1" && facets.length > 0;
  const weights = only ? facets.map((name) => `${name}=${SENSES.includes(name) ? 1 : 0}`).join() : null;
  const found = useAnswer(files.length ? `${times}|${weights}|${language.value}` : null, (signal) =>
    answers().byFiles(files, weights, COUNT, asking(signal)),
  );
  useEffect(() => {
    if (found.value) setFacets(Object.keys(found.value.weights));
  }, [found.value]);
  const most = Math.max(1e-9, ...(found.value?.related ?? []).map((item) => item.score));
  return (
    <div class="narrow">
      <h1>{t("picture.title")}</h1>
      <p class="quiet">{t("picture.about")}</p>
      <DropZone
        title={t("picture.drop")}
        what={t("picture.what")}
        accept="image/*,video/*,audio/*"
        name="picture-file"
        onFiles={(chosen) => {
          setFiles(chosen);
          setTimes(times + 1);
        }}
      />
      {files.length > 0 && (
        <section aria-labelledby="alike-heading" aria-busy={found.waiting}>
          <h2 id="alike-heading">{n("picture.alike", files.length, { file: files[0]?.name ?? "" })}</h2>
          <Shown files={files} />
          <label class="check">
            <input
              type="checkbox"
              checked={route.value.query.get("only") === "1"}
              onChange={(event) => amend({ only: event.currentTarget.checked ? 1 : null })}
            />
            {t("picture.only")}
          </label>
          {found.problem && <Wrong problem={found.problem} again={found.again} />}
          {!found.value && !found.problem && <Loading rows={6} />}
          {!only && found.value?.notes.map((line) => <Note key={line}>{line}</Note>)}
          <ol class="rows" data-testid="alike">
            {found.value?.related.map((item) => (
              <RelatedRow key={item.title_id} item={item} most={most} />
            ))}
          </ol>
        </section>
      )}
    </div>
  );
}

/** The pictures among the files. */
function Shown({ files }: { files: File[] }) {
  const pictures = useMemo(
    () =>
      files.filter(({ type }) => type.startsWith("image/")).map((file) => ({ file, url: URL.createObjectURL(file) })),
    [files],
  );
  useEffect(() => () => pictures.forEach(({ url }) => void URL.revokeObjectURL(url)), [pictures]);
  return (
    <p class="pictures">
      {pictures.map(({ file, url }) => (
        <img key={url} src={url} alt={file.name} />
      ))}
    </p>
  );
}
