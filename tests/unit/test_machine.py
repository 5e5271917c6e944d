"""What the machine has for us."""

import os
import platform
import sys

import pytest

from desktop_app import machine
from desktop_app.paths import DataDir
from desktop_app.services.runtime import load_models
from desktop_app.services.tuned_threads import threads_for
from desktop_app.vision.threads import ONE_EACH
from desktop_app.vision.tuning import measure_threads

on_linux = pytest.mark.skipif(sys.platform != "linux", reason="Linux says it in a file")


@pytest.fixture
def one_core():
    """This process may use one core only, whatever the machine has."""
    allowed = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {min(allowed)})
    yield
    os.sched_setaffinity(0, allowed)


@on_linux
def test_a_process_has_the_cores_that_it_may_use(one_core):
    assert machine.cores() == 1
    assert measure_threads(load_models()) == ONE_EACH


@on_linux
def test_a_processor_is_known_by_its_name(tmp_path, monkeypatch):
    file = tmp_path / "cpuinfo"
    file.write_text("processor\t: 0\nmodel name\t: Slow 8086 @ 5 MHz\n", encoding="utf-8")
    monkeypatch.setattr(machine, "_CPU_INFO", file)
    assert machine.processor() == "Slow 8086 @ 5 MHz"


@on_linux
@pytest.mark.parametrize("content", [None, b"", b"processor : 0\n", b"\xff"])
def test_a_processor_without_a_name_is_known_by_its_kind(tmp_path, monkeypatch, content):
    file = tmp_path / "cpuinfo"
    if content is not None:
        file.write_bytes(content)
    monkeypatch.setattr(machine, "_CPU_INFO", file)
    assert machine.processor() == platform.machine()


def test_threads_are_kept_for_the_processor_and_cores_at_hand(tmp_path, monkeypatch):
    data_dir = DataDir(tmp_path)
    measured = []
    monkeypatch.setattr(
        "desktop_app.services.tuned_threads.measure_threads",
        lambda _catalog: measured.append(None) or ONE_EACH,
    )
    for name, count in (("Slow 8086", 2), ("Quick 8086", 2), ("Quick 8086", 4), ("Quick 8086", 4)):
        monkeypatch.setattr(machine, "processor", lambda name=name: name)
        monkeypatch.setattr(machine, "cores", lambda count=count: count)
        threads_for(load_models(), data_dir)
    assert len(measured) == 3


def test_load_is_not_told_where_the_system_counts_none(monkeypatch):
    monkeypatch.setattr(machine.sys, "platform", "win32")
    monkeypatch.delattr(os, "getloadavg", raising=False)
    assert machine.load() is None
