"""``evaluate pairs``: verification accuracy on a list of pairs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from desktop_app.arrays import BoolArray, Float64Array, Int64Array
from desktop_app.errors import PairsUnreadable
from desktop_app.services.evaluation.metrics import (
    REJECTED,
    Verdict,
    judge,
    split_into_folds,
)
from desktop_app.services.evaluation.photos import Progress, describe_photos
from desktop_app.services.evaluation.tables import photo_name, read_rows
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


@dataclass(frozen=True, eq=False, slots=True)
class Compared:
    """What came of the pairs of one kind.

    Attributes:
        verdict: the figures.
        similarities: shape (n,); ``REJECTED`` for a pair with a photo without a face.
        same: whether a pair is of one person, shape (n,).

    """

    verdict: Verdict
    similarities: Float64Array
    same: BoolArray


def read_pairs(path: Path) -> list[Pair]:
    """Read a CSV file with the columns a, b, same, and perhaps fold and kind.

    Raises:
        PairsUnreadable: it is missing, or lacks a column, or a line makes no sense, or there are
            too few pairs to learn a threshold from.

    """
    rows = read_rows(path, columns=("a", "b", "same"), error=PairsUnreadable)
    pairs = [_pair(row, path, line) for line, row in rows]
    if any(pair.fold is not None for pair in pairs):
        for pair, (line, _) in zip(pairs, rows, strict=True):
            if pair.fold is None:
                raise PairsUnreadable(path=path, reason=f"line {line} says no fold, and others do")
    for kind, members in by_kind(pairs).items():
        _check_folds(members, path, of=f" of the kind “{kind}”" if kind else "")
    return pairs


def by_kind(pairs: Sequence[Pair]) -> dict[str, list[Pair]]:
    """Return the pairs of each kind, kinds by name."""
    kinds = sorted({pair.kind for pair in pairs})
    return {kind: [pair for pair in pairs if pair.kind == kind] for kind in kinds}


def folds_of(pairs: Sequence[Pair]) -> Int64Array:
    """Return which fold each pair belongs to, shape (n,): as listed, else dealt out evenly."""
    labels = [pair.fold for pair in pairs]
    if None in labels or len(set(labels)) < 2:
        return split_into_folds(_sameness(pairs))
    return np.unique(np.array(labels), return_inverse=True)[1].astype(np.int64)


def _sameness(pairs: Sequence[Pair]) -> BoolArray:
    return np.array([pair.same for pair in pairs], np.bool_)


def _check_folds(pairs: Sequence[Pair], path: Path, *, of: str) -> None:
    """Refuse folds that leave nothing to learn a threshold from."""
    same, folds = _sameness(pairs), folds_of(pairs)
    for fold in np.unique(folds):
        others = same[folds != fold]
        if not others.any() or others.all():
            raise PairsUnreadable(
                path=path,
                reason=f"there are too few pairs{of}: a threshold is learnt from all folds but "
                "one, which needs pairs of one person and pairs of two in each of two folds",
            )


def _pair(row: dict[str, str], path: Path, line: int) -> Pair:
    same = _SAME.get(row["same"].strip().lower())
    if not row["a"].strip() or not row["b"].strip() or same is None:
        raise PairsUnreadable(path=path, reason=f"line {line} makes no sense")
    a, b = (photo_name(row[column], path=path, line=line, error=PairsUnreadable) for column in "ab")
    return Pair(a, b, same, row.get("fold", "").strip() or None, row.get("kind", "").strip())


def evaluate_pairs(
    pipeline: FacePipeline, pairs: list[Pair], *, images: Path, progress: Progress | None = None
) -> dict[str, Compared]:
    """Compare each kind of pair; photos without a face count as errors.

    Args:
        pipeline: describes the photos.
        pairs: what to compare.
        images: the folder that the pairs' photos are relative to.
        progress: told how many of how many photos are done.

    """
    names = sorted({name for pair in pairs for name in (pair.a, pair.b)})
    described = describe_photos(pipeline, images, names, progress=progress)
    return {kind: _compare(members, described) for kind, members in by_kind(pairs).items()}


def _compare(pairs: list[Pair], described: dict[str, Embedding | None]) -> Compared:
    similarities = np.zeros(len(pairs))
    failed = np.zeros(len(pairs), np.bool_)
    for place, pair in enumerate(pairs):
        a, b = described[pair.a], described[pair.b]
        if a is None or b is None:
            failed[place] = True
        else:
            similarities[place] = a.similarity(b)
    same = _sameness(pairs)
    verdict = judge(similarities, same=same, folds=folds_of(pairs), failed=failed)
    return Compared(verdict, np.where(failed, REJECTED, similarities), same)
