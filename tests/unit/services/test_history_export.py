"""The history as tables that other programs read."""

from __future__ import annotations

import csv
import zipfile
from datetime import UTC, datetime, timedelta
from xml.etree import ElementTree as ET
from zoneinfo import ZoneInfo

import pytest

from desktop_app.errors import FileNotWritable
from desktop_app.recognition.events import Event, Outcome
from desktop_app.recognition.types import Identity
from desktop_app.services.history.export import HEADINGS, write_csv, write_xlsx

BERLIN = ZoneInfo("Europe/Berlin")
BEGAN = datetime(2026, 7, 1, 10, 0, 0, 900_000, tzinfo=UTC)
SHEET = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


def event(
    name: str | None = "Anna", *, source: str = "camera:0", confidence: float = 0.987
) -> Event:
    identity = None if name is None else Identity(1, name)
    return Event(
        id=1,
        identity=identity,
        began=BEGAN,
        ended=BEGAN + timedelta(seconds=90),
        source=source,
        outcome=Outcome.UNKNOWN if identity is None else Outcome.NAMED,
        confidence=None if identity is None else confidence,
        has_picture=False,
    )


def cells(path) -> list[list[tuple[str | None, str]]]:
    """Each cell of the first sheet: its type, and its text or number; formulas as "=…"."""
    with zipfile.ZipFile(path) as book:
        names = book.namelist()
        sheet = ET.fromstring(book.read("xl/worksheets/sheet1.xml"))
        shared = []
        if "xl/sharedStrings.xml" in names:
            strings = ET.fromstring(book.read("xl/sharedStrings.xml"))
            shared = ["".join(one.itertext()) for one in strings.iter(f"{SHEET}si")]
    rows = []
    for row in sheet.iter(f"{SHEET}row"):
        line = []
        for cell in row.iter(f"{SHEET}c"):
            kind = cell.get("t")
            if cell.find(f"{SHEET}f") is not None:
                line.append((kind, f"={cell.findtext(f'{SHEET}f')}"))
            elif kind == "s":
                line.append((kind, shared[int(cell.findtext(f"{SHEET}v"))]))
            elif kind == "inlineStr":
                line.append((kind, "".join(cell.itertext())))
            else:
                line.append((kind, cell.findtext(f"{SHEET}v") or ""))
        rows.append(line)
    return rows


def test_a_csv_file_says_what_the_history_says_in_local_time(tmp_path):
    path = tmp_path / "history.csv"
    assert write_csv([event(), event(None)], path, zone=BERLIN) == 2
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.reader(file))
    assert tuple(rows[0]) == HEADINGS
    assert rows[1] == [
        "Anna",
        "named",
        "2026-07-01 12:00:00",
        "2026-07-01 12:01:30",
        "90",
        "camera:0",
        "0.987",
        "2026-07-01T10:00:00Z",
    ]
    assert (rows[2][0], rows[2][1], rows[2][6]) == ("", "unknown", "")


def test_a_csv_file_is_as_excel_and_the_standard_want_it(tmp_path):
    path = tmp_path / "history.csv"
    write_csv([event('Zoë "Z" Müller, jr.')], path)
    data = path.read_bytes()
    assert data.startswith(b"\xef\xbb\xbfName,")
    assert data.endswith(b"\r\n")
    assert data.count(b"\n") == data.count(b"\r\n") == 2
    assert '"Zoë ""Z"" Müller, jr."'.encode() in data


@pytest.mark.parametrize("name", ["=1+1", "+1", "-rf", "@SUM(A1)", "\tx", "＝1+1"])
def test_a_name_never_becomes_a_formula(tmp_path, name):
    path = tmp_path / "history.csv"
    write_csv([event(name, source=name)], path)
    with path.open(encoding="utf-8-sig", newline="") as file:
        (row,) = list(csv.reader(file))[1:]
    assert (row[0], row[5]) == (f"'{name}", f"'{name}")


@pytest.mark.parametrize("name", ["=1+1", "http://example.org", "42", "{=1}", "Zoë 😀", "陈伟"])
def test_in_a_workbook_a_name_is_a_text_whatever_it_looks_like(tmp_path, name):
    path = tmp_path / "history.xlsx"
    write_xlsx([event(name, source=name)], path)
    _, row = cells(path)
    assert row[0][0] in {"s", "inlineStr"}
    assert (row[0][1], row[5][1]) == (name, name)
    with zipfile.ZipFile(path) as book:
        assert not any("rels" in one and "sheet1" in one for one in book.namelist())


def test_a_workbook_has_real_times_in_local_time(tmp_path):
    path = tmp_path / "history.xlsx"
    write_xlsx([event()], path, zone=BERLIN)
    heading, row = cells(path)
    assert [text for _, text in heading] == list(HEADINGS)
    # Days since the end of 1899.
    days = (datetime(2026, 7, 1, 12) - datetime(1899, 12, 30)) / timedelta(days=1)  # noqa: DTZ001
    assert float(row[2][1]) == pytest.approx(days, abs=1e-9)
    assert (row[4][1], row[6][1]) == ("90", "0.987")
    with zipfile.ZipFile(path) as book:
        sheet = book.read("xl/worksheets/sheet1.xml").decode()
    assert 'state="frozen"' in sheet
    assert "<cols>" in sheet


@pytest.mark.parametrize("write", [write_csv, write_xlsx])
def test_an_empty_history_is_a_table_with_a_heading(tmp_path, write):
    path = tmp_path / f"history.{write.__name__.removeprefix('write_')}"
    assert write([], path) == 0
    assert path.stat().st_size > 0


@pytest.mark.parametrize("write", [write_csv, write_xlsx])
def test_a_table_that_breaks_off_leaves_the_one_before_and_nothing_beside_it(tmp_path, write):
    path = tmp_path / "history.table"
    path.write_text("before")

    def breaks_off():
        yield event()
        raise RuntimeError("the gallery is gone")

    with pytest.raises(RuntimeError, match="the gallery is gone"):
        write(breaks_off(), path)
    assert path.read_text() == "before"
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("write", [write_csv, write_xlsx])
def test_a_folder_that_is_not_there_is_a_known_trouble(tmp_path, write):
    with pytest.raises(FileNotWritable):
        write([event()], tmp_path / "missing" / "history.csv")


def test_a_workbook_leaves_nothing_of_anybody_in_folders_of_others(tmp_path, monkeypatch):
    elsewhere = tmp_path / "tmp"
    elsewhere.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(elsewhere))
    seen = []

    def events():
        yield event()
        seen.extend(elsewhere.iterdir())

    write_xlsx(events(), tmp_path / "history.xlsx")

    assert seen == []
    assert {file.name for file in tmp_path.iterdir()} == {"tmp", "history.xlsx"}


def test_no_table_says_that_a_face_is_certain(tmp_path):
    path = tmp_path / "history.csv"
    write_csv([event(confidence=1.0)], path, zone=BERLIN)
    with path.open(encoding="utf-8-sig", newline="") as file:
        assert list(csv.reader(file))[1][6] == "0.99"
    write_xlsx([event(confidence=1.0)], tmp_path / "history.xlsx", zone=BERLIN)
    assert float(cells(tmp_path / "history.xlsx")[1][6][1]) == 0.99
