"""What a command line ends with, whatever happens inside it."""

import io
import sys

import pytest

from desktop_app.cli.main import run
from desktop_app.cli.terminal import OutputClosed
from desktop_app.errors import UsageError


def raising(error):
    def window(options):
        raise error

    return window


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (UsageError(reason="that makes no sense"), 2),
        (KeyboardInterrupt(), 130),
        (OutputClosed(), 141),
        (ZeroDivisionError("a bug"), 1),
    ],
)
def test_every_end_has_its_number(error, code):
    assert run([], window=raising(error)) == code


def test_what_the_command_gives_is_the_exit_code():
    assert run([], window=lambda options: 7) == 7


def test_a_known_trouble_is_one_line_and_a_bug_is_a_traceback(capsys):
    run([], window=raising(UsageError(reason="that makes no sense")))
    assert capsys.readouterr().err == "kenspeckle: that makes no sense\n"
    run([], window=raising(ZeroDivisionError("a bug")))
    assert "Traceback" in capsys.readouterr().err


def test_a_pipe_that_breaks_elsewhere_than_on_stdout_is_a_bug(capsys):
    assert run([], window=raising(BrokenPipeError(32, "Broken pipe"))) == 1
    assert "BrokenPipeError" in capsys.readouterr().err


def test_a_command_line_that_makes_no_sense_is_one_line_and_opens_no_window(capsys):
    window = raising(AssertionError("the window was opened"))
    assert run(["--gallery", "~no-such-user/x.db"], window=window) == 2
    assert capsys.readouterr().err.count("\n") == 1


def test_the_help_is_shown_on_a_stream_that_knows_no_quotation_marks(monkeypatch):
    raw = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(raw, encoding="ascii"))
    with pytest.raises(SystemExit) as end:
        run(["--help"], window=raising(AssertionError("the window was opened")))
    sys.stdout.flush()
    assert end.value.code == 0
    assert "rtsp://…" in raw.getvalue().decode("utf-8")
