"""A folder of pictures, clips and sound into vectors of titles: in parallel, with progress, never anything twice.

    sources  ->  content hashes  ->  cache, or workers with limits  ->  mean of each title's files  ->  MediaVectors

Every result is kept as it comes (`reelation.media.cache`): a run that is killed, at any moment, goes on where it was.
"""

from __future__ import annotations

import queue
import threading
import time
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from reelation.errors import UsageError
from reelation.ids import Vocabulary
from reelation.media.addresses import Fetcher
from reelation.media.cache import Cache, Known
from reelation.media.encoder import BARCODE, Encoded
from reelation.media.guard import Limits, Worker
from reelation.media.kinds import modalities
from reelation.media.naming import Source
from reelation.media.registry import Registry
from reelation.media.store import Block, FileNote, MediaVectors, write_media
from reelation.progress import Step, progress


@dataclass(frozen=True)
class ExtractConfig:
    """How to extract."""

    models: tuple[str, ...] = ()
    """Models to plug in, as `reelation.media.models` takes them."""
    only: tuple[str, ...] = ("image", "video", "audio")
    """Modalities to read."""
    workers: int = 1
    """Processes that read files at the same time."""
    again: bool = False
    """Whether to try files again that gave nothing last time."""
    limits: Limits = field(default_factory=Limits)


@dataclass
class Tally:
    """What a run did."""

    files: int = 0
    """Files that were named."""
    encoded: int = 0
    """Results that were worked out now."""
    known: int = 0
    """Results that the cache had."""
    problems: int = 0
    """Files that gave nothing."""
    seconds: float = 0.0
    """From beginning to end."""


@dataclass(frozen=True)
class Extraction:
    """What came of it."""

    media: MediaVectors
    tally: Tally
    notes: tuple[FileNote, ...]


@dataclass(frozen=True)
class _Job:
    source: Source
    path: Path
    content: str
    names: tuple[str, ...]


def extract(
    sources: Sequence[Source],
    folder: Path,
    config: ExtractConfig | None = None,
    *,
    cache: Cache | None = None,
    fetcher: Fetcher | None = None,
) -> Extraction:
    """Encode all files and write `folder`.

    Args:
        sources: files and addresses with their titles.
        folder: gets the vectors; what was there is replaced at once, at the end.
        config: how.
        cache: where results are kept.
        fetcher: gets addresses; without one, addresses are noted as problems.

    Raises:
        UsageError: a model or a library is missing, or there is no source at all.
    """
    config = config or ExtractConfig()
    if not sources:
        raise UsageError("No pictures, clips or sounds to read: none of the files' names says which title it is of.")
    began = time.monotonic()
    kept = cache or Cache()
    try:
        run = _Run(config, kept, Registry(config.models), fetcher)
        run.encode(sources)
        media = write_media(folder, run.blocks(), run.notes)
    finally:
        if cache is None:
            kept.close()
    run.tally.seconds = time.monotonic() - began
    return Extraction(media, run.tally, tuple(run.notes))


class _Run:
    """One extraction under way."""

    def __init__(self, config: ExtractConfig, cache: Cache, registry: Registry, fetcher: Fetcher | None) -> None:
        self._config, self._cache, self._registry, self._fetcher = config, cache, registry, fetcher
        self.tally = Tally()
        self.notes: list[FileNote] = []
        self._found: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
        """Block -> title -> contents, in the order of files."""
        self._turn = threading.Lock()
        self._failure: BaseException | None = None

    def encode(self, sources: Sequence[Source]) -> None:
        """Read every source, by `workers` processes."""
        ordered = sorted(set(sources))
        self.tally.files = len(ordered)
        todo: queue.SimpleQueue[Source] = queue.SimpleQueue()
        for source in ordered:
            todo.put(source)
        with progress("pictures and sound", len(ordered)) as bar:
            threads = [
                threading.Thread(target=self._work, args=(todo, bar), daemon=True)
                for _ in range(max(1, min(self._config.workers, len(ordered))))
            ]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
        if self._failure is not None:
            raise self._failure
        self.notes.sort(key=lambda note: (note.title_id, note.path))

    def _work(self, todo: queue.SimpleQueue[Source], bar: Step) -> None:
        worker = Worker(self._config.models, self._config.limits)
        try:
            while self._failure is None:
                try:
                    source = todo.get_nowait()
                except queue.Empty:
                    return
                self._one(source, worker)
                with self._turn:
                    bar.advance()
                    bar.say(f"{self.tally.encoded:,} new, {self.tally.known:,} known, {self.tally.problems:,} problems")
        except BaseException as error:
            self._failure = error
        finally:
            worker.close()

    def _one(self, source: Source, worker: Worker) -> None:
        path, problem = self._local(source)
        kinds = modalities(path) if path else ()
        wanted = [kind for kind in kinds if kind in self._config.only]
        if problem is None and not kinds:
            problem = f"{Path(source.uri).name} is no picture, clip or sound of a known kind."
        if path is None or problem is not None:
            self._note(FileNote(source.title_id, "", source.uri, "", 0, problem))
            return
        if not wanted:
            return
        content = self._cache.content(path)
        names = [name for kind in wanted for name in self._registry.of(kind)]
        found = self._results(worker, path, content, names)
        said = [known.problem for known in found.values() if known.problem]
        whole = said[0] if len(said) == len(found) else None
        self._note(FileNote(source.title_id, wanted[0], source.uri, content, path.stat().st_size, whole))
        with self._turn:
            for name, known in found.items():
                if known.encoded is not None:
                    self._found[name][source.title_id].append(content)

    def _results(self, worker: Worker, path: Path, content: str, names: list[str]) -> dict[str, Known]:
        found: dict[str, Known] = {}
        for name in names:
            known = self._cache.get(content, self._registry.key(name))
            if known is not None and not (known.problem and self._config.again):
                found[name] = known
        missing = [name for name in names if name not in found]
        fresh = worker.encode(path, missing) if missing else {}
        for name, known in fresh.items():
            self._cache.keep(content, self._registry.key(name), known)
        with self._turn:
            self.tally.known += len(found)
            self.tally.encoded += len(fresh)
        return {name: {**found, **fresh}[name] for name in names}

    def _local(self, source: Source) -> tuple[Path | None, str | None]:
        if not source.uri.startswith(("https://", "http://")):
            path = Path(source.uri)
            return (path, None) if path.is_file() else (None, f"There is no file {path}.")
        if self._fetcher is None:
            return None, f"{source.uri} is an address; name its host with --allow-host to fetch it."
        return self._fetcher.get(source.uri)

    def _note(self, note: FileNote) -> None:
        with self._turn:
            self.notes.append(note)
            self.tally.problems += note.problem is not None

    def blocks(self) -> list[Block]:
        """One block for each encoder that said something."""
        return [self._block(name) for name in self._registry.names if self._found.get(name)]

    def _block(self, name: str) -> Block:
        encoder, key = self._registry[name], self._registry.key(name)
        titles = Vocabulary.of(self._found[name])
        vectors = np.zeros((len(titles), encoder.width), np.float32)
        figures = np.full((len(titles), len(encoder.figures)), np.nan, np.float32)
        files = np.zeros(len(titles), np.int32)
        barcodes: NDArray[np.uint8] | None = None
        for row, title in enumerate(titles.ids):
            said = [self._encoded(content, key) for content in dict.fromkeys(sorted(self._found[name][title]))]
            vectors[row] = np.mean([one.vector for one in said], axis=0)
            figures[row] = _means(np.array([[one.figures[figure] for figure in encoder.figures] for one in said]))
            files[row] = len(said)
            if said[0].barcode is not None:
                barcodes = np.zeros((len(titles), BARCODE, 3), np.uint8) if barcodes is None else barcodes
                barcodes[row] = said[0].barcode
        return Block(name, encoder.modality, key, titles, vectors, encoder.figures, figures, files, barcodes)

    def _encoded(self, content: str, key: str) -> Encoded:
        known = self._cache.get(content, key)
        if known is None or known.encoded is None:
            raise UsageError("The cache was emptied while vectors were being written. Run the same command again.")
        return known.encoded


def _means(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """[files, figures] -> [figures] mean of what was measured; NaN where nothing was."""
    there = np.isfinite(values)
    sums = np.where(there, values, 0).sum(axis=0)
    return np.where(there.any(axis=0), sums / np.maximum(there.sum(axis=0), 1), np.nan)
