"""The brief of a programme: what was asked, the running order as a table, a note on each title.

Programme  ->  of_programme  ->  Document
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
from reelation.create.facts import Fact, Part, Said, answered, asked, listed, plain, said, statistic, together
from reelation.create.programme.parts import REWARDED, Programme, Slot
from reelation.create.title_facts import name_fact, titled, year_fact
from reelation.messages import Messages

_M = "create_brief_programme"
_COLUMNS = ("place", "title", "year", "countries", "directors", "minutes")


def of_programme(atlas: Atlas, found: Programme, say: Messages) -> Document:
    """The document of a programme, in the language of `say`, which should be that of its notes."""
    ids = tuple(slot.title.title_id for slot in found)
    count = statistic("count", len(found), ids)
    blocks: list[Block] = [
        Paragraph(_asked(found, say)),
        Figures(_figures(found, ids, say)),
        Heading(said(say, f"{_M}.order")),
        _table(found, say),
        Heading(said(say, f"{_M}.notes")),
        Bullets(
            tuple(_note(slot, found.items[at + 1 : at + 2], say) for at, slot in enumerate(found)),
            tuple(plain(name_fact(slot.title)) for slot in found),
        ),
    ]
    return Document(
        title=said(say, f"{_M}.title", theme=_theme(found, say), count=count),
        language=say.language,
        blocks=tuple(blocks),
        samples=_samples(found, say),
        caveats=_caveats(found, say),
        sources=source_lines(atlas, say),
        headings=section_headings(say),
    )


def _theme(found: Programme, say: Messages) -> Said:
    parts: list[Part] = [listed(say, found.themes)] if found.themes else []
    if found.seeds:
        seeds = listed(say, [titled(title, say) for title in found.seeds])
        parts.append(said(say, f"{_M}.like", titles=seeds))
    return together(say, parts, "words.comma")


def _asked(found: Programme, say: Messages) -> Said:
    wanted, parts = found.wanted, []
    parts.append(said(say, f"{_M}.asked_count", count=asked("count", wanted.count)))
    for name in ("at_most", "at_least"):
        limits = getattr(wanted, name)
        for trait, value in limits.items():
            label = said(say, f"{_M}.{name.removeprefix('at_')}.{trait}")
            parts.append(said(say, f"{_M}.{name}", count=asked(f"{name}.{trait}", value), trait=label))
    parts += [
        said(say, f"{_M}.{name}", minutes=asked(name, minutes))
        for name in ("shortest", "longest")
        if (minutes := getattr(wanted, name)) is not None
    ]
    parts += [
        said(say, f"{_M}.{name}", value=asked(f"filters.{name}", value))
        for name in ("since", "until", "min_runtime", "max_runtime")
        if (value := getattr(wanted.filters, name)) is not None
    ]
    return said(say, f"{_M}.asked", theme=_theme(found, say), limits=together(say, parts, "reasons.separator"))


def _figures(found: Programme, ids: tuple[str, ...], say: Messages) -> tuple[tuple[Said, Said], ...]:
    items = [(said(say, f"{_M}.figure.titles"), plain(statistic("count", len(found), ids)))]
    known = tuple(slot.title.title_id for slot in found if slot.title.runtime_min is not None)
    items.append((said(say, f"{_M}.figure.minutes"), plain(statistic("sum runtime_min", found.minutes, known))))
    for trait in REWARDED:
        values = statistic(f"distinct {trait}", found.coverage[trait].values, ids)
        items.append((said(say, f"{_M}.figure.{trait}"), plain(values)))
    if found.relatedness is not None:
        value = round(found.relatedness, 2)
        fact = statistic("mean cosine", value, ids, f"{value:.2f}")
        items.append((said(say, f"{_M}.figure.relatedness"), plain(fact)))
    return tuple(items)


def _table(found: Programme, say: Messages) -> Table:
    columns = tuple(said(say, f"{_M}.column.{name}") for name in _COLUMNS)
    return Table(columns, tuple(_row(slot, say) for slot in found))


def _row(slot: Slot, say: Messages) -> tuple[Said, ...]:
    title, unknown = slot.title, said(say, "create_brief.unknown")
    year = year_fact(title)
    minutes = title.runtime_min
    length = None if minutes is None else Fact(title.title_id, "runtime_min", minutes, f"{minutes:g}")
    return (
        plain(answered(f"titles.{slot.place - 1}.place", slot.place)),
        plain(name_fact(title)),
        plain(year) if year is not None else unknown,
        listed(say, slot.countries) if slot.countries else unknown,
        listed(say, slot.directors) if slot.directors else unknown,
        plain(length) if length is not None else unknown,
    )


def _note(slot: Slot, after: tuple[Slot, ...], say: Messages) -> Said:
    if slot.joins is None or not after:
        return slot.note
    return said(say, f"{_M}.note", note=slot.note, next=name_fact(after[0].title), joins=slot.joins.text)


def _samples(found: Programme, say: Messages) -> tuple[Said, ...]:
    lines = [said(say, f"{_M}.in_theme", count=answered("in_theme", found.in_theme))]
    lines += [
        said(say, f"{_M}.left_out.{name}", count=answered(f"left_out.{name}", count))
        for name, count in found.left_out.items()
    ]
    lines.append(said(say, f"{_M}.pool", count=answered("pool", found.pool)))
    return tuple(lines)


def _caveats(found: Programme, say: Messages) -> tuple[Said, ...]:
    proved = found.gap < 1e-4
    lines = [said(say, f"{_M}.proved" if proved else f"{_M}.not_proved")]
    lines += [] if found.order_exact else [said(say, f"{_M}.order_near")]
    if found.unknown_length:
        lines.append(said(say, f"{_M}.unknown_length", count=answered("unknown_length", found.unknown_length)))
    outside = [slot.title for slot in found if not slot.in_theme]
    if outside:
        lines.append(said(say, f"{_M}.outside", names=listed(say, [name_fact(title) for title in outside])))
    return (*lines, said(say, f"{_M}.closeness"), said(say, f"{_M}.rights"))
