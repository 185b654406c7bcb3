// The first page: one box, three live examples, a place to drop an export, a surprise.

import { chipsOf } from "../data/chips";
import type { RelatedTitle, Title } from "../data/types";
import { PLAIN } from "../data/wish";
import { language, t } from "../i18n";
import { tagName } from "../i18n/tags";
import { go, to } from "../router";
import { announce, answers, asking } from "../state/app";
import { takeFiles } from "../state/imports";
import { useAnswer } from "../state/use_answer";
import { useDocumentTitle } from "../state/use_document_title";
import { DropZone } from "../ui/drop_zone";
import { Icon } from "../ui/icon";
import { Link } from "../ui/link";
import { SearchBox } from "../ui/search_box";
import { Shape } from "../ui/shape";
import { Loading, Wrong } from "../ui/states";

const EXAMPLES = 3;
const SHOWN = 3;
const KNOWN = 0.9;

export function HomeScreen() {
  useDocumentTitle(null);
  const day = Math.floor(Date.now() / 86_400_000);
  const examples = useAnswer(`examples|${language.value}`, (signal) => exampleLists(day, signal));
  const card = useAnswer(`card|${language.value}`, (signal) => answers().card(asking(signal)));
  return (
    <div class="home">
      <section class="hero">
        <h1>{t("home.title")}</h1>
        <p class="lead">{t("home.lead")}</p>
        <SearchBox big autofocus main />
        <p class="hero-actions">
          <button type="button" class="button" onClick={surprise}>
            <Icon name="dice" />
            {t("home.surprise")}
          </button>
          <Link class="button" to={to("map")}>
            <Icon name="map" />
            {t("home.map")}
          </Link>
          {card.value?.parts.includes("senses") && answers().can("files") && (
            <Link class="button" to={to("picture")}>
              <Icon name="file" />
              {t("picture.title")}
            </Link>
          )}
        </p>
      </section>
      <section aria-labelledby="examples-heading">
        <h2 id="examples-heading" class="section-heading">
          {t("home.examples")}
        </h2>
        {examples.problem && <Wrong problem={examples.problem} again={examples.again} />}
        {!examples.value && !examples.problem && <Loading rows={3} />}
        <div class="examples">
          {examples.value?.map(({ title, related }) => (
            <Example key={title.title_id} title={title} related={related} />
          ))}
        </div>
      </section>
      {answers().can("imports") && (
        <DropZone title={t("home.drop")} what={t("home.drop_what")} name="import-file" onFiles={bring} />
      )}
    </div>
  );
}

async function exampleLists(seed: number, signal: AbortSignal): Promise<{ title: Title; related: RelatedTitle[] }[]> {
  const ask = asking(signal);
  const titles = await answers().random(EXAMPLES, KNOWN, seed, ask);
  const lists = titles.map((title) => answers().related(title.title_id, PLAIN, ask));
  return (await Promise.all(lists)).map(({ title, related }) => ({ title, related: related.slice(0, SHOWN) }));
}

function bring(files: File[]): void {
  takeFiles(files);
  go(to("data"));
}

async function surprise(): Promise<void> {
  try {
    const [title] = await answers().random(1, 0.3, null, asking());
    if (title) go(to("title", title.title_id));
  } catch {
    announce(t("problem.unexpected"), true);
  }
}

function Example({ title, related }: { title: Title; related: RelatedTitle[] }) {
  return (
    <article class="example">
      <h3>
        <Link to={to("title", title.title_id)}>
          {title.name} {title.year !== null && <span class="year">{title.year}</span>}
        </Link>
      </h3>
      <ol>
        {related.map((item) => {
          const chip = chipsOf(item.reason, item.shared, tagName)[0];
          return (
            <li key={item.title_id} data-row="">
              <Link to={to("title", item.title_id)}>{item.name}</Link>{" "}
              {item.year !== null && <span class="year">{item.year}</span>}
              {chip && (
                <span class="example-reason">
                  {chip.facet && <Shape of={chip.facet} size={9} />} {chip.text}
                </span>
              )}
            </li>
          );
        })}
      </ol>
    </article>
  );
}
