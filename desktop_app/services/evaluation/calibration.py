"""``evaluate calibration``: what the similarities of an embedder mean, for its manifest entry."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from desktop_app.arrays import Float32Array, Int64Array
from desktop_app.capture.photo import find_photos
from desktop_app.errors import UsageError
from desktop_app.services.evaluation.photos import Progress, describe_photos
from desktop_app.vision.manifest import Calibration
from desktop_app.vision.pipeline import FacePipeline

_RATES = (0.3, 0.1, 0.03, 0.01, 3e-3, 1e-3, 3e-4, 1e-4, 3e-5, 1e-5, 3e-6, 1e-6, 3e-7, 1e-7)
# A rate is read off where at least this many pairs of strangers lie beyond it.
_LEAST_EVENTS = 10
_LEAST_PAIRS = round(_LEAST_EVENTS / _RATES[1])
_BLOCK = 512


@dataclass(frozen=True, slots=True)
class CalibrationReport:
    """A calibration with what it rests on.

    Attributes:
        calibration: for the manifest.
        people, photos: that were described.
        failed: photos without a face, left out: similarities of nothing mean nothing.
        impostor_pairs, genuine_pairs: that were compared.

    """

    calibration: Calibration
    people: int
    photos: int
    failed: int
    impostor_pairs: int
    genuine_pairs: int


def labelled_photos(images: Path) -> list[str]:
    """Return the photos of a folder with one sub-folder a person, relative to it.

    Raises:
        FolderUnreadable: it cannot be listed.

    """
    names = [path.relative_to(images).as_posix() for path in find_photos(images)]
    return [name for name in names if "/" in name]


def calibrate(
    pipeline: FacePipeline,
    images: Path,
    names: Sequence[str],
    *,
    progress: Progress | None = None,
) -> CalibrationReport:
    """Compare all photos of a folder with one sub-folder a person.

    Args:
        pipeline: describes the photos.
        images: the folder.
        names: its photos, from :func:`labelled_photos`.
        progress: told how many of how many photos are done.

    Raises:
        UsageError: it holds too few people or photos to say anything, or the embedder does not
            tell them apart.

    """
    described = describe_photos(pipeline, images, names, progress=progress)
    usable = {name: embedding for name, embedding in described.items() if embedding is not None}
    labels = [name.split("/")[0] for name in usable]
    people, owners = np.unique(np.array(labels), return_inverse=True)
    if len(people) < 2 or len(people) == len(labels):
        raise UsageError(
            reason=f"“{images}” holds too few faces: several people in a sub-folder each, and "
            "several photos of some of them, are needed"
        )
    matrix = np.stack([embedding.vector for embedding in usable.values()])
    genuine, impostor = compare_all(matrix, owners.astype(np.int64))
    rates, similarities = false_match_table(impostor)
    misses = false_non_match_rates(genuine, similarities)
    # What the manifest's reader would refuse must not be printed for it.
    if len(impostor) < _LEAST_PAIRS:
        raise UsageError(
            reason=f"“{images}” holds too few faces: {len(impostor)} pairs of strangers say too "
            f"little about rare events; {_LEAST_PAIRS} are the least"
        )
    if len(rates) < 2 or not genuine.mean() > impostor.mean():
        raise UsageError(
            reason=f"“{images}” cannot be used: its photos of one person are no more alike than "
            "those of two, so either the sub-folders are not a person each or the embedder does "
            "not tell people apart"
        )
    if misses[0] >= misses[-1]:
        raise UsageError(
            reason=f"“{images}” holds too few faces, or too easy ones: not one of {len(genuine)} "
            "pairs of one person is as unlike as strangers, so they do not say how often that "
            "happens"
        )
    summary = (
        f"{images.parent.name}/{images.name}: {len(labels)} photos of {len(people)} people, "
        f"{len(impostor)} pairs of strangers, {len(genuine)} pairs of one person"
    )
    return CalibrationReport(
        calibration=Calibration(summary, rates, similarities, misses),
        people=len(people),
        photos=len(names),
        failed=len(names) - len(usable),
        impostor_pairs=len(impostor),
        genuine_pairs=len(genuine),
    )


def compare_all(matrix: Float32Array, owners: Int64Array) -> tuple[Float32Array, Float32Array]:
    """Return the similarities of all pairs of one person, and of all pairs of two.

    Args:
        matrix: unit vectors, shape (n, d).
        owners: whose each is, shape (n,).

    """
    genuine = []
    impostor = []
    for start in range(0, len(matrix), _BLOCK):
        rows = np.arange(start, min(start + _BLOCK, len(matrix)))
        similarities = matrix[rows] @ matrix.T
        later = np.arange(len(matrix))[np.newaxis] > rows[:, np.newaxis]
        same = owners[rows, np.newaxis] == owners[np.newaxis]
        genuine.append(similarities[later & same])
        impostor.append(similarities[later & ~same])
    return np.concatenate(genuine), np.concatenate(impostor)


def false_match_table(impostor: Float32Array) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """Return falling rates and the rising similarities that strangers reach at them.

    Where several rates share a similarity, the highest is its: so often strangers reach it.
    """
    ranked = np.sort(impostor)[::-1]
    rates: list[float] = []
    similarities: list[float] = []
    for rate in _RATES:
        if rate * len(impostor) < _LEAST_EVENTS:
            break
        similarity = round(float(ranked[int(rate * len(impostor))]), 4)
        if not similarities or similarity > similarities[-1]:
            rates.append(rate)
            similarities.append(similarity)
    return tuple(rates), tuple(similarities)


def false_non_match_rates(
    genuine: Float32Array, similarities: Sequence[float]
) -> tuple[float, ...]:
    """Return the share of pairs of one person that lie below each similarity."""
    below = np.searchsorted(np.sort(genuine), similarities, side="left")
    return tuple(round(float(count) / len(genuine), 6) for count in below)


def as_toml(calibration: Calibration) -> str:
    """Return a calibration as it is written below an embedder's entry in a manifest."""
    rates = ", ".join(f"{rate:g}" for rate in calibration.false_match_rates)
    values = ", ".join(f"{value:.4f}" for value in calibration.similarities)
    misses = ", ".join(f"{rate:.6f}" for rate in calibration.false_non_match_rates)
    return (
        "[model.calibration]\n"
        f"measured_on = {_toml_text(calibration.measured_on)}\n"
        f"false_match_rates = [{rates}]\n"
        f"similarities = [{values}]\n"
        f"false_non_match_rates = [{misses}]\n"
    )


def _toml_text(text: str) -> str:
    """Return a TOML string: JSON's escapes are TOML's, but for what only JSON lets stand."""
    printable = text.encode(errors="replace").decode()
    return json.dumps(printable, ensure_ascii=False).replace("\x7f", "\\u007f")
