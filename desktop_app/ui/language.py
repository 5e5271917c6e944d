"""Plural forms of the English that the program is written in."""

from __future__ import annotations

import re

from PySide6.QtCore import QTranslator

_IRREGULAR = {"person": "people", "face": "faces", "match": "matches", "entry": "entries"}
_COUNTED = re.compile(r"(\w+)\((s|es)\)")


class EnglishPlurals(QTranslator):
    """Turns “%n face(s)” into “1 face” or “2 faces”.

    Qt keeps plural forms in translation files only, also those of the source language. A
    translation into another language is installed after this one and is asked first.
    """

    def translate(
        self,
        context: str,  # noqa: ARG002 - Qt's signature
        source_text: str,
        disambiguation: str | None = None,  # noqa: ARG002
        n: int = -1,
    ) -> str | None:
        """Return the sentence for ``n``, or None for what holds no plural."""
        if n < 0 or "(" not in source_text:
            return None
        return _COUNTED.sub(lambda match: _inflected(match, n), source_text)

    def isEmpty(self) -> bool:
        """Never: it has something to say."""
        return False


def _inflected(match: re.Match[str], n: int) -> str:
    word, ending = match.groups()
    if n == 1:
        return word
    return _IRREGULAR.get(word, word + ending)
