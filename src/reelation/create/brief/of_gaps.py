"""The brief of gaps: each pair of topics with its counts, how sure that is, and the titles that come nearest.

Gaps  ->  of_gaps  ->  Document
"""

from __future__ import annotations

from reelation.atlas.store import Atlas
from reelation.create.brief.document import (
    Block,
    Bullets,
    Document,
    Figures,
    Heading,
    Paragraph,
    Table,
    section_headings,
)
from reelation.create.brief.sources import source_lines
from reelation.create.facts import Fact, Said, answered, listed, plain, said, statistic, together
from reelation.create.gaps.gaps import Gap, Gaps
from reelation.create.title_facts import thing_fact, titled
from reelation.messages import Messages

_M = "create_brief_gaps"
_COLUMNS = ("pair", "seen", "expected", "ratio", "chance", "tagged", "demand")


def of_gaps(atlas: Atlas, found: Gaps, say: Messages) -> Document:
    """The document of gaps, in the language of `say`."""
    types = [Fact("answer", f"types.{at}", one, say.label("type", one)) for at, one in enumerate(found.types)]
    span = {name: answered(name, getattr(found, name)) for name in ("first", "until")}
    blocks: list[Block] = [
        Paragraph(said(say, f"{_M}.asked", types=listed(say, types), **span)),
        Paragraph(said(say, f"{_M}.meaning")),
        Figures(
            tuple(
                (said(say, f"{_M}.figure.{name}"), plain(answered(name, getattr(found, name))))
                for name in ("called", "tested", "topics", "titles")
            )
        ),
    ]
    if len(found):
        columns = tuple(said(say, f"{_M}.column.{name}") for name in _COLUMNS)
        rows = tuple(_row(atlas, found, at, say) for at in range(len(found)))
        notes = tuple(_note(atlas, found, one, say) for one in found)
        names = tuple(_pair(atlas, one, say) for one in found)
        blocks += [Heading(said(say, f"{_M}.pairs")), Table(columns, rows)]
        blocks += [Heading(said(say, f"{_M}.notes")), Bullets(notes, names)]
    else:
        blocks.append(Paragraph(said(say, f"{_M}.none")))
    return Document(
        title=said(say, f"{_M}.title"),
        language=say.language,
        blocks=tuple(blocks),
        samples=_samples(found, say),
        caveats=tuple(said(say, f"{_M}.{name}") for name in ("opportunity", "tagging", "renown", "expectation")),
        sources=source_lines(atlas, say),
        headings=section_headings(say),
    )


def _pair(atlas: Atlas, one: Gap, say: Messages) -> Said:
    names = [thing_fact(atlas, topic.node_id, topic.name, say) for topic in (one.one, one.two)]
    return said(say, f"{_M}.pair", one=names[0], two=names[1])


def _row(atlas: Atlas, found: Gaps, at: int, say: Messages) -> tuple[Said, ...]:
    one, where = found[at], f"gaps.{at}"
    seen = statistic(f"titles until {found.until}", one.seen, (one.one.node_id, one.two.node_id))
    ends = {
        name: answered(f"{where}.{name}", round(getattr(one, name), 4), f"{getattr(one, name):.2f}")
        for name in ("low", "high")
    }
    share = one.coverage.share
    return (
        _pair(atlas, one, say),
        plain(seen),
        plain(answered(f"{where}.expected", round(one.expected, 3), f"{one.expected:.1f}")),
        said(say, f"{_M}.between", **ends),
        plain(answered(f"{where}.chance", round(one.chance, 3), f"{one.chance:.1f}")),
        plain(answered(f"{where}.coverage.share", round(share, 4), f"{share:.0%}")),
        _renown(where, one, say),
    )


def _renown(where: str, one: Gap, say: Messages) -> Said:
    if one.coverage.poor or one.interest is None:
        return said(say, f"{_M}.demand.{'hatched' if one.coverage.poor else 'unknown'}")
    titles = answered(f"{where}.interest.titles", one.interest.titles)
    return said(say, f"{_M}.demand.{one.interest.called}", titles=titles)


def _note(atlas: Atlas, found: Gaps, one: Gap, say: Messages) -> Said:
    topics = (one.one, one.two)
    names = [thing_fact(atlas, topic.node_id, topic.name, say) for topic in topics]
    first, second = (statistic(f"titles until {found.until}", topic.titles, (topic.node_id,)) for topic in topics)
    lines = [said(say, f"{_M}.topics", one=names[0], two=names[1], first=first, second=second)]
    lines += [
        said(say, f"{_M}.{name}", titles=listed(say, [titled(title, say) for title in some]))
        for name, some in (("have", one.titles), ("near", one.near))
        if some
    ]
    return together(say, lines, "create_gaps.separator")


def _samples(found: Gaps, say: Messages) -> tuple[Said, ...]:
    counts = {name: answered(name, getattr(found, name)) for name in ("titles", "undated", "tested", "called")}
    rate = answered("rate", found.rate, f"{100 * found.rate:g}%")
    lines = [said(say, f"{_M}.counted", titles=counts["titles"])]
    lines += [said(say, f"{_M}.undated", count=counts["undated"])] if found.undated else []
    return (*lines, said(say, f"{_M}.tested", tested=counts["tested"], called=counts["called"], rate=rate))
