"""What was measured of an open set, as JSON for programs and as Markdown for people."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict

from desktop_app.services.evaluation.documents import known, percent, share_text, table
from desktop_app.services.evaluation.intervals import Share
from desktop_app.services.evaluation.openset import OpenSetReport
from desktop_app.services.evaluation.openset_figures import Decided, Outcome

_OUTCOMES = {
    Outcome.NAMED_RIGHTLY: "named rightly",
    Outcome.NAMED_WRONGLY: "named wrongly",
    Outcome.UNSURE: "unsure",
    Outcome.UNKNOWN: "unknown",
    Outcome.UNUSABLE: "no usable face",
}


def open_set_json(report: OpenSetReport) -> dict[str, object]:
    """Return all figures of an open set."""
    return {
        "templates": report.templates,
        "seed": report.seed,
        "people": report.people,
        "probes": report.probes,
        "strangers": report.strangers,
        "left_out": report.left_out,
        "failed": {
            "strangers": report.failed_strangers,
            "probes": report.failed_probes,
            "templates": report.failed_templates,
        },
        "rank_one": _share_json(report.rank_one),
        "fnir_at_fpir": [
            {
                "fpir": point.fpir,
                "reached": point.reached,
                "fnir": _share_json(point.fnir),
                "by_split": point.by_split,
            }
            for point in report.points
        ],
        "decided": [_decided_json(decided) for decided in report.decided],
        "reliability": {
            "expected_error": known(report.reliability.expected_error),
            "bins": [
                {key: known(value) for key, value in asdict(one).items()}
                for one in report.reliability.bins
            ],
        },
        "splits": [
            {
                "people": trials.people,
                "templates": trials.templates,
                "failed_templates": trials.failed_templates,
            }
            for trials in report.splits
        ],
    }


def _decided_json(decided: Decided) -> dict[str, object]:
    def shares(given: Iterable[Share]) -> dict[str, object]:
        return {
            outcome.name.lower(): _share_json(share)
            for outcome, share in zip(Outcome, given, strict=True)
        }

    return {
        "asked": decided.asked,
        "fpir": _share_json(decided.fpir),
        "fpir_by_split": decided.fpir_by_split,
        "fnir": known(decided.fnir),
        "probes": shares(decided.probes),
        "strangers": shares(decided.strangers),
    }


def open_set_markdown(report: OpenSetReport) -> str:
    """Return all that was measured."""
    parts = (
        open_set_sentence(report) + "\n",
        points_markdown(report),
        decided_markdown(report),
        reliability_markdown(report),
    )
    return "\n".join(parts)


def open_set_sentence(report: OpenSetReport) -> str:
    """Return what an open set consisted of."""
    templates = [trials.templates for trials in report.splits]
    span = f"{min(templates):,}" + (f"–{max(templates):,}" if len(set(templates)) > 1 else "")
    return (
        f"{report.people:,} people enrolled with {report.templates} photos each ({span} "
        f"templates), {report.probes:,} other photos of them and {report.strangers:,} strangers "
        f"searched for in each of {len(report.splits)} random splits; {report.left_out:,} people "
        f"left out. No face was found in {report.failed_strangers:,} photos of strangers, nor, "
        f"over all splits, in {report.failed_probes:,} of the photos searched for and "
        f"{report.failed_templates:,} of those to be enrolled."
    )


def points_markdown(report: OpenSetReport) -> str:
    """Return how many are missed where so many strangers are named."""
    points = table(
        [
            *("strangers named (FPIR), at most", "in fact"),
            *("enrolled people not named (FNIR)", "in the splits"),
        ],
        [
            [
                percent(point.fpir),
                percent(point.reached),
                share_text(point.fnir),
                f"{percent(min(point.by_split))} to {percent(max(point.by_split))}",
            ]
            for point in report.points
        ],
    )
    best = share_text(report.rank_one)
    return f"{points}\nThe person is the best candidate, however similar, in {best}.\n"


def decided_markdown(report: OpenSetReport) -> str:
    """Return what the shipped decision said at each rate that can be chosen."""
    return table(
        [
            *("strangers named: asked for", "measured", "in the splits", "strangers unsure"),
            *(f"enrolled people {word}" for word in _OUTCOMES.values()),
        ],
        [
            [
                percent(decided.asked),
                share_text(decided.fpir),
                f"{percent(min(decided.fpir_by_split))} to {percent(max(decided.fpir_by_split))}",
                percent(decided.strangers[Outcome.UNSURE].value),
                *(
                    share_text(decided.probes[outcome])
                    if outcome is Outcome.NAMED_RIGHTLY
                    else percent(decided.probes[outcome].value)
                    for outcome in _OUTCOMES
                ),
            ]
            for decided in report.decided
        ],
    )


def reliability_markdown(report: OpenSetReport) -> str:
    """Return how often decisions of a stated confidence came true."""
    bins = table(
        ["stated confidence", "decisions", "their mean confidence", "best candidate right"],
        [
            [
                f"{100 * one.low:.0f} to {100 * one.high:.0f} %",
                f"{one.count:,}",
                percent(one.confidence),
                percent(one.right),
            ]
            for one in report.reliability.bins
        ],
    )
    error = percent(report.reliability.expected_error)
    return f"{bins}\nExpected calibration error: {error}.\n"


def _share_json(share: Share) -> dict[str, float | None]:
    return {key: known(value) for key, value in asdict(share).items()}
