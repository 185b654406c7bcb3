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
from reelation.create.gaps import Gap, Gaps
from reelation.create.title_facts import thing_fact, titled
from reelation.insights.topics import Topic
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
        notes = tuple(_note(atlas, found, at, say) for at in range(len(found)))
        blocks += [Heading(said(say, f"{_M}.pairs")), Table(columns, rows)]
        blocks += [Heading(said(say, f"{_M}.notes")), Bullets(notes)]
    else:
        blocks.append(Paragraph(said(say, f"{_M}.none")))
    return Document(
        title=said(say, f"{_M}.title"),
        language=say.language,
        blocks=tuple(blocks),
        samples=_samples(found, say),
        caveats=tuple(said(say, f"{_M}.{name}") for name in ("opportunity", "tagging", "expectation")),
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
        said(say, f"{_M}.demand.{one.quadrant}"),
    )


def _note(atlas: Atlas, found: Gaps, at: int, say: Messages) -> Said:
    one = found[at]
    lines = [_titles_of(atlas, found, topic, say) for topic in (one.one, one.two)]
    lines += [
        said(say, f"{_M}.{name}", titles=listed(say, [titled(title, say) for title in some]))
        for name, some in (("have", one.titles), ("near", one.near))
        if some
    ]
    if one.interest is not None:
        count = answered(f"gaps.{at}.interest.titles", one.interest.titles)
        lines.append(said(say, f"create_gaps.interest.{one.interest.called}", titles=count))
    return said(say, f"{_M}.note", pair=_pair(atlas, one, say), note=together(say, lines, "create_gaps.separator"))


def _titles_of(atlas: Atlas, found: Gaps, topic: Topic, say: Messages) -> Said:
    name = thing_fact(atlas, topic.node_id, topic.name, say)
    count = statistic(f"titles until {found.until}", topic.titles, (topic.node_id,))
    return said(say, f"{_M}.topic", name=name, count=count)


def _samples(found: Gaps, say: Messages) -> tuple[Said, ...]:
    counts = {name: answered(name, getattr(found, name)) for name in ("titles", "undated", "tested", "called")}
    rate = answered("rate", found.rate, f"{100 * found.rate:g}%")
    lines = [said(say, f"{_M}.counted", titles=counts["titles"])]
    lines += [said(say, f"{_M}.undated", count=counts["undated"])] if found.undated else []
    return (*lines, said(say, f"{_M}.tested", tested=counts["tested"], called=counts["called"], rate=rate))
