"""What became of each photo of an import, to be read, counted and saved."""

from __future__ import annotations

import csv
import enum
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from desktop_app.services.spreadsheets import as_text
from desktop_app.whole_file import whole_file

_COLUMNS = ("photo", "person", "outcome", "code", "reason", "quality")


class Outcome(enum.Enum):
    """What became of a photo. The words are for programs."""

    TAKEN = "taken"
    ENROLLED_BEFORE = "enrolled-before"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class PhotoReport:
    """What became of one photo.

    Attributes:
        photo: its path, relative to the folder.
        person: whose it is said to be.
        outcome: what became of it.
        code: of the trouble, for programs; None where there was none.
        reason: the trouble in a sentence; None where there was none.
        quality: of the face, 0 to 1; None where none was taken now.

    """

    photo: str
    person: str
    outcome: Outcome
    code: str | None = None
    reason: str | None = None
    quality: float | None = None


def counts_by_code(reports: Iterable[PhotoReport]) -> dict[str, int]:
    """Return how many photos were refused for each reason, the most frequent first."""
    codes = Counter(report.code for report in reports if report.outcome is Outcome.REFUSED)
    return {str(code): count for code, count in codes.most_common()}


def count_of(reports: Iterable[PhotoReport], outcome: Outcome) -> int:
    """Return how many photos became this."""
    return sum(report.outcome is outcome for report in reports)


def without_pictures(reports: Iterable[PhotoReport]) -> list[str]:
    """Return the names of people none of whose photos could be used, as they came."""
    useful: dict[str, bool] = {}
    for report in reports:
        is_useful = report.outcome is not Outcome.REFUSED
        useful[report.person] = useful.get(report.person, False) or is_useful
    return [person for person, is_useful in useful.items() if not is_useful]


def save_report(reports: Sequence[PhotoReport], path: Path) -> None:
    """Write a table of all photos: CSV, UTF-8 with the mark that spreadsheets look for.

    Raises:
        FileNotWritable: it cannot be written; what was there is as it was.

    """
    with (
        whole_file(path) as unfinished,
        unfinished.open("w", encoding="utf-8-sig", newline="", errors="backslashreplace") as file,
    ):
        writer = csv.writer(file)
        writer.writerow(_COLUMNS)
        for report in reports:
            writer.writerow(
                [
                    as_text(report.photo),
                    as_text(report.person),
                    report.outcome.value,
                    report.code or "",
                    as_text(report.reason or ""),
                    "" if report.quality is None else f"{report.quality:.3f}",
                ]
            )
