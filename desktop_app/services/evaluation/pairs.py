"""``evaluate pairs``: verification accuracy on a list of pairs."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from desktop_app.errors import PairsUnreadable
from desktop_app.services.evaluation.metrics import Verdict, judge, split_into_folds
from desktop_app.services.evaluation.photos import Progress, describe_photos
from desktop_app.vision.pipeline import FacePipeline
from desktop_app.vision.types import Embedding

_SAME = {"1": True, "true": True, "0": False, "false": False}


@dataclass(frozen=True, slots=True)
class Pair:
    """A line of a list of pairs.

    Attributes:
        a, b: photos, relative to the folder of images.
        same: whether they show one person.
        fold: which fold it belongs to; None where the list has no folds.
        kind: what sort of pair it is; empty where the list has no kinds.

    """

    a: str
    b: str
    same: bool
    fold: str | None
    kind: str


def read_pairs(path: Path) -> list[Pair]:
    """Read a CSV file with the columns a, b, same, and perhaps fold and kind.

    Raises:
        PairsUnreadable: it is missing, or lacks a column, or a line makes no sense.

    """
    try:
        with path.open(newline="", encoding="utf-8-sig") as file:
            rows = list(csv.DictReader(file))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise PairsUnreadable(path=path, reason=reason) from error
    if not rows:
        raise PairsUnreadable(path=path, reason="it lists nothing")
    missing = [column for column in ("a", "b", "same") if column not in rows[0]]
    if missing:
        raise PairsUnreadable(path=path, reason=f"it lacks the column {', '.join(missing)}")
    return [_pair(row, path, line) for line, row in enumerate(rows, start=2)]


def _pair(row: dict[str, str | None], path: Path, line: int) -> Pair:
    a, b = row["a"], row["b"]
    same = _SAME.get((row["same"] or "").strip().lower())
    if not a or not b or same is None:
        raise PairsUnreadable(path=path, reason=f"line {line} makes no sense")
    return Pair(a, b, same, row.get("fold") or None, row.get("kind") or "")


def evaluate_pairs(
    pipeline: FacePipeline, pairs: list[Pair], *, images: Path, progress: Progress | None = None
) -> dict[str, Verdict]:
    """Return the figures for each kind of pair; photos without a face count as errors.

    Args:
        pipeline: describes the photos.
        pairs: what to compare.
        images: the folder that the pairs' photos are relative to.
        progress: told how many of how many photos are done.

    """
    names = sorted({name for pair in pairs for name in (pair.a, pair.b)})
    described = describe_photos(pipeline, images, names, progress=progress)
    kinds = sorted({pair.kind for pair in pairs})
    return {
        kind: _judge([pair for pair in pairs if pair.kind == kind], described) for kind in kinds
    }


def _judge(pairs: list[Pair], described: dict[str, Embedding | None]) -> Verdict:
    similarities = np.zeros(len(pairs))
    failed = np.zeros(len(pairs), np.bool_)
    for place, pair in enumerate(pairs):
        a, b = described[pair.a], described[pair.b]
        if a is None or b is None:
            failed[place] = True
        else:
            similarities[place] = a.similarity(b)
    same = np.array([pair.same for pair in pairs], np.bool_)
    labels = [pair.fold for pair in pairs]
    if None in labels or len(set(labels)) < 2:
        folds = split_into_folds(same)
    else:
        folds = np.unique(np.array(labels), return_inverse=True)[1].astype(np.int64)
    return judge(similarities, same=same, folds=folds, failed=failed)
