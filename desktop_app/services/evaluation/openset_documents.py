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
    """Return what was measured in one line, and three tables."""
    return "\n".join([open_set_sentence(report), "", *_open_set_tables(report)])


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


def _open_set_tables(report: OpenSetReport) -> list[str]:
    points = table(
        ["strangers named (FPIR)", "enrolled people not named (FNIR)", "splits from – to"],
        [
            [
                percent(point.fpir),
                share_text(point.fnir),
                f"{percent(min(point.by_split))} – {percent(max(point.by_split))}",
            ]
            for point in report.points
        ],
    )
    decisions = table(
        [
            *("strangers named: asked for", "measured"),
            *(f"enrolled: {word}" for word in _OUTCOMES.values()),
            "strangers: unsure",
        ],
        [
            [
                percent(decided.asked),
                share_text(decided.fpir),
                *(
                    share_text(decided.probes[outcome])
                    if outcome is Outcome.NAMED_RIGHTLY
                    else percent(decided.probes[outcome].value)
                    for outcome in _OUTCOMES
                ),
                percent(decided.strangers[Outcome.UNSURE].value),
            ]
            for decided in report.decided
        ],
    )
    bins = table(
        ["stated confidence", "decisions", "mean confidence", "best candidate right"],
        [
            [
                f"{one.low:.0%} – {one.high:.0%}",
                f"{one.count:,}",
                percent(one.confidence),
                percent(one.right),
            ]
            for one in report.reliability.bins
        ],
    )
    return [
        points,
        f"The person is the best candidate, however similar, in {share_text(report.rank_one)}.",
        "",
        decisions,
        f"Expected calibration error: {percent(report.reliability.expected_error)}.",
        "",
        bins,
    ]


def _share_json(share: Share) -> dict[str, float | None]:
    return {key: known(value) for key, value in asdict(share).items()}
