"""The report of an import, and how its progress is told."""

import csv
import sys

import pytest

from desktop_app.errors import FileNotWritable
from desktop_app.services.imports.progress import ProgressMeter
from desktop_app.services.imports.report import (
    Outcome,
    PhotoReport,
    counts_by_code,
    save_report,
    without_pictures,
)


def refused(person: str, code: str) -> PhotoReport:
    return PhotoReport(f"{person}/1.jpg", person, Outcome.REFUSED, code, f"because of {code}")


def taken(person: str) -> PhotoReport:
    return PhotoReport(f"{person}/2.jpg", person, Outcome.TAKEN, quality=0.75)


def test_refusals_are_counted_by_reason_the_most_frequent_first():
    reports = [refused("A", "x"), refused("B", "y"), refused("C", "y"), taken("A")]
    assert list(counts_by_code(reports).items()) == [("y", 2), ("x", 1)]


def test_who_has_no_usable_photo_is_told():
    before = PhotoReport("C/1.jpg", "C", Outcome.ENROLLED_BEFORE)
    reports = [refused("A", "x"), taken("A"), refused("B", "x"), before]
    assert without_pictures(reports) == ["B"]


def test_a_report_is_read_by_spreadsheets_and_is_no_formula_to_them(tmp_path):
    path = tmp_path / "report.csv"
    save_report([taken("=HYPERLINK(1)"), refused("Ötzi, der", "no-face")], path)
    assert path.read_bytes().startswith(b"\xef\xbb\xbf")
    with path.open(encoding="utf-8-sig", newline="") as file:
        first, second = csv.DictReader(file)
    assert first["person"] == "'=HYPERLINK(1)"
    assert (first["outcome"], first["quality"]) == ("taken", "0.750")
    assert (second["person"], second["code"]) == ("Ötzi, der", "no-face")


def test_a_report_that_cannot_be_written_says_where(tmp_path):
    with pytest.raises(FileNotWritable, match="nowhere"):
        save_report([], tmp_path / "nowhere" / "report.csv")


@pytest.mark.skipif(sys.platform == "win32", reason="modes are POSIX's")
def test_a_report_is_for_its_owner_alone_and_replaces_none_before_it_is_whole(tmp_path):
    path = tmp_path / "report.csv"
    path.write_text("before")

    def breaks_off():
        yield taken("Anna")
        raise RuntimeError("the import is gone")

    with pytest.raises(RuntimeError, match="the import is gone"):
        save_report(breaks_off(), path)
    assert path.read_text() == "before"
    save_report([taken("＝1+1")], path)
    assert "'＝1+1" in path.read_text(encoding="utf-8")
    assert path.stat().st_mode & 0o777 == 0o600
    assert list(tmp_path.iterdir()) == [path]


def test_the_rate_is_that_of_the_newest_photos_and_tells_how_long_the_rest_takes():
    now = 0.0
    meter = ProgressMeter(1000, clock=lambda: now)
    assert meter.now().rate is None
    for _ in range(100):
        now += 10.0
        meter.step()
    for _ in range(100):
        now += 0.5
        progress = meter.step()
    assert (progress.done, progress.rate) == (200, 2.0)
    assert progress.seconds_left == 400.0


def test_before_a_few_photos_were_read_no_rate_is_told():
    now = 0.0
    meter = ProgressMeter(10, clock=lambda: now)
    for _ in range(4):
        now += 1.0
        assert meter.step().seconds_left is None
    now += 1.0
    assert meter.step().seconds_left == 5.0
