"""The words for backups, in lists and sentences."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QDateTime, QLocale

from desktop_app.ui.error_dialog import sentence_for

if TYPE_CHECKING:
    from desktop_app.services.backups import BackupLine

_CONTEXT = "backups"


def _said(text: str, number: int = -1) -> str:
    return QCoreApplication.translate(_CONTEXT, text, None, number)


def when_words(line: BackupLine) -> str:
    """Return when a backup was made, where the user is."""
    moment = QDateTime.fromSecsSinceEpoch(int(line.backup.taken.timestamp()))
    return QLocale().toString(moment, QLocale.FormatType.ShortFormat)


def kind_words(line: BackupLine) -> str:
    """Return why a backup was made."""
    return {
        "day": _said("By itself"),
        "hand": _said("By hand"),
        "restore": _said("Before a backup was put back"),
        "migration": _said("Before an update"),
        "damaged": _said("Damaged gallery"),
        "elsewhere": _said("Elsewhere"),
    }[line.backup.kind.value]


def people_words(line: BackupLine) -> str:
    """Return how many people are in a backup; nothing where it cannot be read."""
    if line.content is None:
        return ""
    return _said("%n person(s)", line.content.people)


def state_words(line: BackupLine) -> str:
    """Return whether a backup is sealed, or that it is broken."""
    if line.content is None:
        return _said("Cannot be read")
    return _said("Sealed") if line.content.sealed else _said("Not sealed")


def size_words(line: BackupLine) -> str:
    """Return how large a backup is."""
    return QLocale().formattedDataSize(line.backup.size)


def verdict(line: BackupLine) -> str:
    """Return what looking a backup through found."""
    if line.trouble is not None:
        return sentence_for(line.trouble)
    words = _said("The backup of {when} is sound: every page of it was read, with {people}.")
    words = words.format(when=when_words(line), people=people_words(line))
    if line.opens is False:
        words += " " + _said("Whether it opens cannot be tried: its key is not here.")
    return words
