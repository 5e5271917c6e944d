"""Who arrives, and the program that is run then."""

from __future__ import annotations

import json
import os
import sys
from contextlib import closing
from datetime import UTC, datetime, timedelta

import pytest

from desktop_app.errors import CommandFailed, CommandUnsafe
from desktop_app.recognition.types import Identity
from desktop_app.services.history.arrival_command import (
    MOST_AT_ONCE,
    ArrivalCommand,
    environment_of,
    filled,
)
from desktop_app.services.history.arrivals import Arrival, Arrivals
from desktop_app.services.privacy.protection import PASSPHRASE

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
ANNA, BEA = Identity(1, "Anna"), Identity(2, "Bea")
HALF_AN_HOUR = timedelta(minutes=30)


def arrival(name: str = "Anna") -> Arrival:
    return Arrival(Identity(1, name), NOON, "camera:0")


def come(arrivals: Arrivals, *present: Identity, minute: float) -> list[str]:
    now = NOON + timedelta(minutes=minute)
    found = arrivals.take(present, source="camera:0", now=now, away=HALF_AN_HOUR)
    return [one.identity.name for one in found]


def test_somebody_arrives_once_and_again_only_after_they_were_away():
    arrivals = Arrivals()
    assert come(arrivals, ANNA, minute=0) == ["Anna"]
    assert come(arrivals, ANNA, BEA, minute=20) == ["Bea"]
    # 29 minutes after they were seen last, and 49 after they came.
    assert come(arrivals, ANNA, minute=49) == []
    assert come(arrivals, ANNA, BEA, minute=79) == ["Anna", "Bea"]


def test_somebody_whom_the_history_saw_a_moment_ago_does_not_arrive_at_the_start():
    arrivals = Arrivals()
    arrivals.remember({1: NOON - timedelta(minutes=10), 2: NOON - timedelta(minutes=40)})
    assert come(arrivals, ANNA, BEA, minute=0) == ["Bea"]


def test_what_the_history_says_late_makes_nobody_arrive_again():
    arrivals = Arrivals()
    come(arrivals, ANNA, minute=0)
    arrivals.remember({1: NOON - timedelta(hours=3)})
    assert come(arrivals, ANNA, minute=1) == []


def test_each_argument_stays_one_whatever_the_name_holds():
    name = 'Zoë "; rm -rf / #\n$(reboot) `x` 😀 {time} %PATH%'
    command = ["notify", "{name}", "who={name}", "{source} at {time}", "{other}"]
    told = filled(command, arrival(name))
    assert told[:3] == ["notify", name, f"who={name}"]
    assert told[3] == f"camera:0 at {NOON.astimezone().isoformat(timespec='seconds')}"
    assert told[4] == "{other}"


def test_a_name_is_never_taken_for_an_option_nor_for_the_program():
    told = filled(["{name}", "{name}", "--who={name}", "-{name}"], arrival("-rf"))
    assert told == ["{name}", " -rf", "--who=-rf", "--rf"]


_TELLS = "import json, sys; open(sys.argv[1], 'w').write(json.dumps(sys.argv[2:]))"


def wait_for_end(command: ArrivalCommand) -> list[CommandFailed]:
    for process, _ in command._running:
        process.wait()
    return command.look()


@pytest.mark.parametrize(
    "name", ["Anna", "-rf", "a \"b\" 'c'", "x; touch hacked", "😀\n陈", "$HOME"]
)
def test_a_real_program_is_told_the_name_as_it_is(tmp_path, monkeypatch, name):
    monkeypatch.chdir(tmp_path)
    told = tmp_path / "told.json"
    with closing(ArrivalCommand()) as command:
        assert command.run([sys.executable, "-c", _TELLS, str(told), "{name}"], arrival(name))
        assert wait_for_end(command) == []
    (argument,) = json.loads(told.read_text())
    assert argument.lstrip(" ") == name
    assert sorted(tmp_path.iterdir()) == [told]


def test_a_program_finds_its_own_libraries_and_not_those_of_our_build(tmp_path):
    bundle, elsewhere = tmp_path / "kenspeckle" / "_internal", str(tmp_path / "lib")
    paths = f"{bundle}{os.pathsep}{elsewhere}"
    ours = {
        "LD_LIBRARY_PATH": paths,
        "LD_LIBRARY_PATH_ORIG": elsewhere,
        "PATH": paths,
        "QT_PLUGIN_PATH": str(bundle / "PySide6" / "Qt" / "plugins"),
        "QML2_IMPORT_PATH": str(bundle / "PySide6" / "Qt" / "qml"),
        "_PYI_ARCHIVE_FILE": str(bundle.parent / "kenspeckle"),
        "HOME": str(tmp_path),
        PASSPHRASE: "secret",
    }
    assert environment_of(ours, bundle=bundle) == {
        "LD_LIBRARY_PATH": elsewhere,
        "PATH": elsewhere,
        "HOME": str(tmp_path),
    }
    # A user who set none has none afterwards.
    assert environment_of({"LD_LIBRARY_PATH": str(bundle)}, bundle=bundle) == {}


def test_outside_a_build_a_program_gets_what_we_got_but_no_passphrase():
    ours = {"LD_LIBRARY_PATH": "/opt/lib:", "QT_PLUGIN_PATH": "/opt/qt", PASSPHRASE: "secret"}
    theirs = {"LD_LIBRARY_PATH": "/opt/lib:", "QT_PLUGIN_PATH": "/opt/qt"}
    assert environment_of(ours, bundle=None) == theirs


def test_a_program_that_is_not_there_is_a_known_trouble():
    with pytest.raises(CommandFailed, match="no-such-program"):
        ArrivalCommand().run(["no-such-program", "{name}"], arrival())


@pytest.mark.parametrize("program", ["greet.bat", "C:\\x\\Greet.CMD"])
def test_a_batch_file_is_not_run_because_a_shell_would_read_the_name(program):
    with pytest.raises(CommandUnsafe):
        ArrivalCommand().run([program, "{name}"], arrival())


def test_a_program_that_fails_is_said_to_have_failed_once():
    with closing(ArrivalCommand()) as command:
        command.run([sys.executable, "-c", "raise SystemExit(3)"], arrival())
        (trouble,) = wait_for_end(command)
        assert "code 3" in str(trouble)
        assert command.look() == []


def test_a_program_that_takes_too_long_is_ended():
    with closing(ArrivalCommand(time_limit=0.0)) as command:
        command.run([sys.executable, "-c", "import time; time.sleep(60)"], arrival())
        ((process, _),) = command._running
        (trouble,) = command.look()
        assert "took longer" in str(trouble)
        assert process.returncode is not None
        assert command.running == 0


def test_programs_that_hang_do_not_pile_up():
    command = ArrivalCommand(time_limit=60)
    sleep = [sys.executable, "-c", "import time; time.sleep(60)"]
    assert [command.run(sleep, arrival()) for _ in range(MOST_AT_ONCE + 2)] == [
        *[True] * MOST_AT_ONCE,
        False,
        False,
    ]
    running = [process for process, _ in command._running]
    for process in running:
        process.kill()
        process.wait()
    command.look()
    assert command.running == 0
