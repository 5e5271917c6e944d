"""How the history is said to people: days, times, how long, and who."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta

from PySide6.QtCore import QCoreApplication, QDate, QLocale, QTime

from desktop_app.recognition.events import Event, Outcome
from desktop_app.ui.words import percent

_CAMERA = re.compile(r"camera:(\d+)")


def day_text(day: date, *, today: date) -> str:
    """Say which day it was."""
    if day == today:
        return QCoreApplication.translate("history", "Today")
    if day == today - timedelta(days=1):
        return QCoreApplication.translate("history", "Yesterday")
    # The order is the language's: a translator puts the letters into theirs.
    pattern = QCoreApplication.translate("history", "ddd d MMM yyyy", "format of a day, see QDate")
    return QLocale().toString(QDate(day.year, day.month, day.day), pattern)


def day_in_short(day: date) -> str:
    """Say which day it was, in digits."""
    return QLocale().toString(QDate(day.year, day.month, day.day), QLocale.FormatType.ShortFormat)


def time_text(time: datetime) -> str:
    """Say what the clock on the wall showed."""
    local = time.astimezone()
    return QLocale().toString(QTime(local.hour, local.minute), QLocale.FormatType.ShortFormat)


def span_text(event: Event) -> str:
    """Say from when until when."""
    began, ended = time_text(event.began), time_text(event.ended)
    if began == ended and event.ended - event.began < timedelta(hours=1):
        return began
    return QCoreApplication.translate("history", "{from_time} – {to_time}").format(
        from_time=began, to_time=ended
    )


def duration_text(duration: timedelta) -> str:
    """Say how long it was, as people say it."""
    seconds = max(1, round(duration.total_seconds()))
    if seconds < 60:
        return QCoreApplication.translate("history", "{seconds} s").format(seconds=seconds)
    minutes = round(seconds / 60)
    if minutes < 60:
        return QCoreApplication.translate("history", "{minutes} min").format(minutes=minutes)
    return QCoreApplication.translate("history", "{hours} h {minutes} min").format(
        hours=minutes // 60, minutes=minutes % 60
    )


def who_text(event: Event) -> str:
    """Say who it was; a name as it is written."""
    if event.identity is not None:
        return event.identity.name
    if event.outcome is Outcome.UNSURE:
        return QCoreApplication.translate("history", "Unsure who")
    return QCoreApplication.translate("history", "Unknown")


def sureness_text(event: Event) -> str:
    """Say how sure the name is; nothing without one, or where a person said it."""
    if event.identity is None:
        return ""
    if event.confidence is None:
        return QCoreApplication.translate("history", "as you said")
    return QCoreApplication.translate("history", "{percent} %").format(
        percent=percent(event.confidence)
    )


def source_text(source: str) -> str:
    """Say which source it was, in the user's language."""
    camera = _CAMERA.fullmatch(source)
    if camera is None:
        return source
    return QCoreApplication.translate("history", "Camera {number}").format(number=camera[1])
