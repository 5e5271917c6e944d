"""The arguments of ``kenspeckle evaluate``."""

from __future__ import annotations

from pathlib import Path

from desktop_app.cli.argument_parts import Commands, add_command, add_json


def add_evaluate(commands: Commands) -> None:
    """Add ``evaluate`` with all that it measures."""
    evaluate = add_command(commands, "evaluate", "Measure accuracy on labelled photos.")
    measures = evaluate.add_subparsers(
        title="what to measure", metavar="{pairs,detection,calibration}", required=True
    )
    pairs = add_command(
        measures,
        "pairs",
        "Verification accuracy on a CSV of pairs (a, b, same; perhaps fold, kind).",
        module="evaluate",
        measure="pairs",
    )
    pairs.add_argument("--images", metavar="DIR", type=Path, required=True)
    pairs.add_argument("--pairs", metavar="FILE", type=Path, required=True)
    add_json(pairs)
    calibration = add_command(
        measures,
        "calibration",
        "What similarities mean, for an embedder's manifest entry; one sub-folder a person.",
        module="evaluate",
        measure="calibration",
    )
    calibration.add_argument("--images", metavar="DIR", type=Path, required=True)
    add_json(calibration)
    detection = add_command(
        measures,
        "detection",
        "Faces found in photos whose faces were counted (a CSV: file, faces).",
        module="evaluate",
        measure="detection",
    )
    detection.add_argument("--images", metavar="DIR", type=Path, required=True)
    detection.add_argument("--counts", metavar="FILE", type=Path, required=True)
    add_json(detection)
