"""The brief of comparables: two columns and their misses, each title with what it shares, its figures, how it fared.

Comps  ->  of_comps  ->  Document
"""

from __future__ import annotations

from reelation.atlas.store import Atlas
from reelation.create.brief.document import Block, Document, Figures, Heading, Paragraph, Table, section_headings
from reelation.create.brief.sources import source_lines
from reelation.create.comps.comparable import Comparable
from reelation.create.comps.comps import Comps
from reelation.create.facts import Fact, Part, Said, answered, asked, listed, plain, said, statistic, together
from reelation.create.title_facts import TitleFacts
from reelation.messages import Messages
from reelation.search.figures import Figure

_M = "create_brief_comps"
_COLUMNS = ("title", "year", "shared", "figures", "fared")
_LISTS = ("tonal", "market", "tonal_misses", "market_misses")
_SHARED = 4
_LARGE = 1_000


def of_comps(atlas: Atlas, found: Comps, say: Messages) -> Document:
    """The document of comparables, in the language of `say`, which should be that of the answer."""
    lists = [(name, getattr(found, name)) for name in _LISTS if getattr(found, name)]
    blocks: list[Block] = [Paragraph(one) for one in _asked(found, say)]
    ids = {name: tuple(one.title.title_id for one in some) for name, some in lists}
    counts = [(said(say, f"{_M}.{name}"), plain(statistic("count", len(some), ids[name]))) for name, some in lists]
    blocks.append(Figures(tuple(counts)))
    if not lists:
        blocks.append(Paragraph(said(say, f"{_M}.none")))
    columns = tuple(said(say, f"{_M}.column.{name}") for name in _COLUMNS)
    for name, some in lists:
        rows = tuple(_row(atlas, f"{name}.{at}", one, say) for at, one in enumerate(some))
        blocks += [Heading(said(say, f"{_M}.{name}")), Table(columns, rows)]
    cautions = tuple(
        plain(Fact("answer", f"cautions.{at}.text", one.text, one.text)) for at, one in enumerate(found.cautions)
    )
    return Document(
        title=said(say, f"{_M}.title"),
        language=say.language,
        blocks=tuple(blocks),
        samples=(said(say, f"{_M}.candidates", count=answered("candidates", found.candidates)),),
        caveats=(*cautions, said(say, f"{_M}.no_forecast")),
        sources=source_lines(atlas, say),
        headings=section_headings(say),
    )


def _asked(found: Comps, say: Messages) -> list[Said]:
    project, lines = found.project, []
    if project.text:
        lines.append(plain(asked("text", project.text)))
    parts: list[Part] = [
        listed(say, [asked(name, value, say.tag("genre", value) if name == "genres" else value) for value in values])
        for name in ("genres", "tone", "people")
        if (values := getattr(project, name))
    ]
    if project.territory is not None:
        parts.append(asked("territory", project.territory, say.tag("country", project.territory)))
    if project.year is not None:
        parts.append(asked("year", project.year))
    if parts:
        lines.append(said(say, f"{_M}.asked", parts=together(say, parts, "reasons.separator")))
    return lines


def _row(atlas: Atlas, where: str, one: Comparable, say: Messages) -> tuple[Said, ...]:
    row = atlas.titles.find(one.title.title_id)
    if row is None:
        raise ValueError(f"{one.title.title_id} is not in the atlas that this brief is made from")
    facts, unknown = TitleFacts(atlas, row, say), said(say, "create_brief.unknown")
    year = facts.year()
    shared = [
        facts.node(thing.roles_there[0], node)
        for thing in one.shared
        if thing.roles_there
        and thing.type not in ("title", "word")
        and (node := atlas.nodes.find(thing.node_id)) is not None
    ][:_SHARED]
    figures = [_figure(one.title.title_id, figure, say) for figure in one.figures if _telling(figure)]
    return (
        plain(facts.name()),
        plain(year) if year is not None else unknown,
        listed(say, shared) if shared else said(say, f"{_M}.nothing_by_name"),
        together(say, figures, "reasons.separator") if figures else unknown,
        unknown if one.outcome is None else _fared(where, one, say),
    )


def _telling(figure: Figure) -> bool:
    """Whether it says something: no award is what most titles have."""
    return figure.measure != "oscars_won" or figure.value > 0


def _figure(title_id: str, figure: Figure, say: Messages) -> Said:
    large = figure.value >= _LARGE
    value = round(figure.value) if large else round(figure.value, 2)
    fact = Fact(title_id, f"figure {figure.measure}", value, f"{value:,}" if large else f"{value:g}")
    key = f"{_M}.measure.{figure.measure}"
    return said(say, key if say.knows(key) else f"{_M}.measure.other", value=fact)


def _fared(where: str, one: Comparable, say: Messages) -> Said:
    outcome = one.outcome
    if outcome is None:
        return said(say, "create_brief.unknown")
    share = answered(f"{where}.outcome.share", round(outcome.share, 4), f"{outcome.share:.0%}")
    peers = answered(f"{where}.outcome.peers", outcome.peers)
    return said(say, f"{_M}.fared.{outcome.fared}", share=share, peers=peers)
