// The atlas's model card: what is in it, from where and under which licence, and how well it did.

import type { ModelCard } from "../data/types";
import { language, number, percent, say, t } from "../i18n";
import { answers, asking } from "../state/app";
import { useAnswer } from "../state/use_answer";
import { FacetBar } from "../ui/facet_bar";
import { Shape } from "../ui/shape";
import { Loading, Wrong } from "../ui/states";
import { Table } from "../ui/table";

export function Card() {
  const found = useAnswer(`card|${language.value}`, (signal) => answers().card(asking(signal)));
  if (found.problem) return <Wrong problem={found.problem} again={found.again} />;
  if (!found.value) return <Loading rows={4} />;
  return <Told card={found.value} />;
}

function Told({ card }: { card: ModelCard }) {
  const weights = Object.fromEntries(card.facets.map((facet) => [facet.name, facet.weight]));
  const nodes = Object.entries(card.nodes ?? {});
  const figures = numbersOf(card.scores ?? {});
  return (
    <div class="card-sections">
      <section class="panel" aria-labelledby="atlas-heading">
        <h2 id="atlas-heading">{t("card.atlas")}</h2>
        <dl class="facts">
          <Fact name={t("card.titles")} value={number(card.titles)} />
          {card.years && <Fact name={t("card.years")} value={`${card.years[0]}–${card.years[1]}`} />}
          <Fact
            name={t("tune.kind")}
            value={Object.entries(card.kinds ?? {})
              .map(([kind, count]) => `${say(`kind.${kind}`, kind)} ${number(count)}`)
              .join(" · ")}
          />
          <Fact name={t("card.made")} value={new Date(card.created).toLocaleString(language.value)} />
          <Fact name={t("card.version")} value={`${card.atlas_version ?? ""} · Reelation ${card.reelation ?? ""}`} />
          <Fact name={t("card.parts")} value={card.parts.join(", ")} />
        </dl>
      </section>
      <section class="panel" aria-labelledby="sources-heading">
        <h2 id="sources-heading">{t("card.sources")}</h2>
        <Table
          caption={t("card.sources")}
          rows={card.sources}
          id={(source) => source.name}
          columns={[
            {
              key: "label",
              name: t("card.source"),
              value: (source) => source.label,
              show: (source) => <Outside href={source.homepage}>{source.label}</Outside>,
            },
            {
              key: "licence",
              name: t("card.licence"),
              value: (source) => source.licence,
              show: (source) => <Outside href={source.licence_url}>{source.licence}</Outside>,
            },
          ]}
        />
      </section>
      <section class="panel" aria-labelledby="facets-heading">
        <h2 id="facets-heading">{t("card.facets")}</h2>
        <FacetBar facets={weights} most={Object.values(weights).reduce((sum, weight) => sum + weight, 0)} />
        <ul class="legend-line">
          {card.facets.map((facet) => (
            <li key={facet.name}>
              <Shape of={facet.name} /> {say(`facet.${facet.name}`, facet.name)} <b>{percent(facet.weight)}</b>
            </li>
          ))}
        </ul>
        {nodes.length > 0 && (
          <p class="quiet">
            {t("card.evidence")}{" "}
            {nodes.map(([type, count]) => `${say(`type.${type}`, type)} ${number(count)}`).join(" · ")}
          </p>
        )}
      </section>
      {figures.length > 0 && (
        <section class="panel" aria-labelledby="scores-heading">
          <h2 id="scores-heading">{t("card.scores")}</h2>
          <Table
            caption={t("card.scores")}
            rows={figures}
            id={([name]) => name}
            columns={[
              { key: "name", name: t("column.name"), value: ([name]) => name },
              { key: "value", name: t("card.value"), value: ([, value]) => value, numeric: true },
            ]}
          />
        </section>
      )}
    </div>
  );
}

function Fact({ name, value }: { name: string; value: string }) {
  return value ? (
    <div>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </div>
  ) : null;
}

function Outside({ href, children }: { href: string | null; children: string }) {
  // Only addresses of the web: whatever a source says of itself is not run.
  return href && /^https?:\/\//.test(href) ? (
    <a href={href} rel="noopener noreferrer external">
      {children}
    </a>
  ) : (
    children
  );
}

/** Every single figure in nested scores, named by its way there; lists are left out. */
export function numbersOf(scores: Record<string, unknown>, before = ""): [string, number][] {
  return Object.entries(scores).flatMap(([name, value]): [string, number][] => {
    const named = before ? `${before} · ${name}` : name;
    if (typeof value === "number" && Number.isFinite(value)) return [[named, value]];
    if (typeof value === "object" && value !== null && !Array.isArray(value)) {
      return numbersOf(value as Record<string, unknown>, named);
    }
    return [];
  });
}
