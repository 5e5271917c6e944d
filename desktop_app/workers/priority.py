"""Who goes first when there are more threads to run than cores: the window, always."""

from __future__ import annotations

import contextlib
import enum
import os
import sys
import threading


class Rank(enum.Enum):
    """What a thread is for, as far as that decides how long it may be kept waiting.

    The window and what reads cameras have no rank: they are as the system starts them. A program
    may not go above that everywhere, so it is the others that step back.

    Members:
        HELPER: works for what is on the screen now: recognises, or asks the database.
        BATCH: works for later, as long as it takes: reads the photos of a folder.

    """

    HELPER = "helper"
    BATCH = "batch"


# One more takes a fifth of what a thread gets beside others, so an import gets a twelfth of what
# recognition does. Where the import holds Python's lock when it is put off, the window waits with
# it; measured, that is made up for by far (19 was no worse than 10).
_NICENESS = {Rank.HELPER: 4, Rank.BATCH: 15}
# THREAD_PRIORITY_BELOW_NORMAL and _LOWEST, winbase.h.
_WINDOWS = {Rank.HELPER: -1, Rank.BATCH: -2}
# QOS_CLASS_USER_INITIATED and _UTILITY, sys/qos.h. BACKGROUND would be held to the slow cores.
_MACOS = {Rank.HELPER: 0x19, Rank.BATCH: 0x11}


def step_back(rank: Rank) -> None:
    """Let threads of higher rank go before the one that calls this, from now until it ends.

    One that is further back already, as all are where somebody started the program so, stays there.
    On Linux the threads that it starts afterwards inherit it: those of the networks that it loads,
    and OpenCV's where it is the first to use them. Where the system does not let it, nothing is
    changed; no exception leaves this.
    """
    # Of a platform's own functions all may be missing, in a sandbox, or on an older release.
    with contextlib.suppress(OSError, AttributeError):
        if sys.platform == "linux":
            thread = threading.get_native_id()
            niceness = max(os.getpriority(os.PRIO_PROCESS, thread), _NICENESS[rank])
            os.setpriority(os.PRIO_PROCESS, thread, niceness)
        elif sys.platform == "win32":
            _step_back_on_windows(_WINDOWS[rank])
        elif sys.platform == "darwin":
            _step_back_on_macos(_MACOS[rank])


def _step_back_on_windows(priority: int) -> None:
    import ctypes

    kernel = ctypes.WinDLL("kernel32", use_last_error=True)  # type: ignore[attr-defined,unused-ignore]
    # A handle is as wide as a pointer; the thread's own is -1 in all of it.
    kernel.GetCurrentThread.restype = ctypes.c_void_p
    kernel.GetThreadPriority.argtypes = [ctypes.c_void_p]
    kernel.SetThreadPriority.argtypes = [ctypes.c_void_p, ctypes.c_int]
    thread = kernel.GetCurrentThread()
    kernel.SetThreadPriority(thread, min(kernel.GetThreadPriority(thread), priority))


def _step_back_on_macos(quality_of_service: int) -> None:
    import ctypes

    system = ctypes.CDLL(None)
    system.pthread_set_qos_class_self_np.argtypes = [ctypes.c_uint, ctypes.c_int]
    # None where the thread never was of any.
    own = system.qos_class_self() or quality_of_service
    system.pthread_set_qos_class_self_np(min(own, quality_of_service), 0)
