"""What was measured of a machine is kept."""

import json
from datetime import timedelta

import pytest

from desktop_app import machine
from desktop_app.paths import DataDir
from desktop_app.services import tuned_threads
from desktop_app.services.runtime import load_models
from desktop_app.services.tuned_threads import threads_for
from desktop_app.vision.threads import Threads


@pytest.fixture
def measured(monkeypatch):
    """Counts measurements; each finds more threads than the one before."""
    found = []

    def measure(catalog):
        found.append(Threads(detector=1 + len(found), embedder=1))
        return found[-1]

    monkeypatch.setattr(tuned_threads, "measure_threads", measure)
    monkeypatch.setattr(machine, "load", lambda: 0.1)
    monkeypatch.setattr(machine, "cores", lambda: 2)
    return found


@pytest.fixture
def data_dir(tmp_path):
    return DataDir(tmp_path / "new" / "data")


def test_a_machine_is_not_measured_at_each_start(data_dir, measured):
    first = threads_for(load_models(), data_dir)
    assert threads_for(load_models(), data_dir) == first == Threads(detector=1, embedder=1)
    assert len(measured) == 1


@pytest.mark.parametrize(
    ("load", "hours", "again"),
    [(None, 25, False), (1.0, 25, False), (1.3, 23, False), (1.3, 25, True)],
)
def test_what_a_busy_machine_showed_is_kept_for_a_day(
    data_dir, measured, monkeypatch, load, hours, again
):
    monkeypatch.setattr(machine, "load", lambda: load)
    now = tuned_threads._now()
    threads_for(load_models(), data_dir)
    monkeypatch.setattr(tuned_threads, "_now", lambda: now + timedelta(hours=hours))
    assert threads_for(load_models(), data_dir).detector == (2 if again else 1)


@pytest.mark.parametrize("changed", ["processor", "cores", "runtime", "detector", "embedder"])
def test_after_a_change_it_is_measured_again(data_dir, measured, changed):
    threads_for(load_models(), data_dir)
    record = json.loads(data_dir.machine_file.read_text(encoding="utf-8"))
    record["measured_on"][changed] = "another"
    data_dir.machine_file.write_text(json.dumps(record), encoding="utf-8")
    assert threads_for(load_models(), data_dir).detector == 2


@pytest.mark.parametrize(("days", "again"), [(0, False), (29, False), (30, True), (-1, True)])
def test_after_a_month_it_is_measured_again(data_dir, measured, monkeypatch, days, again):
    now = tuned_threads._now()
    threads_for(load_models(), data_dir)
    monkeypatch.setattr(tuned_threads, "_now", lambda: now + timedelta(days=days, minutes=1))
    for _ in range(2):
        assert threads_for(load_models(), data_dir).detector == (2 if again else 1)


@pytest.mark.parametrize("when", [None, "", "yesterday", 3, "2026-01-01T00:00:00"])
def test_what_was_measured_nobody_knows_when_is_measured_again(data_dir, measured, when):
    threads_for(load_models(), data_dir)
    record = json.loads(data_dir.machine_file.read_text(encoding="utf-8"))
    data_dir.machine_file.write_text(json.dumps({**record, "measured_at": when}), encoding="utf-8")
    assert threads_for(load_models(), data_dir).detector == 2


@pytest.mark.parametrize(
    "content",
    [b"", b"\xff\xfe", b"[]", b"null", b"{}", b'{"measured_on": 3}'],
    ids=["empty", "no text", "a list", "null", "nothing", "other things"],
)
def test_what_cannot_be_read_is_measured_again(data_dir, measured, content):
    data_dir.root.mkdir(parents=True)
    data_dir.machine_file.write_bytes(content)
    assert threads_for(load_models(), data_dir).detector == 1
    assert threads_for(load_models(), data_dir).detector == 1


@pytest.mark.parametrize(
    "threads",
    [
        '{"detector": 0, "embedder": 1}',
        '{"detector": "x", "embedder": 1}',
        '{"detector": 100000, "embedder": 1}',
        '{"detector": 1, "embedder": 5}',
        '{"detector": 1, "embedder": 1, "looks": 5}',
        '{"detector": 1e400, "embedder": 1}',
        '{"detector": 1.5, "embedder": 1}',
        '{"detector": true, "embedder": 1}',
        '{"detector": 1}',
        '{"detector": 1, "embedder": 1, "others": 1}',
        "null",
    ],
)
def test_numbers_that_make_no_sense_are_not_believed(data_dir, measured, threads):
    threads_for(load_models(), data_dir)
    record = json.loads(data_dir.machine_file.read_text(encoding="utf-8"))
    kept = json.dumps({**record, "threads": "these"}).replace('"these"', threads)
    data_dir.machine_file.write_text(kept, encoding="utf-8")
    assert threads_for(load_models(), data_dir).detector == 2


def test_where_nothing_can_be_kept_it_is_measured_each_time(tmp_path, measured):
    (tmp_path / "file").write_text("in the way", encoding="utf-8")
    data_dir = DataDir(tmp_path / "file")
    assert threads_for(load_models(), data_dir).detector == 1
    assert threads_for(load_models(), data_dir).detector == 2
