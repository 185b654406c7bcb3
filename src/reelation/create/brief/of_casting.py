"""The brief of casting: people for a project, each with the titles, years and people that speak for them.

Casting  ->  of_casting  ->  Document
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
from reelation.create.casting.answer import CastCandidate, Casting
from reelation.create.casting.people import LATELY, Person, Together
from reelation.create.facts import Fact, Part, Said, answered, listed, plain, said, statistic, together
from reelation.create.title_facts import thing_fact, titled
from reelation.messages import Messages

_M = "create_brief_casting"
_COLUMNS = ("rank", "person", "closeness", "last", "lately", "titles", "together")
_LEAST_CHANCE = 0.0005
"""Below it a chance is not said: it would read 0.0%."""


def of_casting(atlas: Atlas, found: Casting, say: Messages) -> Document:
    """The document of casting, in the language of `say`, which should be that of the answer."""
    ids = tuple(one.person.node_id for one in found)
    blocks: list[Block] = [
        Paragraph(_asked(found, say)),
        Figures(
            (
                (said(say, f"{_M}.figure.listed"), plain(statistic("count", len(found), ids))),
                (said(say, f"{_M}.figure.candidates"), plain(answered("candidates", found.candidates))),
            )
        ),
    ]
    if len(found):
        columns = tuple(said(say, f"{_M}.column.{name}") for name in _COLUMNS[: None if found.attached else -1])
        rows = tuple(_row(found, at, say) for at in range(len(found)))
        notes = tuple(_note(atlas, found, at, say) for at in range(len(found)))
        blocks += [Heading(said(say, f"{_M}.people")), Table(columns, rows)]
        blocks += [
            Heading(said(say, f"{_M}.notes")),
            Bullets(notes, tuple(plain(person_fact(one.person)) for one in found)),
        ]
    else:
        blocks.append(Paragraph(said(say, f"{_M}.none")))
    return Document(
        title=said(say, f"{_M}.title", role=_role(found, say)),
        language=say.language,
        blocks=tuple(blocks),
        samples=_samples(found, say),
        caveats=_caveats(found, say),
        sources=source_lines(atlas, say),
        headings=section_headings(say),
    )


def person_fact(person: Person) -> Fact:
    """What somebody is called."""
    return Fact(person.node_id, "name", person.name, person.name)


def _role(found: Casting, say: Messages) -> Fact:
    return Fact("answer", "role", found.role, say.label("role", found.role))


def _asked(found: Casting, say: Messages) -> Said:
    parts: list[Part] = []
    if found.like:
        parts.append(said(say, f"{_M}.like", titles=listed(say, [titled(one, say) for one in found.like])))
    else:
        parts.append(said(say, f"{_M}.described"))
    if found.attached:
        names = listed(say, [person_fact(one) for one in found.attached])
        parts.append(said(say, f"{_M}.attached", names=names))
    return said(say, f"{_M}.asked", role=_role(found, say), parts=together(say, parts, "reasons.separator"))


def _row(found: Casting, at: int, say: Messages) -> tuple[Said, ...]:
    one, unknown = found[at], said(say, "create_brief.unknown")
    person, when = one.person.node_id, one.availability
    closeness = answered(f"items.{at}.closeness", round(one.closeness, 4), f"{one.closeness:.2f}")
    last = None if when.last_year is None else statistic("last year", when.last_year, (person,))
    cells = (
        plain(answered(f"items.{at}.rank", one.rank)),
        plain(person_fact(one.person)),
        plain(closeness),
        unknown if last is None else plain(last),
        unknown if (lately := _lately(found, one)) is None else plain(lately),
        plain(statistic("titles", when.titles, (person,))),
    )
    if not found.attached:
        return cells
    return (*cells, _worked(one, say))


def _lately(found: Casting, one: CastCandidate) -> Fact | None:
    """Titles of the last years of the atlas."""
    lately = one.availability.lately
    if lately is None or found.last_year is None:
        return None
    return statistic(f"titles since {found.last_year - LATELY + 1}", lately, (one.person.node_id,))


def _worked(one: CastCandidate, say: Messages) -> Said:
    if not one.together:
        return said(say, f"{_M}.nobody")
    some = [said(say, f"{_M}.times", name=person_fact(both.person), count=_both(one, both)) for both in one.together]
    return together(say, some, "reasons.separator")


def _both(one: CastCandidate, both: Together) -> Fact:
    return statistic("titles", both.titles, (one.person.node_id, both.person.node_id))


def _note(atlas: Atlas, found: Casting, at: int, say: Messages) -> Said:
    one = found[at]
    lines = []
    if one.closest:
        titles = listed(say, [titled(near.title, say) for near in one.closest])
        lines.append(said(say, "create_casting.closest", titles=titles))
    lines += [_together(one, both, say) for both in one.together]
    lines += _likely(found, at, say)
    if one.brings:
        topics = [
            said(
                say,
                f"{_M}.times",
                name=thing_fact(atlas, topic.node_id, topic.name, say),
                count=statistic("titles", topic.titles, (one.person.node_id, topic.node_id)),
            )
            for topic in one.brings
        ]
        lines.append(said(say, "create_casting.brings", topics=listed(say, topics)))
    if one.new_to_attached is not None:
        circle = statistic("circle", one.circle, (one.person.node_id,))
        fresh = (one.person.node_id, *(other.node_id for other in found.attached))
        new = statistic("circle apart", one.new_to_attached, fresh)
        lines.append(said(say, f"{_M}.circle", circle=circle, new=new))
    return together(say, lines, f"{_M}.separator")


def _together(one: CastCandidate, both: Together, say: Messages) -> Said:
    pair = (one.person.node_id, both.person.node_id)
    facts = {"name": person_fact(both.person), "count": _both(one, both)}
    if both.first_year is None or both.last_year is None:
        return said(say, "create_casting.together_undated", **facts)
    years = {
        "first": statistic("first year", both.first_year, pair),
        "last": statistic("last year", both.last_year, pair),
    }
    if both.first_year == both.last_year:
        return said(say, "create_casting.together_one_year", **facts, first=years["first"])
    return said(say, "create_casting.together", **facts, **years)


def _likely(found: Casting, at: int, say: Messages) -> list[Said]:
    lines = []
    for number, one in enumerate(found[at].likely):
        name, chance = person_fact(one.person), float(f"{one.chance:.3g}")
        if one.between:
            others = [
                Said(other.name, (person_fact(other), *_links(found[at], one.person, other))) for other in one.between
            ]
            lines.append(said(say, "create_casting.between", name=name, names=listed(say, others)))
        if chance >= _LEAST_CHANCE:
            fact = answered(f"items.{at}.likely.{number}.chance", chance, f"{chance:.1%}")
            lines.append(said(say, f"{_M}.chance", name=name, chance=fact))
    return lines


def _links(one: CastCandidate, attached: Person, between: Person) -> tuple[Fact, ...]:
    """That somebody worked with both: they are in the circle of each."""
    return tuple(
        Fact(between.node_id, "worked with", person.node_id, between.name) for person in (one.person, attached)
    )


def _samples(found: Casting, say: Messages) -> tuple[Said, ...]:
    lines = [
        said(say, f"{_M}.pool", people=answered("people", found.people), count=answered("candidates", found.candidates))
    ]
    lines += [said(say, "create_casting.dead", count=answered("dead", found.dead))] if found.dead else []
    if found.last_year is not None:
        since = answered("last_year", found.last_year)
        lines.append(said(say, f"{_M}.as_of", year=since))
    return tuple(lines)


def _caveats(found: Casting, say: Messages) -> tuple[Said, ...]:
    lines = [f"{_M}.credits", f"{_M}.fees"]
    if found.last_year is None:
        lines.insert(0, "create_casting.no_years")
    if any(one.likely for one in found):
        lines.append(f"{_M}.chances")
    elif say.say("create_casting.no_model") in found.notes:
        lines.append("create_casting.no_model")
    return tuple(said(say, key) for key in lines)
