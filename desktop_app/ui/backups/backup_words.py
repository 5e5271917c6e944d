"""The words for backups, in lists and sentences."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QDateTime, QLocale

from desktop_app.ui.error_dialog import sentence_for

if TYPE_CHECKING:
    from desktop_app.services.backups import BackupLine

translate = QCoreApplication.translate


def when_words(line: BackupLine) -> str:
    """Return when a backup was made, where the user is."""
    moment = QDateTime.fromSecsSinceEpoch(int(line.backup.taken.timestamp()))
    return QLocale().toString(moment, QLocale.FormatType.ShortFormat)


def kind_words(line: BackupLine) -> str:
    """Return why a backup was made."""
    return {
        "day": translate("backups", "By itself"),
        "hand": translate("backups", "By hand"),
        "restore": translate("backups", "Before a backup was put back"),
        "migration": translate("backups", "Before an update"),
        "damaged": translate("backups", "Damaged gallery"),
        "elsewhere": translate("backups", "Elsewhere"),
    }[line.backup.kind.value]


def people_words(line: BackupLine) -> str:
    """Return how many people are in a backup; nothing where it cannot be read."""
    if line.content is None:
        return ""
    return translate("backups", "%n person(s)", None, line.content.people)


def state_words(line: BackupLine) -> str:
    """Return whether a backup is sealed, or that it is broken."""
    if line.content is None:
        return translate("backups", "Cannot be read")
    return (
        translate("backups", "Sealed")
        if line.content.sealed
        else translate("backups", "Not sealed")
    )


def size_words(line: BackupLine) -> str:
    """Return how large a backup is."""
    return QLocale().formattedDataSize(line.backup.size)


def verdict(line: BackupLine) -> str:
    """Return what looking a backup through found."""
    if line.trouble is not None:
        return sentence_for(line.trouble)
    words = translate(
        "backups", "The backup of {when} is sound: every page of it was read, with {people}."
    )
    words = words.format(when=when_words(line), people=people_words(line))
    if line.opens is False:
        words += " " + translate(
            "backups", "Whether it opens cannot be tried: its key is not here."
        )
    return words
