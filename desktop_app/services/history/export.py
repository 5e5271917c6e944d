"""The history as a table for other programs: CSV and a workbook. Written whole or not at all."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from datetime import UTC, datetime, tzinfo
from pathlib import Path
from typing import Any

from desktop_app.recognition.events import Event
from desktop_app.services.spreadsheets import as_text
from desktop_app.whole_file import parts_of, whole_file

HEADINGS = ("Name", "Said", "From", "To", "Seconds", "Source", "Confidence", "From (UTC)")
_WIDTHS = (28, 11, 20, 20, 10, 28, 12, 22)
_MOST_SURE = 0.99
# A sheet has 1,048,576 rows at most.
_ROWS_OF_A_SHEET = 1_000_000


def write_csv(events: Iterable[Event], path: Path, *, zone: tzinfo | None = None) -> int:
    """Write a CSV file (RFC 4180), which Excel knows to be UTF-8 by its first bytes.

    A text that a spreadsheet would take for a formula has an apostrophe before it.

    Args:
        events: in the order of the lines.
        path: the file; one that is there is replaced.
        zone: of the times; None for that of the computer.

    Returns:
        How many events it holds.

    Raises:
        FileNotWritable: it could not be written; what was there is as it was.

    """
    with whole_file(path) as unfinished:
        # csv itself ends the lines, with CR and LF.
        with unfinished.open("w", encoding="utf-8-sig", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(HEADINGS)
            count = 0
            for event in events:
                count += 1
                writer.writerow(_cells(event, zone))
        return count


def write_xlsx(events: Iterable[Event], path: Path, *, zone: tzinfo | None = None) -> int:
    """Write a workbook; see :func:`write_csv`. Times are real ones, and texts always texts."""
    import xlsxwriter
    from xlsxwriter.exceptions import FileCreateError

    with whole_file(path) as unfinished:
        options = {
            "constant_memory": True,
            # Names and times go through it, which are to be left nowhere else.
            "tmpdir": str(parts_of(unfinished)),
            "strings_to_formulas": False,
            "strings_to_urls": False,
        }
        try:
            # Also closed where the events break off: it has files of its own.
            with xlsxwriter.Workbook(str(unfinished), options) as book:
                return _fill(book, events, zone)
        except FileCreateError as error:
            cause = error.args[0] if error.args else error
            raise cause if isinstance(cause, OSError) else OSError(str(cause)) from error


def _fill(book: Any, events: Iterable[Event], zone: tzinfo | None) -> int:
    formats = {
        "bold": book.add_format({"bold": True, "bottom": 1}),
        "time": book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"}),
        "percent": book.add_format({"num_format": "0.0%"}),
    }
    sheet = _new_sheet(book, formats)
    count = 0
    for event in events:
        row = count % _ROWS_OF_A_SHEET + 1
        if row == 1 and count:
            sheet = _new_sheet(book, formats)
        _write_row(sheet, row, event, formats, zone)
        count += 1
    return count


def _new_sheet(book: Any, formats: dict[str, Any]) -> Any:
    sheet = book.add_worksheet()
    for column, (heading, width) in enumerate(zip(HEADINGS, _WIDTHS, strict=True)):
        sheet.set_column(column, column, width)
        sheet.write_string(0, column, heading, formats["bold"])
    sheet.freeze_panes(1, 0)
    return sheet


def _write_row(
    sheet: Any, row: int, event: Event, formats: dict[str, Any], zone: tzinfo | None
) -> None:
    sheet.write_string(row, 0, _name(event))
    sheet.write_string(row, 1, event.outcome.value)
    sheet.write_datetime(row, 2, _local(event.began, zone), formats["time"])
    sheet.write_datetime(row, 3, _local(event.ended, zone), formats["time"])
    sheet.write_number(row, 4, _seconds(event))
    sheet.write_string(row, 5, event.source)
    if event.confidence is not None:
        sheet.write_number(row, 6, _confidence(event.confidence), formats["percent"])
    sheet.write_string(row, 7, _utc(event.began))


def _cells(event: Event, zone: tzinfo | None) -> list[object]:
    return [
        as_text(_name(event)),
        event.outcome.value,
        _local(event.began, zone),
        _local(event.ended, zone),
        _seconds(event),
        as_text(event.source),
        "" if event.confidence is None else _confidence(event.confidence),
        _utc(event.began),
    ]


def _confidence(confidence: float) -> float:
    # As everywhere else: no face is certain.
    return round(min(_MOST_SURE, confidence), 4)


def _name(event: Event) -> str:
    return "" if event.identity is None else event.identity.name


def _seconds(event: Event) -> int:
    return round((event.ended - event.began).total_seconds())


def _local(time: datetime, zone: tzinfo | None) -> datetime:
    """Return what clocks showed there, to the second; spreadsheets know no zones."""
    return time.astimezone(zone).replace(tzinfo=None, microsecond=0)


def _utc(time: datetime) -> str:
    return time.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
