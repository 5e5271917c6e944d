"""What all known troubles have in common."""

from __future__ import annotations

from typing import ClassVar


class KnownError(Exception):
    """An expected trouble: says what happened, what is safe and what to do.

    ``code`` is stable and for programs. ``sentence`` is English with named places, which
    ``params`` fill; the window translates the sentence before it fills them.
    """

    code: ClassVar[str] = "known"
    sentence: ClassVar[str] = "{reason}"

    def __init__(self, **params: object) -> None:
        self.params = params
        super().__init__(self.sentence.format_map(params))

    def __reduce__(self) -> tuple[object, ...]:
        """Rebuild from ``params``: the default would pass the sentence as an argument."""
        return (_rebuild, (type(self), self.params))


def _rebuild(kind: type[KnownError], params: dict[str, object]) -> KnownError:
    return kind(**params)
