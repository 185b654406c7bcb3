"""The brief of a blend or combination: the titles nearest it, how much of each is from which parent, and what.

Blend  ->  of_blend  ->  Document
"""

from __future__ import annotations

from reelation.atlas.store import Atlas
from reelation.create.blend.blend import MEETS, Blend, Blended
from reelation.create.blend.elements import Element, telling
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
from reelation.create.facts import Fact, Part, Said, answered, listed, plain, said, statistic, together
from reelation.create.title_facts import TitleFacts, name_fact, titled, year_fact
from reelation.insights.evidence import Shared
from reelation.messages import Messages

_M = "create_brief_blend"
_NAMED = 3
_COLUMNS = 4
"""Parents that each have a column; the shares of more stand in the notes alone."""


def of_blend(atlas: Atlas, found: Blend, say: Messages) -> Document:
    """The document of a blend or combination, in the language of `say`."""
    ids = tuple(one.title.title_id for one in found)
    figures = [
        (said(say, f"{_M}.figure.titles"), plain(statistic("count", len(found), ids))),
        (said(say, f"{_M}.figure.both"), plain(answered("both", round(found.both, 4), f"{found.both:.0%}"))),
    ]
    blocks: list[Block] = [Paragraph(_asked(found, say)), Figures(tuple(figures))]
    if len(found):
        notes = tuple(_note(atlas, found, at, say) for at in range(len(found)))
        blocks += [Heading(said(say, f"{_M}.titles")), _table(found, say)]
        blocks += [Heading(said(say, f"{_M}.notes")), Bullets(notes, tuple(titled(one.title, say) for one in found))]
    else:
        blocks.append(Paragraph(said(say, f"{_M}.none")))
    return Document(
        title=_title(found, say),
        language=say.language,
        blocks=tuple(blocks),
        samples=(said(say, f"{_M}.candidates", count=answered("candidates", found.candidates)),),
        caveats=tuple(said(say, f"{_M}.{name}") for name in ("shares", "named", "closeness")),
        sources=source_lines(atlas, say),
        headings=section_headings(say),
    )


def _is_mix(found: Blend) -> bool:
    """Whether it is a blend of two, not a combination: its amounts add up to 1."""
    return len(found.parents) == 2 and abs(sum(found.amounts) - 1) < 1e-9


def _title(found: Blend, say: Messages) -> Said:
    names = [name_fact(one) for one in found.parents]
    if _is_mix(found):
        return said(say, f"{_M}.between", one=names[0], two=names[1])
    plus = listed(say, [name for name, amount in zip(names, found.amounts, strict=True) if amount > 0])
    minus = [name for name, amount in zip(names, found.amounts, strict=True) if amount < 0]
    return (
        said(say, f"{_M}.without", plus=plus, minus=listed(say, minus)) if minus else said(say, f"{_M}.plus", plus=plus)
    )


def _asked(found: Blend, say: Messages) -> Said:
    parts: list[Part] = []
    for at, (parent, amount) in enumerate(zip(found.parents, found.amounts, strict=True)):
        if _is_mix(found):
            share = answered(f"amounts.{at}", amount, f"{amount:.0%}")
            parts.append(said(say, f"{_M}.share", title=titled(parent, say), share=share))
        else:
            parts.append(said(say, f"{_M}.{'added' if amount > 0 else 'taken'}", title=titled(parent, say)))
    return said(say, f"{_M}.asked", parents=together(say, parts, "reasons.separator"))


def _table(found: Blend, say: Messages) -> Table:
    fixed = tuple(said(say, f"{_M}.column.{name}") for name in ("rank", "title", "year"))
    parents = found.parents if len(found.parents) <= _COLUMNS else ()
    of_parents = tuple(said(say, f"{_M}.column.parent", title=name_fact(one)) for one in parents)
    return Table((*fixed, *of_parents), tuple(_row(at, one, len(parents), say) for at, one in enumerate(found)))


def _row(at: int, one: Blended, parents: int, say: Messages) -> tuple[Said, ...]:
    year = year_fact(one.title)
    return (
        plain(answered(f"blend.{at}.rank", one.rank)),
        plain(name_fact(one.title)),
        plain(year) if year is not None else said(say, "create_brief.unknown"),
        *(plain(_share(at, number, element)) for number, element in enumerate(one.elements[:parents])),
    )


def _share(at: int, number: int, element: Element, sign: int = 1) -> Fact:
    """A parent's share of the score of a title; `sign` -1 where the text says that it is taken off."""
    return answered(f"blend.{at}.elements.{number}.share", round(element.share, 6), f"{sign * element.share:.0%}")


def _note(atlas: Atlas, found: Blend, at: int, say: Messages) -> Said:
    one, lines = found[at], []
    for number, element in enumerate(one.elements):
        others = tuple(other for other in one.elements if other is not element) if _is_mix(found) else ()
        parent = titled(element.parent, say)
        if element.amount < 0:
            if -element.share < MEETS / 2:
                lines.append(said(say, f"{_M}.away", title=parent, share=_share(at, number, element, -1)))
            continue
        things = [
            _thing(atlas, one, element, thing, say)
            for thing in telling(element, others, len(atlas), 2 * _NAMED)
            if thing.roles_here and thing.roles_there and thing.type != "title"
        ][:_NAMED]
        share = _share(at, number, element)
        if things:
            lines.append(said(say, f"{_M}.from", title=parent, things=listed(say, things), share=share))
        else:
            lines.append(said(say, f"{_M}.from_nothing", title=parent, share=share))
    return said(say, f"{_M}.note", note=together(say, lines, "create_blend.separator"))


def _thing(atlas: Atlas, one: Blended, element: Element, thing: Shared, say: Messages) -> Said:
    """What a title and a parent both have: a fact of each."""
    rows = [atlas.titles.find(title.title_id) for title in (one.title, element.parent)]
    node = atlas.nodes.find(thing.node_id)
    if node is None or rows[0] is None or rows[1] is None:
        raise ValueError(f"{thing.node_id} of {one.title.title_id} is not in the atlas that this brief is made from")
    there = TitleFacts(atlas, rows[0], say).node(thing.roles_there[0], node)
    here = TitleFacts(atlas, rows[1], say).node(thing.roles_here[0], node)
    return Said(there.shown, (there, here))
