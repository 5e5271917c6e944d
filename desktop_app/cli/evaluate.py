"""``kenspeckle evaluate pairs|calibration``."""

from __future__ import annotations

import math
import sys

from desktop_app.cli.opened import opened_pipeline
from desktop_app.cli.options import Options
from desktop_app.cli.output import say, say_json
from desktop_app.services.evaluation.calibration import as_toml, calibrate
from desktop_app.services.evaluation.metrics import Verdict
from desktop_app.services.evaluation.pairs import evaluate_pairs, read_pairs
from desktop_app.vision.pipeline import FacePipeline


def run(options: Options) -> int:
    """Measure what was asked for."""
    measures = {"pairs": _pairs, "calibration": _calibration}
    with opened_pipeline(options) as pipeline:
        measures[options.arguments.measure](pipeline, options)
    return 0


def _pairs(pipeline: FacePipeline, options: Options) -> None:
    pairs = read_pairs(options.arguments.pairs)
    verdicts = evaluate_pairs(pipeline, pairs, images=options.arguments.images, progress=_progress)
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
        "threshold": verdict.threshold,
    }
    return {"kind": kind, **figures} if kind else figures


def _verdict_sentence(kind: str, verdict: Verdict) -> str:
    rates = ", ".join(f"{tar:.2%} at FAR {far:.1%}" for far, tar in verdict.tar_at_far.items())
    return (
        f"{kind + ': ' if kind else ''}accuracy {verdict.accuracy_mean:.2%} "
        f"± {verdict.accuracy_std:.2%} over {verdict.pairs} pairs, {verdict.failed} failed; "
        f"accepted {rates}; threshold {verdict.threshold:.3f}"
    )


def _calibration(pipeline: FacePipeline, options: Options) -> None:
    report = calibrate(pipeline, options.arguments.images, progress=_progress)
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
                "slope": calibration.slope,
                "intercept": calibration.intercept,
            }
        )
    else:
        say(as_toml(report.calibration))


def _progress(done: int, total: int) -> None:
    if sys.stderr.isatty():
        end = "\n" if done == total else ""
        print(f"\r{done} of {total} photos", end=end, file=sys.stderr, flush=True)  # noqa: T201
