"""Callbacks that come back from a thread may find their dialog closed and gone."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

import shiboken6
from PySide6.QtCore import QObject

T = TypeVar("T")


def while_alive(owner: QObject, callback: Callable[[T], object]) -> Callable[[T], None]:
    """Return a callback that does nothing once Qt has destroyed ``owner``."""

    def guarded(value: T) -> None:
        if shiboken6.isValid(owner):
            callback(value)

    return guarded
