"""The arguments of ``kenspeckle evaluate``."""

from __future__ import annotations

import argparse
from pathlib import Path

from desktop_app.cli.argument_parts import Commands, add_command, add_json, positive


def add_evaluate(commands: Commands) -> None:
    """Add ``evaluate`` with all that it measures."""
    evaluate = add_command(commands, "evaluate", "Measure accuracy on labelled photos and clips.")
    measures = evaluate.add_subparsers(
        title="what to measure",
        metavar="MEASURE",
        required=True,
    )
    pairs = _measure(
        measures,
        "pairs",
        "Verification accuracy on a CSV of pairs (a, b, same; perhaps fold, kind).",
    )
    _add_images(pairs)
    pairs.add_argument(
        "--pairs", metavar="FILE", type=Path, required=True, help="the CSV; a and b lie in --images"
    )
    _add_output(pairs, what="figures and plots")

    openset = _measure(
        measures,
        "openset",
        "Who is found among many and how often strangers are named; one sub-folder a person.",
    )
    _add_images(openset)
    openset.add_argument(
        "--templates",
        metavar="K",
        type=positive,
        required=True,
        help="enrol people who have more than K photos with K of them, and search for the others; "
        "people with one photo are strangers",
    )
    openset.add_argument(
        "--splits",
        metavar="S",
        type=positive,
        default=5,
        help="how often the photos to enrol are drawn (default: 5)",
    )
    openset.add_argument(
        "--seed", metavar="N", type=_whole, default=0, help="of the drawing (default: 0)"
    )
    openset.add_argument(
        "--rates",
        metavar="RATE",
        type=_rate,
        nargs="+",
        default=[0.01, 0.001],
        help="shares of strangers named at which it is said how many people are missed "
        "(default: 0.01 0.001)",
    )
    _add_output(openset, what="figures and plots")

    clip = _measure(
        measures,
        "clip",
        "How steadily and how soon enrolled people in a clip are named.",
    )
    clip.add_argument("clip", metavar="CLIP", type=Path, help="a video file")
    clip.add_argument(
        "--who",
        metavar="FILE",
        type=Path,
        required=True,
        help='who appears: {"people": [{"name": …, "from": seconds, "to": seconds}, …]}',
    )
    _add_output(clip, what="figures")

    detection = _measure(
        measures,
        "detection",
        "Faces found in photos whose faces were counted (a CSV: file, faces).",
    )
    _add_images(detection)
    detection.add_argument(
        "--counts", metavar="FILE", type=Path, required=True, help="the CSV; file lies in --images"
    )
    _add_output(detection, what="figures")

    calibration = _measure(
        measures,
        "calibration",
        "What similarities mean, for an embedder's manifest entry; one sub-folder a person.",
    )
    _add_images(calibration)
    calibration.add_argument(
        "--leave-out",
        metavar="NAME",
        nargs="+",
        default=[],
        help="sub-folders that do not count, for example one person's second under another name",
    )


def _measure(measures: Commands, name: str, summary: str) -> argparse.ArgumentParser:
    measure = add_command(measures, name, summary, module="evaluate", measure=name)
    add_json(measure)
    return measure


def _add_images(measure: argparse.ArgumentParser) -> None:
    measure.add_argument(
        "--images", metavar="DIR", type=Path, required=True, help="the folder of the photos"
    )


def _add_output(measure: argparse.ArgumentParser, *, what: str) -> None:
    measure.add_argument(
        "--output", metavar="DIR", type=Path, help=f"write {what} into a folder as well"
    )


def _whole(text: str) -> int:
    if not text.isdecimal():
        raise argparse.ArgumentTypeError(f"a whole number from 0 on is wanted, not “{text}”")
    return int(text)


def _rate(text: str) -> float:
    try:
        rate = float(text)
    except ValueError:
        rate = 0.0
    if not 0.0 < rate < 1.0:
        raise argparse.ArgumentTypeError(f"a number between 0 and 1 is wanted, not “{text}”")
    return rate
