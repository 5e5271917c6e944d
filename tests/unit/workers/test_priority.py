"""Threads that step back let the window go first, and nothing comes of it where they may not."""

from __future__ import annotations

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


@pytest.mark.parametrize("platform", ["linux", "win32", "darwin", "plan9"])
@pytest.mark.parametrize("rank", Rank)
def test_where_the_system_has_no_such_function_nothing_happens(monkeypatch, platform, rank):
    def refuse(*_: object) -> None:
        raise PermissionError

    monkeypatch.setattr(priority.sys, "platform", platform)
    monkeypatch.setattr(priority.os, "setpriority", refuse, raising=False)
    step_back(rank)
