"""What was measured, as JSON for programs and as Markdown for people.

Shares are fractions in JSON and per cent in Markdown; what is not known is null and a dash.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path

from desktop_app.capture.file_reasons import shown
from desktop_app.errors import FileNotWritable
from desktop_app.services.evaluation.clip import ClipReport
from desktop_app.services.evaluation.detection import Tally
from desktop_app.services.evaluation.intervals import Share
from desktop_app.services.evaluation.metrics import Verdict


def prepare_folder(folder: Path) -> None:
    """Make a folder for what will be written, before the work that leads to it.

    Raises:
        FileNotWritable: it cannot be made.

    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        reason = error.strerror or "the system gives no reason"
        raise FileNotWritable(path=shown(folder), reason=reason) from error


def write_documents(folder: Path, *, name: str, figures: object, markdown: str) -> None:
    """Write ``NAME.json`` and ``NAME.md`` into a folder that is there.

    Raises:
        FileNotWritable: one of them cannot be written.

    """
    text = json.dumps(figures, ensure_ascii=False, allow_nan=False, indent=2) + "\n"
    for suffix, content in ((".json", text), (".md", markdown)):
        path = folder / f"{name}{suffix}"
        try:
            path.write_text(content, encoding="utf-8")
        except OSError as error:
            reason = error.strerror or "the system gives no reason"
            raise FileNotWritable(path=shown(path), reason=reason) from error


def pairs_json(kind: str, verdict: Verdict) -> dict[str, object]:
    """Return the figures of one kind of pair."""
    figures: dict[str, object] = {
        "pairs": verdict.pairs,
        "failed": verdict.failed,
        "accuracy_mean": verdict.accuracy_mean,
        "accuracy_std": verdict.accuracy_std,
        "tar_at_far": {f"{far:g}": known(tar) for far, tar in verdict.tar_at_far.items()},
        "threshold": known(verdict.threshold),
    }
    return {"kind": kind, **figures} if kind else figures


def pairs_markdown(verdicts: Mapping[str, Verdict]) -> str:
    """Return a table with a line for each kind of pair."""
    rates = list(next(iter(verdicts.values())).tar_at_far)
    return table(
        [
            *("data", "pairs", "of them with a photo without a face", "accuracy"),
            *(f"accepted at FAR {percent(far)}" for far in rates),
        ],
        [
            [
                kind or "all pairs",
                f"{verdict.pairs:,}",
                f"{verdict.failed:,}",
                f"{percent(verdict.accuracy_mean)} ± {percent(verdict.accuracy_std)}",
                *(percent(verdict.tar_at_far[far]) for far in rates),
            ]
            for kind, verdict in verdicts.items()
        ],
    )


def detection_markdown(tallies: Mapping[str, Tally]) -> str:
    """Return a table with a line for each set of photos."""
    return table(
        ["data", "photos", "faces counted", "found", "missed", "too many"],
        [
            [
                name,
                *(
                    f"{figure:,}"
                    for figure in (
                        *(tally.photos, tally.wanted, tally.found),
                        *(tally.missed, tally.surplus),
                    )
                ),
            ]
            for name, tally in tallies.items()
        ],
    )


def clip_json(report: ClipReport) -> dict[str, object]:
    """Return all figures of a clip."""
    return {
        "frames": report.frames,
        "seconds": round(report.seconds, 3),
        "track_frames": report.track_frames,
        "label_changes": report.label_changes,
        "label_changes_per_1000_track_frames": known(report.label_changes_per_1000),
        "people": [asdict(person) for person in report.people],
        "after_the_end": [
            {"name": appearance.name, "from": appearance.start}
            for appearance in report.after_the_end
        ],
        "share_named": known(report.share_named),
        "strangers_named": {
            "names": report.stranger_names,
            "track_frames": report.stranger_track_frames,
        },
    }


def clips_markdown(reports: Mapping[str, ClipReport]) -> str:
    """Return a table with a line for each clip."""
    return table(
        [
            *("clip", "seconds", "track-frames", "label changes per 1,000"),
            *("time to name, seconds of video", "frames named after the first 0.5 s"),
            *("strangers named", "in track-frames"),
        ],
        [
            [
                name,
                f"{report.seconds:.1f}",
                f"{report.track_frames:,}",
                _number(report.label_changes_per_1000),
                "; ".join(
                    f"{person.name}: "
                    + ("never" if person.time_to_name is None else f"{person.time_to_name:.2f}")
                    for person in report.people
                )
                or "–",
                percent(report.share_named),
                f"{len(report.stranger_names):,}",
                f"{report.stranger_track_frames:,}",
            ]
            for name, report in reports.items()
        ],
    )


def percent(share: float) -> str:
    """Return a fraction as per cent; a dash where it is not known."""
    return "–" if math.isnan(share) else f"{100 * share:.2f} %"


def share_text(share: Share) -> str:
    """Return a share with its 95 % interval."""
    if math.isnan(share.value):
        return "–"
    return f"{percent(share.value)} ({100 * share.low:.2f}–{100 * share.high:.2f})"


def _number(value: float) -> str:
    return "–" if math.isnan(value) else f"{value:.2f}"


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a Markdown table, with a line end; a | in a name would end its cell."""
    lines = [head, ["---"] * len(head), *rows]
    return "".join(
        "| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |\n" for line in lines
    )


def known(value: float) -> float | None:
    """Return a figure as JSON has it: null where it is not known."""
    return None if math.isnan(value) else value
