"""An index of names: which of them may be meant by a text, before they are ranked.

Names, renown  ->  write_index  ->  folder  ->  NameIndex.open  ->  candidates("alein")  ->  names

Beginnings come from a sorted column of names without spaces; words, mistyped names and names that share runs of
letters come from tantivy, the better known first where many fit alike.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from reelation.arrays import load_array
from reelation.errors import MissingExtraError
from reelation.ids import Strings
from reelation.search.lookup import without_article
from reelation.title_search.names import Form, Names
from reelation.title_search.query import Reading

if TYPE_CHECKING:
    import tantivy

_ARRAYS = ("thing", "form", "source", "renown", "joined_name")
_COLUMNS = ("keys", "joined")
_LONGEST = 240
"""Letters of a name that tantivy reads."""
_STEPS = 1_000_000
"""Renown as a whole number."""
_HEAP = 192_000_000
"""Bytes that tantivy may use to build; one segment up to some million names."""
_BEGINNINGS = 60
_WORDS = 50
_MISTYPED = 50
_GRAMS = 60


class NameIndex:
    """The names of titles, or of people, and which of them a text may mean."""

    def __init__(self, columns: dict[str, Any], index: tantivy.Index) -> None:
        """Keep what `write_index` wrote; see `open`."""
        self.keys: Strings = columns["keys"]
        self.thing: NDArray[np.int32] = columns["thing"]
        self.form: NDArray[np.uint8] = columns["form"]
        self.source: NDArray[np.int32] = columns["source"]
        self.renown: NDArray[np.float32] = columns["renown"]
        """[names] of the title or person."""
        self._joined: Strings = columns["joined"]
        self._joined_name: NDArray[np.int32] = columns["joined_name"]
        _register(index)
        self._schema = index.schema
        self._searcher = index.searcher()

    @classmethod
    def open(cls, folder: Path) -> NameIndex:
        """Memory-map what `write_index` wrote.

        Raises:
            OSError, ValueError: a file is missing or damaged.
            MissingExtraError: tantivy is not installed.
        """
        columns: dict[str, Any] = {name: load_array(folder / f"{name}.npy") for name in _ARRAYS}
        columns |= {name: Strings.open(folder, name) for name in _COLUMNS}
        return cls(columns, _tantivy().Index.open(str(folder / "tantivy")))

    def __len__(self) -> int:
        return len(self.keys)

    def candidates(self, reading: Reading) -> list[int]:
        """Names that `reading` may mean, each once, in no order that says anything."""
        found = dict.fromkeys(self._beginnings(reading.joined))
        if reading.bare != reading.joined:
            found |= dict.fromkeys(self._beginnings(reading.bare))
        for query, most, known_first in self._queries(reading):
            field = "renown" if known_first else None
            hits = self._searcher.search(query, most, count=False, order_by_field=field).hits
            if hits:
                names: list[Any] = self._searcher.fast_field_values("name", [place for _, place in hits])
                found |= dict.fromkeys(names)
        return list(found)

    def _beginnings(self, joined: str) -> Iterable[int]:
        """Names that are `joined`, and the best known of those that begin so."""
        text = joined.encode()
        first = bisect_left(range(len(self._joined)), text, key=self._joined.encoded)
        same = bisect_left(range(len(self._joined)), text + b"\0", first, key=self._joined.encoded)
        last = bisect_left(range(len(self._joined)), text + b"\xff", same, key=self._joined.encoded)
        return [*self._best(first, same), *self._best(same, last)]

    def _best(self, first: int, last: int) -> list[int]:
        names = np.asarray(self._joined_name[first:last])
        if len(names) > _BEGINNINGS:
            names = names[np.argpartition(-self.renown[names], _BEGINNINGS)[:_BEGINNINGS]]
        return list(names.tolist())

    def _queries(self, reading: Reading) -> Iterable[tuple[tantivy.Query, int, bool]]:
        """Queries, how many names of each, and whether the best known or the most alike."""
        kinds, schema, key = _tantivy(), self._schema, reading.bare
        query, must = kinds.Query, kinds.Occur.Must
        *whole, last = reading.words
        yield (
            query.boolean_query(
                [
                    *((must, query.term_query(schema, "words", word, "basic")) for word in whole),
                    (must, query.fuzzy_term_query(schema, "words", last, 0, True, prefix=True)),
                ]
            ),
            _WORDS,
            True,
        )
        if len(key) > 2:
            yield query.fuzzy_term_query(schema, "whole", key, 1, True), _MISTYPED, True
        if len(key) > 4:
            yield query.fuzzy_term_query(schema, "whole", key, 2, True), _MISTYPED, True
            yield query.fuzzy_term_query(schema, "whole", key, 1, True, prefix=True), _MISTYPED, True
        if len(reading.words) > 1 or len(key) > 3:
            fuzzy = [query.fuzzy_term_query(schema, "words", word, _edits(word), True) for word in reading.words]
            yield query.boolean_query([(must, one) for one in fuzzy]), _MISTYPED, True
        grams = [query.term_query(schema, "grams", gram, "freq") for gram in _grams(reading.key)]
        yield query.boolean_query([(kinds.Occur.Should, one) for one in grams]), _GRAMS, False


def write_index(names: Names, renown: NDArray[np.float32], folder: Path) -> None:
    """Write the index of `names` into `folder`, which is empty.

    Args:
        names: of titles or people.
        renown: [names] of the title or person that has the name, 0 to 1.
        folder: exists.

    Raises:
        MissingExtraError: tantivy is not installed.
    """
    joined = [key.replace(" ", "") for key in names.keys]
    bare = [without_article(key).replace(" ", "") for key in names.keys]
    sortable = [(key.encode(), at) for at, key in enumerate(joined)]
    sortable += [(key.encode(), at) for at, key in enumerate(bare) if key != joined[at]]
    sortable.sort()
    np.save(folder / "thing.npy", names.thing)
    np.save(folder / "form.npy", names.form)
    np.save(folder / "source.npy", names.source)
    np.save(folder / "renown.npy", renown)
    np.save(folder / "joined_name.npy", np.array([at for _, at in sortable], np.int32))
    Strings.of(names.keys).save(folder, "keys")
    Strings.of(key.decode() for key, _ in sortable).save(folder, "joined")
    (folder / "tantivy").mkdir()
    _write_tantivy(names, renown, joined, bare, folder / "tantivy")


def _write_tantivy(names: Names, renown: NDArray[np.float32], joined: list[str], bare: list[str], folder: Path) -> None:
    kinds = _tantivy()
    fields = kinds.SchemaBuilder()
    fields.add_unsigned_field("name", fast=True)
    fields.add_unsigned_field("renown", fast=True)
    fields.add_text_field("whole", tokenizer_name="raw", index_option="basic")
    fields.add_text_field("words", tokenizer_name="apart", index_option="basic")
    fields.add_text_field("grams", tokenizer_name="grams", index_option="freq")
    index = kinds.Index(fields.build(), path=str(folder))
    _register(index)
    writer = index.writer(heap_size=_HEAP, num_threads=1)
    known = (renown * _STEPS).astype(np.int64).tolist()
    for at, (key, form) in enumerate(zip(names.keys, names.form.tolist(), strict=True)):
        if form == Form.INITIALS:  # two or three letters are near to everything
            continue
        document = kinds.Document()
        document.add_unsigned("name", at)
        document.add_unsigned("renown", known[at])
        document.add_text("whole", joined[at][:_LONGEST])
        if bare[at] != joined[at]:
            document.add_text("whole", bare[at][:_LONGEST])
        document.add_text("words", key[:_LONGEST])
        document.add_text("grams", f" {key[:_LONGEST]} ")
        writer.add_document(document)
    writer.commit()
    writer.wait_merging_threads()


def _register(index: tantivy.Index) -> None:
    kinds = _tantivy()
    tokens = {"apart": kinds.Tokenizer.whitespace(), "grams": kinds.Tokenizer.ngram(2, 3, False)}
    for name, tokenizer in tokens.items():
        index.register_tokenizer(name, kinds.TextAnalyzerBuilder(tokenizer).build())


def _grams(key: str) -> list[str]:
    """The runs of two and three letters of a name, as tantivy makes them."""
    text = f" {key} "
    return list(dict.fromkeys(text[at : at + size] for size in (2, 3) for at in range(len(text) + 1 - size)))


def _edits(word: str) -> int:
    """How many letters of a word may be wrong."""
    return 0 if len(word) < 3 else 1 if len(word) < 6 else 2


def _tantivy() -> Any:
    try:
        import tantivy
    except ImportError:
        raise MissingExtraError("Searching titles and people", "serve") from None
    return tantivy
