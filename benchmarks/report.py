"""What `bench` found, as programs read it."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any

from benchmarks.embedders import EmbedderFigures
from benchmarks.machine import Machine
from benchmarks.peers import ZOO_SCORE, OpenCvPeer
from benchmarks.pipelines import Kenspeckle, Tally
from benchmarks.search import SearchFigures
from desktop_app.vision.threads import Threads

# The same peer once more.
_ALSO = OpenCvPeer.key_at(ZOO_SCORE)


@dataclass(frozen=True, slots=True)
class PipelineFigures:
    """What one pipeline took and found.

    Attributes:
        label: what people call it.
        mean, p50, p95: milliseconds a frame.
        faces_per_frame: on average.
        frames: on how many frames it worked.
        ours: milliseconds a frame that ours took, on average over all frames: what it does differs
            from frame to frame, in a rhythm that chosen frames may share.

    """

    label: str
    mean: float
    p50: float
    p95: float
    faces_per_frame: float
    frames: int
    ours: float

    @property
    def times_ours(self) -> float:
        """How many times as long as ours it takes, by the means."""
        return self.mean / self.ours

    @classmethod
    def of(cls, tally: Tally, *, label: str, ours: Tally) -> PipelineFigures:
        """Sum up."""
        return cls(
            label=label,
            mean=tally.mean,
            p50=tally.percentile(50),
            p95=tally.percentile(95),
            faces_per_frame=tally.faces_per_frame,
            frames=len(tally.milliseconds),
            ours=ours.mean,
        )


@dataclass(slots=True)
class BenchReport:
    """All findings; what was not measured is None or missing, and a note says why.

    Attributes:
        source: what was measured on.
        frames: how many there were.
        size: width and height of a frame.
        machine: what it was measured on.
        threads: how many each of our networks used.
        pipelines: by key, ours first.
        embedder: the embedder alone.
        search: by number of templates.
        startup: milliseconds by phase.
        peak_rss_mb: the most memory that ours held, 10⁶ bytes.
        notes: sentences on what is missing, and what to do about it.

    """

    source: str
    frames: int
    size: tuple[int, int]
    machine: Machine
    threads: Threads
    pipelines: dict[str, PipelineFigures] = field(default_factory=dict)
    embedder: EmbedderFigures | None = None
    search: dict[int, SearchFigures] = field(default_factory=dict)
    startup: dict[str, float] = field(default_factory=dict)
    peak_rss_mb: float | None = None
    notes: list[str] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        """Return it with only those keys of which something was measured."""
        # One pipeline a library, for those who read them all.
        compared = {key: one for key, one in self.pipelines.items() if key != _ALSO}
        parts: dict[str, Any] = {
            "pipelines": {key: _pipeline_json(one) for key, one in compared.items()},
            "ratios": {
                key: round(one.times_ours, 2)
                for key, one in compared.items()
                if key != Kenspeckle.key
            },
            "also": {
                key: {**_pipeline_json(one), "ratio": round(one.times_ours, 2)}
                for key, one in self.pipelines.items()
                if key not in compared
            },
            "embedder": None if self.embedder is None else _embedder_json(self.embedder),
            "search": {str(count): _search_json(one) for count, one in self.search.items()},
            "startup_ms": {phase: round(took, 1) for phase, took in self.startup.items()},
            "peak_rss_mb": self.peak_rss_mb,
        }
        return {
            "source": self.source,
            "frames": self.frames,
            "size": list(self.size),
            **{key: value for key, value in parts.items() if value},
            "machine": asdict(self.machine),
            "threads": asdict(self.threads),
            "notes": self.notes,
        }


def _pipeline_json(figures: PipelineFigures) -> dict[str, Any]:
    return {
        "ms_per_frame": {
            "mean": round(figures.mean, 3),
            "p50": round(figures.p50, 3),
            "p95": round(figures.p95, 3),
        },
        "faces_per_frame": round(figures.faces_per_frame, 3),
        "frames": figures.frames,
        "label": figures.label,
    }


def _embedder_json(figures: EmbedderFigures) -> dict[str, float]:
    shown = {"kenspeckle_ms": round(figures.ours, 3)}
    if figures.theirs is not None and figures.ratio is not None:
        shown |= {"opencv_ms": round(figures.theirs, 3), "ratio": round(figures.ratio, 2)}
    return shown


def _search_json(figures: SearchFigures) -> dict[str, float]:
    return {
        "ms": round(figures.ms, 4),
        "floor_ms": round(figures.floor_ms, 4),
        "ratio": round(figures.ratio, 2),
        "floor_gb_per_s": round(figures.floor_gb_per_s, 2),
    }
