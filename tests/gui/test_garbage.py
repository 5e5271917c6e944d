"""No object of Qt is destroyed on a thread that is not its own."""

import gc
import threading
import weakref

import pytest
from PySide6.QtCore import QObject

from desktop_app.ui.garbage import GarbageCollector


class Cycle:
    """Holds an object of Qt, and itself."""

    def __init__(self) -> None:
        self.held = QObject()
        self.itself = self


@pytest.fixture
def collector(qapp):
    collector = GarbageCollector()
    yield collector
    collector.close()


def allocate_a_lot() -> None:
    kept = []
    for _ in range(50):
        kept.append([[] for _ in range(gc.get_threshold()[0])])
    kept.clear()


def test_a_cycle_with_an_object_of_qt_outlives_other_threads_and_goes_on_the_window_s(collector):
    cycle = Cycle()
    gone_on: list[threading.Thread] = []
    weakref.finalize(cycle, lambda: gone_on.append(threading.current_thread()))
    del cycle
    other = threading.Thread(target=allocate_a_lot)
    other.start()
    other.join()
    assert gone_on == []
    allocate_a_lot()
    kept = [[] for _ in range(gc.get_threshold()[0] + 1)]
    collector.look()
    assert gone_on == [threading.main_thread()]
    del kept


def test_python_collects_by_itself_again_once_it_is_closed(qapp):
    was = gc.isenabled()
    gc.enable()
    try:
        collector = GarbageCollector()
        assert not gc.isenabled()
        collector.spare_what_stays()
        collector.close()
        assert gc.isenabled()
        assert gc.get_freeze_count() == 0
    finally:
        if not was:
            gc.disable()
