"""How far a long command is, on a terminal and only there."""

import io
import sys

import pytest

from desktop_app.cli.progress import ProgressLine, progress_words
from desktop_app.services.imports.progress import ImportProgress


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(
    ("progress", "words"),
    [
        (ImportProgress(3, 3321), "3 of 3,321 photos"),
        (ImportProgress(1204, 3321, 6.08), "1,204 of 3,321 photos, 6.1 a second, 6 min left"),
        (ImportProgress(90, 100, 2.0), "90 of 100 photos, 2.0 a second, 5 s left"),
        (ImportProgress(0, 90_000, 5.0), "0 of 90,000 photos, 5.0 a second, 5.0 h left"),
    ],
)
def test_progress_is_told_with_rate_and_time_left(progress, words):
    assert progress_words(progress) == words


def test_a_line_is_shown_and_taken_away_again_on_a_terminal(monkeypatch):
    monkeypatch.setattr(sys, "stderr", Terminal())
    line = ProgressLine()
    line.show(ImportProgress(1, 2))
    assert sys.stderr.getvalue().endswith("1 of 2 photos")
    line.clear()
    assert sys.stderr.getvalue().endswith("\r\033[K")


def test_nothing_is_said_to_a_file_or_a_pipe(monkeypatch):
    monkeypatch.setattr(sys, "stderr", io.StringIO())
    line = ProgressLine()
    line.show(ImportProgress(1, 2))
    line.clear()
    assert sys.stderr.getvalue() == ""
