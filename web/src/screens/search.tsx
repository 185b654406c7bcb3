// All that a search found: where a name fits several titles, one chooses here.

import { language, n, t } from "../i18n";
import { route } from "../router";
import { answers, asking } from "../state/app";
import { useAnswer } from "../state/use_answer";
import { useDocumentTitle } from "../state/use_document_title";
import { HitLine } from "../ui/hit";
import { Link } from "../ui/link";
import { addressOf, SearchBox } from "../ui/search_box";
import { Empty, Loading, Wrong } from "../ui/states";

export function SearchScreen() {
  const query = route.value.query.get("q") ?? "";
  useDocumentTitle(query || t("search.label"));
  const found = useAnswer(query ? `${query}|${language.value}` : null, (signal) =>
    answers().search(query, 50, asking(signal)),
  );
  const hits = found.value?.results ?? [];
  return (
    <div class="narrow">
      <h1>{query ? t("search.for", { query }) : t("search.label")}</h1>
      {!query && <SearchBox big autofocus />}
      {found.problem && <Wrong problem={found.problem} again={found.again} />}
      {query && !found.value && !found.problem && <Loading rows={6} />}
      {found.value && hits.length > 1 && <p class="quiet">{n("search.several", hits.length)}</p>}
      {found.value && hits.length === 0 && (
        <Empty title={t("search.none", { query })}>
          <p>{t("search.none_try")}</p>
        </Empty>
      )}
      <ul class="hits">
        {hits.map((hit) => (
          <li key={`${hit.type}:${hit.id}`} data-row="">
            <Link to={addressOf(hit)}>
              <HitLine hit={hit} />
            </Link>
          </li>
        ))}
      </ul>
    </div>
  );
}
