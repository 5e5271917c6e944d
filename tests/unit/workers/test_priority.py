"""Threads that step back let the window go first, and nothing comes of it where they may not."""

from __future__ import annotations

import ctypes
import os
import sys
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from desktop_app.workers import priority
from desktop_app.workers.priority import Rank, step_back

on_linux = pytest.mark.skipif(sys.platform != "linux", reason="asks Linux for the nice value")


def niceness() -> int:
    return os.getpriority(os.PRIO_PROCESS, threading.get_native_id())


def niceness_after(rank: Rank) -> int:
    def work() -> int:
        step_back(rank)
        return niceness()

    with ThreadPoolExecutor(1) as executor:
        return executor.submit(work).result()


@on_linux
def test_whoever_works_for_later_goes_after_whoever_works_for_the_screen():
    before = niceness()
    assert before < niceness_after(Rank.HELPER) < niceness_after(Rank.BATCH)
    assert niceness() == before


@on_linux
def test_a_thread_that_is_started_by_one_that_stepped_back_inherits_it():
    def work() -> tuple[int, int]:
        step_back(Rank.BATCH)
        with ThreadPoolExecutor(1) as inner:
            return niceness(), inner.submit(niceness).result()

    with ThreadPoolExecutor(1) as executor:
        own, inherited = executor.submit(work).result()
    assert own == inherited > niceness()


@on_linux
def test_a_thread_that_is_further_back_already_stays_there():
    def work() -> tuple[int, int]:
        step_back(Rank.BATCH)
        before = niceness()
        step_back(Rank.HELPER)
        return before, niceness()

    with ThreadPoolExecutor(1) as executor:
        before, after = executor.submit(work).result()
    assert after == before


class System:
    """Stands in for the functions of Windows and of macOS that a thread's rank is set by."""

    def __init__(self, own: int) -> None:
        self.own = own
        # No methods: those cannot be given types of arguments.
        self.GetCurrentThread = lambda: -1
        self.GetThreadPriority = lambda _thread: self.own
        self.SetThreadPriority = lambda _thread, to: self.take(to)
        self.qos_class_self = lambda: self.own
        self.pthread_set_qos_class_self_np = lambda to, _relative: self.take(to)

    def take(self, to: int) -> None:
        self.own = to


@pytest.mark.parametrize(
    ("platform", "own", "helper", "batch"),
    [
        ("win32", 0, -1, -2),
        ("win32", -15, -15, -15),
        ("darwin", 0x21, 0x19, 0x11),
        ("darwin", 0x15, 0x15, 0x11),
        ("darwin", 0x09, 0x09, 0x09),
        ("darwin", 0, 0x19, 0x11),
    ],
)
def test_no_thread_goes_further_forward_on_other_systems_either(
    monkeypatch, platform, own, helper, batch
):
    monkeypatch.setattr(priority.sys, "platform", platform)
    for rank, expected in ((Rank.HELPER, helper), (Rank.BATCH, batch)):
        system = System(own)
        monkeypatch.setattr(ctypes, "WinDLL", lambda *_, **__: system, raising=False)  # noqa: B023
        monkeypatch.setattr(ctypes, "CDLL", lambda *_: system)  # noqa: B023
        step_back(rank)
        assert system.own == expected


@pytest.mark.parametrize("platform", ["linux", "win32", "darwin", "plan9"])
@pytest.mark.parametrize("rank", Rank)
def test_where_the_system_has_no_such_function_nothing_happens(monkeypatch, platform, rank):
    def refuse(*_: object) -> None:
        raise PermissionError

    monkeypatch.setattr(priority.sys, "platform", platform)
    monkeypatch.setattr(priority.os, "setpriority", refuse, raising=False)
    step_back(rank)
