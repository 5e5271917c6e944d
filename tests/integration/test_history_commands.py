"""``history`` and what ``live --headless`` adds to it, on the real networks and a real gallery."""

from __future__ import annotations

import csv
import json
import sqlite3
import zipfile
from contextlib import closing
from datetime import UTC, datetime, timedelta

import pytest

from db.events import EventLog
from db.gallery_file import GalleryFile
from desktop_app.recognition.events import EventChange, EventState, Outcome

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.fixture
def anna(run, photos) -> int:
    """Anna is enrolled, and three events are written: two of hers, one of nobody known."""
    assert run("enrol", "Anna", photos["collins"]) == 0
    with closing(GalleryFile.open(run.data / "gallery.db")) as file:
        log = EventLog(file)
        with file.read() as session:
            (who,) = session.connection().exec_driver_sql("SELECT id FROM identities").one()
        said = [
            (who, NOON, "camera:0"),
            (None, NOON + timedelta(days=1), "camera:0"),
            (who, NOON + timedelta(days=2), "party.mp4"),
        ]
        states = [
            EventState(
                key=key,
                identity_id=one,
                began=began,
                ended=began + timedelta(seconds=75),
                source=source,
                outcome=Outcome.UNKNOWN if one is None else Outcome.NAMED,
                confidence=None if one is None else 1.0,
            )
            for key, (one, began, source) in enumerate(said)
        ]
        log.write([EventChange(one) for one in states])
    return who


def test_the_history_is_listed_newest_first_for_people(run, anna):
    assert run("history") == 0
    newest, stranger, oldest = run.out.splitlines()
    local = NOON.astimezone()
    assert oldest == (
        f"{local:%Y-%m-%d %H:%M:%S} to {local + timedelta(seconds=75):%H:%M:%S}  Anna (99%)  "
        "camera:0"
    )
    assert "unknown" in stranger
    assert "party.mp4" in newest


def test_programs_read_times_with_their_zone(run, anna):
    assert run("history", "--json", "--to", "2026-03-01") == 0
    ((event,),) = run.lines
    assert datetime.fromisoformat(event["from"]) == NOON
    assert datetime.fromisoformat(event["from"]).tzinfo is not None
    assert (event["name"], event["said"], event["seconds"]) == ("Anna", "named", 75.0)
    assert (event["source"], event["confidence"], event["picture"]) == ("camera:0", 1.0, False)


@pytest.mark.parametrize(
    ("filters", "names"),
    [
        (["--person", "ANNA"], ["Anna", "Anna"]),
        (["--unknown"], [None]),
        (["--source", "party.mp4"], ["Anna"]),
        (["--from", "2026-03-02"], ["Anna", None]),
        (["--from", "2026-03-02", "--to", "2026-03-02"], [None]),
        (["--from", "today"], []),
    ],
)
def test_the_history_is_narrowed_down(run, anna, filters, names):
    assert run("history", "--json", *filters) == 0
    assert [event["name"] for event in run.lines[0]] == names


def test_the_history_is_written_as_tables(run, anna, tmp_path):
    table, book = tmp_path / "h.csv", tmp_path / "h.xlsx"
    assert run("history", "--person", "Anna", "--csv", table, "--xlsx", book) == 0
    assert "2 entries" in run.out
    with table.open(encoding="utf-8-sig", newline="") as file:
        assert [row[0] for row in csv.reader(file)] == ["Name", "Anna", "Anna"]
    assert zipfile.is_zipfile(book)


def test_what_is_old_is_deleted_only_when_it_is_meant(run, anna):
    assert run("history", "--clear", "--before", "2026-03-02") == 2
    assert "--yes" in run.err
    assert run("history", "--clear", "--yes") == 2
    assert "--before" in run.err
    assert run("history", "--json") == 0
    assert len(run.lines[0]) == 3
    assert run("history", "--clear", "--before", "2026-03-02", "--yes", "--json") == 0
    assert run.lines == [{"deleted": 1}]


def test_filters_do_not_go_with_deleting(run, anna):
    words = ["history", "--clear", "--before", "2026-03-02", "--yes", "--person", "Anna"]
    assert run(*words) == 2
    assert "alone" in run.err


def test_somebody_who_is_not_enrolled_is_a_known_trouble(run, anna):
    assert run("history", "--person", "Nobody") == 2
    assert "Nobody" in run.err


def test_before_anything_was_seen_the_history_is_empty(run):
    assert run("history", "--json") == 0
    assert run.lines == [[]]
    assert run("history") == 0
    assert "Nothing of that kind" in run.out


def test_a_day_that_is_none_is_refused(run, capsys):
    with pytest.raises(SystemExit) as caught:
        run("history", "--from", "29.3.2026")
    assert caught.value.code == 2
    assert "29.3.2026" in capsys.readouterr().err


def test_a_run_without_a_window_is_recorded(run, photos, clip):
    run("enrol", "Eileen", photos["collins"])
    assert run("live", "--source", clip, "--headless", "--json") == 0
    assert run("history", "--json") == 0
    ((event,),) = run.lines
    assert (event["name"], event["source"], event["picture"]) == ("Eileen", "drift.avi", False)
    assert event["confidence"] > 0.9
    # Of the two seconds that the clip lasts.
    assert event["seconds"] == pytest.approx(1.95, abs=0.06)


def test_a_run_is_not_recorded_where_that_is_not_wanted(run, photos, clip):
    run("enrol", "Eileen", photos["collins"])
    assert run("live", "--source", clip, "--headless", "--no-history") == 0
    (run.data / "settings.json").write_text(json.dumps({"history": False}))
    assert run("live", "--source", clip, "--headless") == 0
    assert run("history", "--json") == 0
    assert run.lines == [[]]


def test_pictures_are_kept_where_they_are_wanted(run, photos, clip):
    run("enrol", "Eileen", photos["collins"])
    (run.data / "settings.json").write_text(json.dumps({"history_pictures": True}))
    assert run("live", "--source", clip, "--headless") == 0
    assert run("history", "--json") == 0
    ((event,),) = run.lines
    assert event["picture"]


def test_old_entries_go_at_the_start_of_a_run(run, anna, clip):
    (run.data / "settings.json").write_text(json.dumps({"history_days": 7}))
    assert run("live", "--source", clip, "--headless", "--max-frames", "1") == 0
    assert run("history", "--json") == 0
    assert run.lines == [[]]


def test_a_run_goes_on_while_another_process_writes_and_is_written_at_its_end(
    run, photos, clip, monkeypatch
):
    from desktop_app.cli import live_history
    from desktop_app.services.live import LiveRecogniser

    run("enrol", "Eileen", photos["collins"])
    monkeypatch.setattr(live_history, "_LOOK_AGAIN", -1.0)
    look = LiveRecogniser.process
    with closing(sqlite3.connect(run.data / "gallery.db", isolation_level=None)) as other:

        def locked_meanwhile(self, frame, gallery):
            if frame.index == 1:
                other.execute("BEGIN IMMEDIATE")
            if frame.index == 39:
                other.execute("ROLLBACK")
            return look(self, frame, gallery)

        monkeypatch.setattr(LiveRecogniser, "process", locked_meanwhile)
        assert run("live", "--source", clip, "--headless") == 0
    assert "history" not in run.err
    assert run("history", "--json") == 0
    ((event,),) = run.lines
    assert event["name"] == "Eileen"


def test_live_without_headless_takes_no_word_on_the_history(run, clip):
    assert run("live", "--source", clip, "--no-history") == 2
    assert "--headless" in run.err
