"""What spreadsheets make of texts in a table."""

from __future__ import annotations

# What they take for the beginning of a formula; the last four are how it is typed in Chinese and
# Japanese, and Tab and Return are skipped by some.
_BEGINS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")


def as_text(text: str) -> str:
    """Return a text with an apostrophe before it where it would be computed as a formula."""
    return f"'{text}" if text.startswith(_BEGINS_A_FORMULA) else text
