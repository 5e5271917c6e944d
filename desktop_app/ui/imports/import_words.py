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
        return translate("ImportDialog", "Nobody is ticked.")
    # The tool that collects texts reads no more than a name where a number stands.
    known = people - new
    return translate("ImportDialog", "{people} with {photos}: {new}, {known}.").format(
        people=translate("ImportDialog", "%n person(s)", None, people),
        photos=translate("ImportDialog", "%n photo(s)", None, photos),
        new=translate("ImportDialog", "%n new", None, new),
        known=translate("ImportDialog", "%n enrolled already", None, known),
    )


def notes_words(notes: Sequence[LayoutNote]) -> str:
    """Say what is left out of a folder, a line each; of many, how many more there are."""
    said = [_note_words(note) for note in notes[:_MOST_NOTES]]
    rest = len(notes) - len(said)
    if rest:
        said.append(QCoreApplication.translate("ImportDialog", "And %n more.", None, rest))
    return "\n".join(said)


def _note_words(note: LayoutNote) -> str:
    translate, count = QCoreApplication.translate, note.count
    whole = note.where == "."
    where = translate("ImportDialog", "This folder") if whole else isolated(note.where)
    match note.kind:
        case NoteKind.EMPTY:
            text = translate("ImportDialog", "{where}: no photos in it")
        case NoteKind.HIDDEN:
            text = translate("ImportDialog", "{where}: %n hidden file(s) left out", None, count)
        case NoteKind.JOINED:
            text = translate("ImportDialog", "{name}: joined from {where}")
        case NoteKind.LINK:
            text = translate("ImportDialog", "{where}: a link to a folder, which is not followed")
        case NoteKind.NO_NAME:
            text = translate("ImportDialog", "{where}: not called by a name that can be used")
        case NoteKind.OTHER_FILES:
            text = translate(
                "ImportDialog", "{where}: %n file(s) left out, no photo(s)", None, count
            )
        case NoteKind.UNREADABLE:
            text = translate("ImportDialog", "{where}: cannot be read")
    return text.format(where=where, name=isolated(note.detail))


def progress_words(progress: ImportProgress) -> str:
    """Say how fast an import goes and how long it will take."""
    translate, locale = QCoreApplication.translate, QLocale()
    text = translate("ImportDialog", "{done} of {total} photos").format(
        done=locale.toString(progress.done), total=locale.toString(progress.total)
    )
    if progress.rate is None or progress.seconds_left is None:
        return text
    return translate("ImportDialog", "{photos} · {rate} a second · {time} left").format(
        photos=text,
        rate=locale.toString(progress.rate, "f", 1),
        time=_time_words(progress.seconds_left),
    )


def _time_words(seconds: float) -> str:
    translate = QCoreApplication.translate
    if seconds < _MINUTE:
        return translate("ImportDialog", "less than a minute")
    if seconds < _HOUR:
        minutes = round(seconds / _MINUTE)
        return translate("ImportDialog", "about %n minute(s)", None, minutes)
    hours = round(seconds / _HOUR)
    return translate("ImportDialog", "about %n hour(s)", None, hours)


def outcome_words(report: PhotoReport) -> str:
    """Say in a few words what became of a photo."""
    if report.outcome is Outcome.TAKEN:
        return QCoreApplication.translate("ImportDialog", "Enrolled")
    if report.outcome is Outcome.ENROLLED_BEFORE:
        return QCoreApplication.translate("ImportDialog", "Was enrolled before")
    return refusal_words(report.code or "")


def refusal_words(code: str) -> str:
    """Say in a few words why a photo was refused."""
    translate = QCoreApplication.translate
    words = {
        "no-face": translate("ImportDialog", "No face found"),
        "several-faces": translate("ImportDialog", "Several faces"),
        "face-too-poor": translate("ImportDialog", "Would not be recognised well"),
        "enrolled-already": translate("ImportDialog", "Just like another picture"),
        "enrolled-as-other": translate("ImportDialog", "Enrolled as somebody else"),
        "photo-unreadable": translate("ImportDialog", "Cannot be read"),
        "photo-too-large": translate("ImportDialog", "Too large"),
    }
    return words.get(code, translate("ImportDialog", "Refused"))


def end_summary(imported: Imported, reports: Sequence[PhotoReport]) -> str:
    """Say what an import did."""
    translate = QCoreApplication.translate
    if imported.pictures:
        pictures, people, fresh = imported.pictures, imported.people, imported.new_people
        text = translate("ImportDialog", "Enrolled: {pictures} of {people}, {new}.")
        lines = [
            text.format(
                pictures=translate("ImportDialog", "%n picture(s)", None, pictures),
                people=translate("ImportDialog", "%n person(s)", None, people),
                new=translate("ImportDialog", "%n of them new", None, fresh),
            )
        ]
    else:
        lines = [translate("ImportDialog", "Nobody was enrolled; the gallery is as it was.")]
    before = count_of(reports, Outcome.ENROLLED_BEFORE)
    if before:
        lines.append(
            translate("ImportDialog", "%n photo(s) had been enrolled before.", None, before)
        )
    refused = count_of(reports, Outcome.REFUSED)
    if refused:
        lines.append(
            translate("ImportDialog", "Refused: %n photo(s). Why is said below.", None, refused)
        )
    left_out = without_pictures(reports)
    if left_out:
        text = translate("ImportDialog", "Without a usable photo, and so not enrolled: {names}.")
        lines.append(text.format(names=names_in_a_sentence(left_out)))
    for old, new in imported.renamed:
        text = translate(
            "ImportDialog", "{old} is called {new} by now; the pictures went to {new}."
        )
        lines.append(text.format(old=isolated(old), new=isolated(new)))
    for name in imported.gone:
        text = translate(
            "ImportDialog", "{name} was removed meanwhile; their pictures were left out."
        )
        lines.append(text.format(name=isolated(name)))
    return "\n".join(lines)


def unfinished_words(*, examined: int, total: int) -> str:
    """Say that an import was cut short."""
    text = QCoreApplication.translate(
        "ImportDialog",
        "An import of people from a folder was cut short: {examined} of {total} photos were read, "
        "and nobody was enrolled yet.",
    )
    locale = QLocale()
    return text.format(examined=locale.toString(examined), total=locale.toString(total))
