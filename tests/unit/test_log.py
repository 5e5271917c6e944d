import logging
import subprocess
import sys

import pytest

from desktop_app.errors import NoSuchPerson
from desktop_app.log import TerminalHandler, log_to_file, log_to_terminal


@pytest.fixture(autouse=True)
def restored():
    """Leave logging as it was."""
    loggers = [logging.getLogger(name) for name in ("", "desktop_app", "db")]
    before = [(logger, logger.level, list(logger.handlers)) for logger in loggers]
    yield
    for logger, level, handlers in before:
        logger.setLevel(level)
        for handler in set(logger.handlers) - set(handlers):
            logger.removeHandler(handler)
            handler.close()


def test_our_messages_reach_the_terminal_while_native_ones_are_caught():
    code = (
        "import logging, os\n"
        "from desktop_app.log import log_to_terminal\n"
        "from desktop_app.vision.native_log import native_stderr_to_log\n"
        "log_to_terminal(verbose=False)\n"
        "with native_stderr_to_log():\n"
        "    os.write(2, b'chatter from C++\\n')\n"
        "    logging.getLogger('desktop_app.x').warning('heed this')\n"
    )
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert done.stderr == "WARNING: heed this\n"


def test_verbose_shows_what_was_caught():
    code = (
        "import os\n"
        "from desktop_app.log import log_to_terminal\n"
        "from desktop_app.vision.native_log import native_stderr_to_log\n"
        "log_to_terminal(verbose=True)\n"
        "with native_stderr_to_log():\n"
        "    os.write(2, b'chatter from C++\\n')\n"
    )
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert "native: chatter from C++" in done.stderr


def test_setting_up_twice_says_nothing_twice():
    for _ in range(3):
        log_to_terminal(verbose=False)
    handlers = [one for one in logging.getLogger().handlers if isinstance(one, TerminalHandler)]
    assert len(handlers) == 1


def test_the_file_keeps_what_the_terminal_is_spared(tmp_path):
    path = tmp_path / "new" / "kenspeckle.log"
    log_to_terminal(verbose=False)
    log_to_file(path)
    logging.getLogger("desktop_app.x").info("opened")
    logging.getLogger("desktop_app.x").debug("a detail")
    text = path.read_text(encoding="utf-8")
    assert "opened" in text
    assert "a detail" not in text


@pytest.mark.parametrize("blocked", ["file/kenspeckle.log", "folder"])
def test_a_log_that_cannot_be_kept_stops_nothing_and_clutters_nothing(tmp_path, capsys, blocked):
    (tmp_path / "file").write_text("", encoding="utf-8")
    (tmp_path / "folder").mkdir()
    log_to_terminal(verbose=False)
    log_to_file(tmp_path / blocked)
    logging.getLogger("desktop_app.x").warning("still here")
    logging.getLogger("desktop_app.x").info("a detail")
    first, *others = capsys.readouterr().err.splitlines()
    assert first.startswith("WARNING: no log is kept: ")
    assert others == ["WARNING: still here"]


def test_the_file_tells_kinds_of_things_and_not_whom_they_are_about(tmp_path):
    log = tmp_path / "kenspeckle.log"
    log_to_file(log)
    ours = logging.getLogger("desktop_app.x")

    whom = "Anna"
    ours.warning("%d of %s: %s", 3, tmp_path / f"{whom}.jpg", NoSuchPerson(name=whom))
    try:
        int(whom)
    except ValueError as error:
        ours.error("failed: %s", error, exc_info=True)

    text = log.read_text()
    assert "3 of (a path): no-such-person" in text
    assert "failed: ValueError\nTraceback" in text
    assert "in test_the_file_tells_kinds" in text
    assert text.endswith(("int(whom)\nValueError\n", "^^^^^^^^^\nValueError\n"))
    assert whom not in text
