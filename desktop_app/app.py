"""The composition root of the window, for ``python -m desktop_app`` and for tests."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from desktop_app.errors import UsageError
from desktop_app.paths import DataDir, default_data_dir

if TYPE_CHECKING:
    from desktop_app.ui.application import Application
    from desktop_app.ui.parts import Parts

_SIGNALS = (signal.SIGINT, signal.SIGTERM)


def create_app(
    argv: Sequence[str] | None = None,
    *,
    sources: Sequence[str] = (),
    data_dir: Path | None = None,
    gallery: Path | None = None,
    parts: Parts | None = None,
    exec_app: bool = True,
) -> Application:
    """Put the window together and show it.

    Args:
        argv: for Qt; by default only the program's name.
        sources: what to show side by side, as ``SourceSpec`` reads it; by default what was shown
            last.
        data_dir: the user's folder; by default the system's place for it.
        gallery: the file with the people; by default the one in the folder.
        parts: stand-ins for what is behind the window, in tests.
        exec_app: run until the window is closed. Without it the caller runs the events, and
            calls ``shutdown``.

    Raises:
        SourceInvalid: one of ``sources`` is none.
        UsageError: they are more than the window has room for.

    """
    from desktop_app.capture.source import SourceSpec

    # No source can be shown twice.
    specs = tuple(dict.fromkeys(SourceSpec.parse(source) for source in sources))
    # Only now: Qt's libraries were checked before anything of it is imported.
    from desktop_app.ui.application import Application, qt_application
    from desktop_app.ui.live.grid import MOST_TILES

    if len(specs) > MOST_TILES:
        raise UsageError(
            reason=f"The window has room for {MOST_TILES} sources, and {len(specs)} were named."
        )
    qt_app = qt_application(argv if argv is not None else sys.argv[:1])
    folder = DataDir(data_dir if data_dir is not None else default_data_dir())
    application = Application(
        qt_app,
        data_dir=folder,
        gallery=gallery if gallery is not None else folder.gallery,
        sources=specs,
        parts=parts,
    )
    application.show()
    if exec_app:
        application.run()
    return application


def run_window(
    *,
    sources: Sequence[str] = (),
    data_dir: Path | None = None,
    gallery: Path | None = None,
    verbose: bool = False,  # noqa: ARG001 - the caller set the logging up by it
) -> int:
    """Open the window and return the exit code when it is closed.

    ``KENSPECKLE_QUIT_AFTER`` closes it after so many seconds, counted from when it is first
    painted, loaded or not; ``KENSPECKLE_SCREENSHOT`` names a PNG file that shows it just before.

    Raises:
        SystemTrouble: there is no screen, or a library for it is missing.
        SourceInvalid: one of ``sources`` is none.
        UsageError: they are more than the window has room for.
        FileNotWritable: the screenshot could not be saved.

    """
    from desktop_app.system_libraries import check_window_system

    # Until the window takes signals itself nothing is open that could come to harm, and half of
    # Qt runs in callbacks that would swallow a KeyboardInterrupt.
    before = {number: signal.signal(number, _leave_at_once) for number in _SIGNALS}
    try:
        check_window_system(os.environ)
        return _run(sources=sources, data_dir=data_dir, gallery=gallery)
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _run(*, sources: Sequence[str], data_dir: Path | None, gallery: Path | None) -> int:
    from desktop_app.log import log_to_file

    folder = DataDir(data_dir if data_dir is not None else default_data_dir())
    log_to_file(folder.log_file)
    return create_app(sources=sources, data_dir=data_dir, gallery=gallery).exit_code


def _leave_at_once(number: int, _frame: object) -> None:
    os._exit(128 + number)
