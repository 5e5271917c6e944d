"""The log lies beside the gallery and outlives people: nobody's name may ever get into it."""

from __future__ import annotations

import logging
from collections.abc import Iterator

import pytest

from desktop_app.capture.source import SourceSpec
from desktop_app.errors import PhotoUnreadable
from desktop_app.log import log_to_file
from desktop_app.recognition.people import Origin
from desktop_app.services.privacy.erasure import erase

NAME = "Annabel Quux"


@pytest.fixture
def log(tmp_path) -> Iterator:
    loggers = [logging.getLogger(name) for name in ("desktop_app", "db")]
    before = [(logger, logger.level, list(logger.handlers)) for logger in loggers]
    path = tmp_path / "data" / "kenspeckle.log"
    log_to_file(path)
    yield path
    for logger, level, handlers in before:
        logger.setLevel(level)
        for handler in set(logger.handlers) - set(handlers):
            logger.removeHandler(handler)
            handler.close()


def test_a_run_with_people_photos_and_troubles_logs_no_name(
    qtbot, tmp_path, log, ready_app, sources, recogniser
) -> None:
    folder = tmp_path / NAME
    folder.mkdir()
    clip = folder / f"{NAME}.mp4"
    sources.refused[str(clip)] = PhotoUnreadable(path=clip, reason=f"{NAME} is no clip")
    (folder / f"{NAME} 1.jpg").write_bytes(b"no picture")
    app = ready_app(sources.clip(tmp_path / "quiet.avi", frames=20))
    context, done = app.context, []
    app.window.open_source(SourceSpec.parse(str(clip)))
    app.window.doors.open_photos([folder / f"{NAME} 1.jpg", folder / "none.jpg"])
    context.enrol(NAME, [recogniser.face], origin=Origin.LIVE, success=done.append)
    qtbot.waitUntil(lambda: len(done) == 1)
    identity = done[0].identity
    context.rename(identity.id, f"{NAME} the Second", success=done.append)
    qtbot.waitUntil(lambda: len(done) == 2)
    # A bug whose message tells whom it was about.
    context.database.run(lambda: {}[NAME], failure=done.append)
    qtbot.waitUntil(lambda: len(done) == 3)
    context.change_people(lambda people: _erase(people, identity.id, context), success=done.append)
    qtbot.waitUntil(lambda: len(done) == 4)
    app.window.close()

    text = log.read_text(encoding="utf-8")
    assert "background work failed" in text
    assert "KeyError" in text
    for word in (*NAME.split(), NAME.lower()):
        assert word not in text


def _erase(people, identity_id, context):
    assert erase(people.file, identity_id, data_dir=context.data_dir).proof.found == ()
    return people.reread(forget_steps=True)
