"""What the numbers of a run say: what grew, what leaked, what was said too late."""

from __future__ import annotations

import enum
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from soaking.cameras import Trouble

# Networks, fonts and pools are made as they are first used; what grows after that leaks, seconds.
WARM_UP = 300.0
_MINUTE = 60.0
# From one loss to the next, unless told otherwise, seconds.
LOSE_EVERY = 20.0
# Limits: share of memory, seconds until a loss is said, seconds until the picture is back.
MOST_GROWTH, SAID_WITHIN, BACK_WITHIN = 0.02, 1.0, 3.0
# A machine's load varies by itself; labels later than this share of before are worth a look.
_DRIFT = 1.25
# Processes that want to run, for each processor: beyond, others are at work, and times say little.
_BUSY = 1.5
_MOST_POINTS = 800

Sample = Mapping[str, Any]


class Status(enum.Enum):
    """What a number means."""

    GOOD = "good"
    TOLD = ""
    TOO_SHORT = "too short to say"
    LOOK = "worth a look"
    BAD = "TOO MUCH"


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the verdict."""

    what: str
    found: str
    limit: str
    status: Status


def judge(
    samples: Sequence[Sample],
    *,
    losses: Sequence[Mapping[str, Any]],
    errors: Sequence[str],
    ended: Mapping[str, Any],
    cameras: int = 1,
    lose_every: float = LOSE_EVERY,
) -> list[Finding]:
    """Return the verdict on a run.

    Args:
        samples: in order; ``at`` is seconds since the window could recognise faces.
        losses: what was inflicted, and when it was said and over.
        errors: that nobody expected.
        ended: how the run ended; empty where the application did not live to say so.
        cameras: how many there were.
        lose_every: seconds from one loss to the next.

    """
    if len(samples) < 2:
        return [Finding("samples", str(len(samples)), "2", Status.BAD)]
    spans = Spans(samples)
    return [
        _memory(spans),
        *(_creep(spans, key) for key in ("anonymous_mb", "heap_used_mb", "heap_free_mb")),
        *(_count(spans, key) for key in ("os_threads", "handles")),
        *(_told_count(spans, key) for key in ("python_blocks", "widgets")),
        _latency(spans),
        _rates(spans),
        _inflicted(losses, spans, cameras=cameras, lose_every=lose_every),
        *_losses(losses),
        _end(ended, errors),
        _alarms(ended),
        _machine(samples),
    ]


class Spans:
    """The minute after the warm-up and the last one."""

    def __init__(self, samples: Sequence[Sample]) -> None:
        first, last = samples[0]["at"], samples[-1]["at"]
        self.length = length = last - first
        self.is_long = length >= WARM_UP + 2 * _MINUTE
        warm_up = WARM_UP if self.is_long else 0.4 * length
        minute = min(_MINUTE, length / 4)
        self.all = [s for s in samples if s["at"] - first >= warm_up]
        self.early = [s for s in self.all if s["at"] - first <= warm_up + minute] or self.all[:1]
        self.late = [s for s in self.all if last - s["at"] <= minute]

    def pair(self, key: str, choose: Callable[[Any], Any]) -> tuple[float, float] | None:
        """Return one number for both, None where it was not measured."""
        both = [
            [s[key] for s in span if s.get(key) is not None] for span in (self.early, self.late)
        ]
        return None if not all(both) else (float(choose(both[0])), float(choose(both[1])))

    def usual(self, key: str) -> tuple[float, float] | None:
        """Return the middle of a number for both, of those moments when all cameras were shown.

        One that is lost takes a thread and a handle with it, one that hangs has a second thread.
        """
        pairs = [
            [s[key] for s in span if s.get("is_usual") and s.get(key) is not None]
            for span in (self.early, self.late)
        ]
        if not all(pairs):
            return None
        return float(np.median(pairs[0])), float(np.median(pairs[1]))

    def slope(self, key: str) -> float:
        """Return the growth an hour: the median of the slopes between all pairs (Theil-Sen)."""
        points = [(s["at"] / 3600, s[key]) for s in self.all if s.get(key) is not None]
        step = -(-len(points) // _MOST_POINTS)
        at, values = np.array(points[::step], np.float64).reshape(-1, 2).T
        one, other = np.triu_indices(len(at), 1)
        if not one.size:
            return 0.0
        return float(np.median((values[other] - values[one]) / (at[other] - at[one])))

    def verdict(self, *, is_bad: bool) -> Status:
        """Return what a number means that a short run cannot be sure of."""
        if not self.is_long:
            return Status.TOO_SHORT
        return Status.BAD if is_bad else Status.GOOD


def _memory(spans: Spans) -> Finding:
    pair = spans.pair("rss_mb", np.median)
    if pair is None:
        return Finding("memory", "not measured", "", Status.BAD)
    growth = pair[1] / pair[0] - 1
    found = f"{_change(pair, 1)} MiB ({growth:+.1%}, {spans.slope('rss_mb'):+.1f} MiB/h)"
    return Finding(
        "memory (RSS)", found, f"{MOST_GROWTH:+.0%}", spans.verdict(is_bad=growth > MOST_GROWTH)
    )


def _creep(spans: Spans, key: str) -> Finding:
    names = {
        "anonymous_mb": "of it anonymous",
        "heap_used_mb": "of that malloc'ed",
        "heap_free_mb": "and free, not given back",
    }
    pair = spans.pair(key, np.median)
    found = (
        "not measured here"
        if pair is None
        else f"{_change(pair, 1)} MiB ({spans.slope(key):+.1f} MiB/h)"
    )
    return Finding(names[key], found, "", Status.TOLD)


def _count(spans: Spans, key: str) -> Finding:
    names = {"os_threads": "threads", "handles": "handles"}
    pair = spans.usual(key)
    if pair is None:
        # Losses follow each other too closely, or the run is over in seconds.
        return Finding(names[key], "not all cameras were shown", "no more", Status.TOO_SHORT)
    found, status = _change(pair, 0), spans.verdict(is_bad=pair[1] > pair[0])
    if key == "os_threads" and pair[1] > pair[0]:
        early, late = (
            set().union(*(s["python_threads"] for s in span)) for span in (spans.early, spans.late)
        )
        found += f"; new: {', '.join(sorted(late - early)) or 'none of Python'}"
    return Finding(names[key], found, "no more", status)


def _told_count(spans: Spans, key: str) -> Finding:
    names = {"python_blocks": "memory blocks of Python", "widgets": "widgets"}
    pair = spans.pair(key, np.median)
    found = "not measured" if pair is None else f"{_change(pair, 0)} ({spans.slope(key):+,.0f}/h)"
    return Finding(names[key], found, "", Status.TOLD)


def _latency(spans: Spans) -> Finding:
    middle, slow = spans.pair("label_ms_p50", np.median), spans.pair("label_ms_p95", np.median)
    if middle is None or slow is None:
        return Finding("from picture to label", "no face was recognised", "", Status.BAD)
    found = f"p50 {_change(middle, 0)} ms, p95 {_change(slow, 0)} ms"
    drifts = spans.is_long and middle[1] > _DRIFT * middle[0]
    return Finding("from picture to label", found, "", Status.LOOK if drifts else Status.TOLD)


def _rates(spans: Spans) -> Finding:
    painted, recognised = (
        spans.pair(key, np.median) for key in ("painted_rate", "recognised_rate")
    )
    if painted is None or recognised is None:
        return Finding("frames a second", "not measured", "", Status.BAD)
    found = f"painted {_change(painted, 0)}, recognised {_change(recognised, 0)}"
    status = Status.BAD if min(recognised) == 0 else Status.TOLD
    return Finding("frames a second", found, "", status)


def _inflicted(
    losses: Sequence[Mapping[str, Any]], spans: Spans, *, cameras: int, lose_every: float
) -> Finding:
    """Of a trouble that no camera had, nothing is known."""
    # Each kind comes to all cameras before the next one does. Some wait: the camera before is not
    # back yet, or is frozen.
    due = int(spans.length / lose_every / 2 / cameras)
    had = {loss["trouble"] for loss in losses}
    missed = [trouble.value for trouble in list(Trouble)[:due] if trouble.value not in had]
    found = f"{len(losses)}" + (f", and never one that {' or '.join(missed)}" if missed else "")
    status = spans.verdict(is_bad=bool(missed) or not losses)
    return Finding("losses inflicted", found, "each kind", status)


def _losses(losses: Sequence[Mapping[str, Any]]) -> list[Finding]:
    findings = []
    for trouble in dict.fromkeys(loss["trouble"] for loss in losses):
        ours = [loss for loss in losses if loss["trouble"] == trouble]
        is_loss = ours[0]["is_loss"]
        parts, bad = [f"{len(ours)}×"], False
        kinds = (("said", SAID_WITHIN),) * is_loss + (("back", BACK_WITHIN),)
        for key, limit in kinds:
            times = [loss[key] for loss in ours]
            known = [value for value in times if value is not None]
            worst = f"{max(known):.2f} s" if known else "–"
            never = f", {len(times) - len(known)}× never" * (len(known) < len(times))
            parts.append(f"{key} after {worst} at the most{never}")
            bad |= len(known) < len(times) or max(known) > limit
        limits = f"said {SAID_WITHIN:g} s, back {BACK_WITHIN:g} s" if is_loss else "goes on"
        status = Status.BAD if bad else Status.GOOD
        findings.append(Finding(f"camera {trouble}", ", ".join(parts), limits, status))
    return findings


def _end(ended: Mapping[str, Any], errors: Sequence[str]) -> Finding:
    if not ended:
        return Finding("end", "the application did not end by itself", "", Status.BAD)
    counts = {
        "errors": len(errors),
        "threads left behind": len(ended["threads_left"]),
        "cameras left open": ended["openings_left"],
    }
    found = ", ".join(f"{number} {what}" for what, number in counts.items())
    return Finding("end", found, "none", Status.BAD if any(counts.values()) else Status.GOOD)


def _alarms(ended: Mapping[str, Any]) -> Finding:
    """Where the machine stands still for a second, a camera seems to."""
    alarms = ended.get("alarms", 0)
    return Finding("false alarms", str(alarms), "", Status.LOOK if alarms else Status.TOLD)


def _machine(samples: Sequence[Sample]) -> Finding:
    load, cores = float(np.median([s["load"] for s in samples])), os.cpu_count() or 1
    status = Status.LOOK if load > _BUSY * cores else Status.TOLD
    return Finding("load of the machine", f"{load:.1f} on {cores} processors", "", status)


def _change(pair: tuple[float, float], digits: int) -> str:
    return f"{pair[0]:,.{digits}f} → {pair[1]:,.{digits}f}"


def table(findings: Sequence[Finding]) -> str:
    """Write the verdict as lines of text."""
    rows = [("", "found", "limit", "")] + [
        (one.what, one.found, one.limit, one.status.value) for one in findings
    ]
    widths = [max(len(row[column]) for row in rows) for column in range(3)]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, [*widths, 0], strict=True)).rstrip()
        for row in rows
    )
