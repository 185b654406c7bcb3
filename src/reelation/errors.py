"""Every error that a user can meet, each with the exit code that the command line gives it.

A message says what happened, why, and what to try. Anything that is not one of
these is a defect of ours and keeps its traceback.
"""


class ReelationError(Exception):
    """The base of all errors that Reelation raises on purpose."""

    exit_code = 1


class UsageError(ReelationError):
    """The call itself is off: an unknown option value, a missing extra."""

    exit_code = 2


class TitleNotFoundError(ReelationError):
    """No title fits the text. `suggestions` holds close names, best first."""

    exit_code = 3

    def __init__(self, message: str, suggestions: tuple[str, ...] = ()) -> None:
        super().__init__(message)
        self.suggestions = suggestions


class AmbiguousTitleError(ReelationError):
    """Several titles fit the text equally well. `candidates` holds them as `Name (year)  [id]`."""

    exit_code = 3

    def __init__(self, message: str, candidates: tuple[str, ...] = ()) -> None:
        super().__init__(message)
        self.candidates = candidates


class DataError(ReelationError):
    """Data from outside could not be used: an unreadable file, an unknown kind, a broken catalogue."""

    exit_code = 4


class MediaError(DataError):
    """A picture, clip or sound that cannot be read, or that breaks a limit on size, time or memory."""


class AtlasError(ReelationError):
    """No atlas, a damaged one, or one written by a newer version."""

    exit_code = 5


class MissingPartError(UsageError):
    """The atlas was made without what a question needs."""


class MissingExtraError(UsageError):
    """A feature needs an optional part that is not installed."""

    def __init__(self, feature: str, extra: str) -> None:
        super().__init__(f"{feature} needs the '{extra}' extra: pip install 'reelation[{extra}]'")
        self.extra = extra


class ImpossibleError(UsageError):
    """Conditions that cannot be met together; the message says which, and what could be.

    `conflicts` holds them as (condition, asked, possible), where they were worked out.
    """

    def __init__(self, message: str, conflicts: tuple[tuple[str, float, float], ...] = ()) -> None:
        super().__init__(message)
        self.conflicts = conflicts
