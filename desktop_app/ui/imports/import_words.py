"""What the import of a folder says."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QCoreApplication, QLocale

from desktop_app.recognition.staging import Imported
from desktop_app.services.imports.layout import LayoutNote, NoteKind
from desktop_app.services.imports.progress import ImportProgress
from desktop_app.services.imports.report import (
    Outcome,
    PhotoReport,
    count_of,
    without_pictures,
)
from desktop_app.ui.words import isolated, names_in_a_sentence

_CONTEXT = "ImportDialog"
_MINUTE, _HOUR = 60, 3600
_MOST_NOTES = 6


def plan_summary(*, people: int, new: int, photos: int) -> str:
    """Say who would be imported.

    Args:
        people: how many are ticked.
        new: how many of those are not enrolled yet.
        photos: how many photos they have.

    """
    translate = QCoreApplication.translate
    if not people:
        return translate(_CONTEXT, "Nobody is ticked.")
    return translate(_CONTEXT, "{people} with {photos}: {new}, {known}.").format(
        people=translate(_CONTEXT, "%n person(s)", None, people),
        photos=translate(_CONTEXT, "%n photo(s)", None, photos),
        new=translate(_CONTEXT, "%n new", None, new),
        known=translate(_CONTEXT, "%n enrolled already", None, people - new),
    )


def notes_words(notes: Sequence[LayoutNote]) -> str:
    """Say what is left out of a folder, a line each; of many, how many more there are."""
    said = [_note_words(note) for note in notes[:_MOST_NOTES]]
    rest = len(notes) - len(said)
    if rest:
        said.append(QCoreApplication.translate(_CONTEXT, "And %n more.", None, rest))
    return "\n".join(said)


def _note_words(note: LayoutNote) -> str:
    translate, count = QCoreApplication.translate, note.count
    whole = note.where == "."
    where = translate(_CONTEXT, "This folder") if whole else isolated(note.where)
    match note.kind:
        case NoteKind.EMPTY:
            text = translate(_CONTEXT, "{where}: no photos in it")
        case NoteKind.HIDDEN:
            text = translate(_CONTEXT, "{where}: %n hidden file(s) left out", None, count)
        case NoteKind.JOINED:
            text = translate(_CONTEXT, "{name}: joined from {where}")
        case NoteKind.LINK:
            text = translate(_CONTEXT, "{where}: a link to a folder, which is not followed")
        case NoteKind.NO_NAME:
            text = translate(_CONTEXT, "{where}: not called by a name that can be used")
        case NoteKind.OTHER_FILES:
            text = translate(_CONTEXT, "{where}: %n file(s) that are no photos", None, count)
        case NoteKind.UNREADABLE:
            text = translate(_CONTEXT, "{where}: cannot be read")
    return text.format(where=where, name=isolated(note.detail))


def progress_words(progress: ImportProgress) -> str:
    """Say how fast an import goes and how long it will take."""
    translate, locale = QCoreApplication.translate, QLocale()
    text = translate(_CONTEXT, "{done} of {total} photos").format(
        done=locale.toString(progress.done), total=locale.toString(progress.total)
    )
    if progress.rate is None or progress.seconds_left is None:
        return text
    return translate(_CONTEXT, "{photos} · {rate} a second · {time} left").format(
        photos=text,
        rate=locale.toString(progress.rate, "f", 1),
        time=_time_words(progress.seconds_left),
    )


def _time_words(seconds: float) -> str:
    translate = QCoreApplication.translate
    if seconds < _MINUTE:
        return translate(_CONTEXT, "less than a minute")
    if seconds < _HOUR:
        return translate(_CONTEXT, "about %n minute(s)", None, round(seconds / _MINUTE))
    return translate(_CONTEXT, "about %n hour(s)", None, round(seconds / _HOUR))


def outcome_words(report: PhotoReport) -> str:
    """Say in a few words what became of a photo."""
    if report.outcome is Outcome.TAKEN:
        return QCoreApplication.translate(_CONTEXT, "Enrolled")
    if report.outcome is Outcome.ENROLLED_BEFORE:
        return QCoreApplication.translate(_CONTEXT, "Was enrolled before")
    return refusal_words(report.code or "")


def refusal_words(code: str) -> str:
    """Say in a few words why a photo was refused."""
    translate = QCoreApplication.translate
    words = {
        "no-face": translate(_CONTEXT, "No face found"),
        "several-faces": translate(_CONTEXT, "Several faces"),
        "face-too-poor": translate(_CONTEXT, "Would not be recognised well"),
        "enrolled-already": translate(_CONTEXT, "Just like another picture"),
        "enrolled-as-other": translate(_CONTEXT, "Enrolled as somebody else"),
        "photo-unreadable": translate(_CONTEXT, "Cannot be read"),
        "photo-too-large": translate(_CONTEXT, "Too large"),
    }
    return words.get(code, translate(_CONTEXT, "Refused"))


def end_summary(imported: Imported, reports: Sequence[PhotoReport]) -> str:
    """Say what an import did."""
    translate = QCoreApplication.translate
    if imported.pictures:
        text = translate(_CONTEXT, "Enrolled: {pictures} of {people}, {new}.")
        lines = [
            text.format(
                pictures=translate(_CONTEXT, "%n picture(s)", None, imported.pictures),
                people=translate(_CONTEXT, "%n person(s)", None, imported.people),
                new=translate(_CONTEXT, "%n of them new", None, imported.new_people),
            )
        ]
    else:
        lines = [translate(_CONTEXT, "Nobody was enrolled; the gallery is as it was.")]
    before = count_of(reports, Outcome.ENROLLED_BEFORE)
    if before:
        lines.append(translate(_CONTEXT, "%n photo(s) had been enrolled before.", None, before))
    refused = count_of(reports, Outcome.REFUSED)
    if refused:
        lines.append(translate(_CONTEXT, "Refused: %n photo(s). Why is said below.", None, refused))
    left_out = without_pictures(reports)
    if left_out:
        text = translate(_CONTEXT, "Without a usable photo, and so not enrolled: {names}.")
        lines.append(text.format(names=names_in_a_sentence(left_out)))
    for old, new in imported.renamed:
        text = translate(_CONTEXT, "{old} is called {new} by now; the pictures went to {new}.")
        lines.append(text.format(old=isolated(old), new=isolated(new)))
    for name in imported.gone:
        text = translate(_CONTEXT, "{name} was removed meanwhile; their pictures were left out.")
        lines.append(text.format(name=isolated(name)))
    return "\n".join(lines)


def unfinished_words(*, examined: int, total: int) -> str:
    """Say that an import was cut short."""
    text = QCoreApplication.translate(
        _CONTEXT,
        "An import of people from a folder was cut short: {examined} of {total} photos were read, "
        "and nobody was enrolled yet.",
    )
    locale = QLocale()
    return text.format(examined=locale.toString(examined), total=locale.toString(total))
