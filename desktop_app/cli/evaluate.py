"""``kenspeckle evaluate pairs|calibration|detection``."""

from __future__ import annotations

import math
import sys
from dataclasses import asdict

from desktop_app.cli.opened import opened_pipeline
from desktop_app.cli.options import Options
from desktop_app.cli.terminal import say, say_json
from desktop_app.services.evaluation.calibration import as_toml, calibrate, labelled_photos
from desktop_app.services.evaluation.detection import evaluate_detection, read_counts
from desktop_app.services.evaluation.metrics import Verdict
from desktop_app.services.evaluation.pairs import evaluate_pairs, read_pairs
from desktop_app.services.evaluation.tables import check_images


def run(options: Options) -> int:
    """Measure what was asked for."""
    measures = {"pairs": _pairs, "calibration": _calibration, "detection": _detection}
    measures[options.arguments.measure](options)
    return 0


def _pairs(options: Options) -> None:
    images = options.arguments.images
    # Before the networks, which take seconds to load.
    pairs = read_pairs(options.arguments.pairs)
    check_images(images, [name for pair in pairs for name in (pair.a, pair.b)])
    with opened_pipeline(options) as pipeline:
        verdicts = evaluate_pairs(pipeline, pairs, images=images, progress=_progress)
    for kind, verdict in verdicts.items():
        if options.arguments.json:
            say_json(_verdict_json(kind, verdict))
        else:
            say(_verdict_sentence(kind, verdict))


def _verdict_json(kind: str, verdict: Verdict) -> dict[str, object]:
    figures: dict[str, object] = {
        "pairs": verdict.pairs,
        "failed": verdict.failed,
        "accuracy_mean": verdict.accuracy_mean,
        "accuracy_std": verdict.accuracy_std,
        "tar_at_far": {
            f"{far:g}": None if math.isnan(tar) else tar for far, tar in verdict.tar_at_far.items()
        },
        "threshold": None if math.isnan(verdict.threshold) else verdict.threshold,
    }
    return {"kind": kind, **figures} if kind else figures


def _verdict_sentence(kind: str, verdict: Verdict) -> str:
    rates = ", ".join(
        f"{_or_unknown(tar, '.2%')} at FAR {far:.1%}" for far, tar in verdict.tar_at_far.items()
    )
    return (
        f"{kind + ': ' if kind else ''}accuracy {verdict.accuracy_mean:.2%} "
        f"± {verdict.accuracy_std:.2%} over {verdict.pairs} pairs, {verdict.failed} failed; "
        f"accepted {rates}; threshold {_or_unknown(verdict.threshold, '.3f')}"
    )


def _or_unknown(value: float, form: str) -> str:
    return "unknown" if math.isnan(value) else format(value, form)


def _calibration(options: Options) -> None:
    photos = labelled_photos(options.arguments.images)
    with opened_pipeline(options) as pipeline:
        report = calibrate(pipeline, options.arguments.images, photos, progress=_progress)
    if options.arguments.json:
        calibration = report.calibration
        say_json(
            {
                "people": report.people,
                "photos": report.photos,
                "failed": report.failed,
                "impostor_pairs": report.impostor_pairs,
                "genuine_pairs": report.genuine_pairs,
                "false_match_rates": calibration.false_match_rates,
                "similarities": calibration.similarities,
                "false_non_match_rates": calibration.false_non_match_rates,
            }
        )
    else:
        say(as_toml(report.calibration))


def _detection(options: Options) -> None:
    images = options.arguments.images
    counts = read_counts(options.arguments.counts)
    check_images(images, list(counts))
    with opened_pipeline(options) as pipeline:
        tally = evaluate_detection(pipeline, counts, images=images, progress=_progress)
    if options.arguments.json:
        say_json(asdict(tally))
    else:
        unread = f"; {tally.failed} could not be read" if tally.failed else ""
        say(
            f"{tally.photos} photos: {tally.wanted} faces counted, {tally.found} found, "
            f"{tally.missed} missed, {tally.surplus} too many{unread}"
        )


def _progress(done: int, total: int) -> None:
    if sys.stderr.isatty():
        end = "\n" if done == total else ""
        print(f"\r{done} of {total} photos", end=end, file=sys.stderr, flush=True)  # noqa: T201
