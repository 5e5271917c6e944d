"""Reads the list of who appears in a clip, and when."""

from __future__ import annotations

import itertools
import json
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from desktop_app.capture.file_reasons import reason_of, shown
from desktop_app.errors import AppearancesUnreadable, InvalidName
from desktop_app.recognition.people import clean_name, name_key

_KEYS = {"name", "from", "to"}


@dataclass(frozen=True, slots=True)
class Appearance:
    """Somebody is to be seen.

    Attributes:
        name: as they are enrolled, in whatever case.
        start: seconds of the clip; of the first frame that shows them.
        end: seconds of the clip, after the last such frame; infinite for the clip's end.

    """

    name: str
    start: float
    end: float

    def holds(self, time: float) -> bool:
        """Whether they are to be seen at a time."""
        return self.start <= time < self.end


def read_appearances(path: Path) -> tuple[Appearance, ...]:
    """Read a JSON file ``{"people": [{"name": …, "from": …, "to": …}, …]}``, by time.

    ``from`` is 0 where it is left out, ``to`` the clip's end. Somebody who comes back has several
    entries. Strangers are left out.

    Raises:
        AppearancesUnreadable: it cannot be read, or makes no sense.

    """
    try:
        content = json.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise _refusal(path, reason_of(error)) from error
    except UnicodeDecodeError as error:
        raise _refusal(path, "it is not text in UTF-8") from error
    except (ValueError, RecursionError) as error:
        raise _refusal(path, "it is not JSON") from error
    return appearances_in(content, path=path)


def appearances_in(content: object, *, path: Path) -> tuple[Appearance, ...]:
    """Return what such a file says, by time.

    Args:
        content: what was read from it.
        path: where it lies, for the error.

    Raises:
        AppearancesUnreadable: it makes no sense.

    """
    people = content.get("people") if isinstance(content, dict) else None
    if not isinstance(people, list):
        raise _refusal(path, "it lacks the list “people”")
    found = [_appearance(entry, path, number) for number, entry in enumerate(people, start=1)]
    _check_overlaps(found, path)
    return tuple(sorted(found, key=lambda one: (one.start, one.name)))


def by_person(appearances: tuple[Appearance, ...]) -> Mapping[str, list[Appearance]]:
    """Return each person's appearances, by time; two spellings of one name are one person."""
    people: dict[str, list[Appearance]] = {}
    for one in appearances:
        people.setdefault(name_key(one.name), []).append(one)
    return people


def check_enrolled(
    appearances: Iterable[Appearance], enrolled: Iterable[str], *, path: Path
) -> None:
    """Make sure that whoever is listed can be named: most likely a name is misspelt.

    Args:
        appearances: who is listed.
        enrolled: the names of all who can be named.
        path: where the list lies, for the error.

    Raises:
        AppearancesUnreadable: one of them cannot.

    """
    known = {name_key(name) for name in enrolled}
    for one in appearances:
        if name_key(one.name) not in known:
            raise _refusal(
                path,
                f"nobody called “{one.name}” is enrolled, so there is no time to name them. "
                "Strangers need no entry, and “kenspeckle people list” shows who is enrolled",
            )


def _appearance(entry: object, path: Path, number: int) -> Appearance:
    if not isinstance(entry, dict) or not isinstance(entry.get("name"), str):
        raise _refusal(path, f"entry {number} has no name")
    unknown = sorted(str(key) for key in entry.keys() - _KEYS)
    if unknown:
        raise _refusal(path, f"entry {number} has “{unknown[0]}”, which means nothing here")
    try:
        name = clean_name(entry["name"])
    except InvalidName as error:
        raise _refusal(path, f"the name of entry {number} cannot be used") from error
    start = _seconds(entry.get("from"), missing=0.0)
    end = _seconds(entry.get("to"), missing=math.inf)
    if start is None or end is None or not 0 <= start < end:
        raise _refusal(
            path, f"the times of entry {number} (“{name}”) are not seconds from 0 on, rising"
        )
    return Appearance(name, start, end)


def _seconds(value: object, *, missing: float) -> float | None:
    if value is None:
        return missing
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        return None
    return float(value)


def _check_overlaps(found: list[Appearance], path: Path) -> None:
    for own in by_person(tuple(sorted(found, key=lambda one: one.start))).values():
        for before, after in itertools.pairwise(own):
            if after.start < before.end:
                raise _refusal(
                    path, f"“{after.name}” appears from {after.start:g} s on while there already"
                )


def _refusal(path: Path, reason: str) -> AppearancesUnreadable:
    return AppearancesUnreadable(path=shown(path), reason=reason)
