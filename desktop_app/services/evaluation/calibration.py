"""``evaluate calibration``: what the similarities of an embedder mean, for its manifest entry."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import numpy as np

from desktop_app.arrays import Float32Array, Int64Array
from desktop_app.capture.photo import find_photos
from desktop_app.errors import UsageError
from desktop_app.recognition.operating_point import similarity_at
from desktop_app.services.evaluation.comparisons import Comparisons, compare_all
from desktop_app.services.evaluation.photos import Progress, describe_photos
from desktop_app.services.evaluation.several_templates import TemplateWorth, worth_of_templates
from desktop_app.services.evaluation.tail import fit_tail
from desktop_app.vision.manifest import Calibration
from desktop_app.vision.pipeline import FacePipeline

_RATES = (
    *(0.3, 0.1, 0.03, 0.01, 3e-3, 1e-3, 3e-4, 1e-4, 3e-5, 1e-5, 3e-6, 1e-6, 3e-7, 1e-7),
    *(1e-8, 1e-9, 1e-10),
)
# A rate is read off where at least this many pairs of strangers lie beyond it.
_LEAST_EVENTS = 10
# Similarities that are read off the tail end here at the latest.
_HIGHEST = 0.9
_LEAST_PAIRS = round(_LEAST_EVENTS / _RATES[1])
# How many of the most similar pairs of strangers are named, for somebody to look at.
_SUSPECTS = 10


@dataclass(frozen=True, slots=True)
class CalibrationReport:
    """A calibration with what it rests on.

    Attributes:
        calibration: for the manifest.
        people, photos: that were described.
        failed: photos without a face, left out: similarities of nothing mean nothing.
        impostor_pairs, genuine_pairs: that were compared.
        most_alike: the photos of two people that resemble each other most, with their
            similarity; where a photo lies with the wrong person, it is among these.

    """

    calibration: Calibration
    people: int
    photos: int
    failed: int
    impostor_pairs: int
    genuine_pairs: int
    most_alike: tuple[tuple[str, str, float], ...]


def labelled_photos(images: Path, *, leave_out: Collection[str] = ()) -> list[str]:
    """Return the photos of a folder with one sub-folder a person, relative to it.

    Args:
        images: the folder.
        leave_out: sub-folders whose photos do not count.

    Raises:
        FolderUnreadable: it cannot be listed.
        UsageError: there is no sub-folder of a name that is to be left out.

    """
    names = [path.relative_to(images).as_posix() for path in find_photos(images)]
    people = {name.split("/")[0] for name in names if "/" in name}
    for name in leave_out:
        if name not in people:
            raise UsageError(reason=f"“{images}” has no sub-folder “{name}” that could be left out")
    return [name for name in names if "/" in name and name.split("/")[0] not in leave_out]


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
    owners = owners.astype(np.int64)
    genuine, impostor = compare_all(matrix, owners)
    calibration = calibration_of(genuine, impostor, worth_of_templates(matrix, owners))
    _refuse_what_says_too_little(images, genuine, impostor, calibration)
    summary = (
        f"{images.parent.name}/{images.name}: {len(labels)} photos of {len(people)} people, "
        f"{len(impostor)} pairs of strangers, {len(genuine)} pairs of one person"
    )
    return CalibrationReport(
        calibration=replace(calibration, measured_on=summary),
        people=len(people),
        photos=len(names),
        failed=len(names) - len(usable),
        impostor_pairs=len(impostor),
        genuine_pairs=len(genuine),
        most_alike=_most_alike(matrix, owners, list(usable)),
    )


def calibration_of(
    genuine: Comparisons, impostor: Comparisons, worth: TemplateWorth | None
) -> Calibration:
    """Return what comparisons say; where they were made is left to be filled in."""
    rates, similarities = false_match_table(impostor)
    tail = fit_tail(impostor, _RATES)
    counted_to = None
    if tail is not None:
        counted_to = rates[-1]
        fitted = Calibration("", rates, similarities, (), tail=tail)
        for rate in _RATES:
            similarity = round(similarity_at(fitted, rate), 4)
            if rate < counted_to and similarities[-1] < similarity < _HIGHEST:
                rates, similarities = (*rates, rate), (*similarities, similarity)
    return Calibration(
        measured_on="",
        false_match_rates=rates,
        similarities=similarities,
        false_non_match_rates=false_non_match_rates(genuine, similarities),
        counted_to=counted_to,
        template_dependence=1.0 if worth is None else worth.dependence,
        template_gain=0.0 if worth is None else worth.gain,
        tail=tail,
    )


def _refuse_what_says_too_little(
    images: Path,
    genuine: Comparisons,
    impostor: Comparisons,
    calibration: Calibration,
) -> None:
    """Refuse what the manifest's reader would refuse, before it is printed for it."""
    rates, misses = calibration.false_match_rates, calibration.false_non_match_rates
    if impostor.events < _LEAST_PAIRS:
        raise UsageError(
            reason=f"“{images}” holds too few faces: {impostor.events:.0f} pairs of people say "
            f"too little about rare events; {_LEAST_PAIRS} are the least"
        )
    if len(rates) < 2 or not genuine.mean > impostor.mean:
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


def _most_alike(
    matrix: Float32Array, owners: Int64Array, names: Sequence[str]
) -> tuple[tuple[str, str, float], ...]:
    best: list[tuple[float, int, int]] = []
    for row in range(len(matrix) - 1):
        similarities = matrix[row + 1 :] @ matrix[row]
        similarities[owners[row + 1 :] == owners[row]] = -1.0
        place = int(np.argmax(similarities))
        best.append((float(similarities[place]), row, row + 1 + place))
    best.sort(reverse=True)
    return tuple((names[a], names[b], round(value, 4)) for value, a, b in best[:_SUSPECTS])


def false_match_table(impostor: Comparisons) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """Return falling rates and the rising similarities that strangers reach at them.

    Where several rates share a similarity, the highest is its: so often strangers reach it.
    """
    rates: list[float] = []
    similarities: list[float] = []
    for rate in _RATES:
        if rate * impostor.events < _LEAST_EVENTS:
            break
        similarity = round(impostor.exceeded_by(rate), 4)
        if not similarities or similarity > similarities[-1]:
            rates.append(rate)
            similarities.append(similarity)
    return tuple(rates), tuple(similarities)


def false_non_match_rates(genuine: Comparisons, similarities: Sequence[float]) -> tuple[float, ...]:
    """Return the share of pairs of one person that lie below each similarity."""
    return tuple(round(genuine.share_below(similarity), 6) for similarity in similarities)


def as_toml(calibration: Calibration) -> str:
    """Return a calibration as it is written below an embedder's entry in a manifest."""
    rates = ", ".join(f"{rate:g}" for rate in calibration.false_match_rates)
    values = ", ".join(f"{value:.4f}" for value in calibration.similarities)
    misses = ", ".join(f"{rate:.6f}" for rate in calibration.false_non_match_rates)
    lines = [
        "[model.calibration]",
        f"measured_on = {_toml_text(calibration.measured_on)}",
        f"false_match_rates = [{rates}]",
        f"similarities = [{values}]",
        f"false_non_match_rates = [{misses}]",
        f"template_dependence = {calibration.template_dependence}",
        f"template_gain = {calibration.template_gain}",
    ]
    if calibration.counted_to is not None:
        lines.append(f"counted_to = {calibration.counted_to:g}")
    if calibration.tail is not None:
        fields = (f"{key} = {value:g}" for key, value in asdict(calibration.tail).items())
        lines.append(f"tail = {{ {', '.join(fields)} }}")
    return "\n".join(lines) + "\n"


def _toml_text(text: str) -> str:
    """Return a TOML string: JSON's escapes are TOML's, but for what only JSON lets stand."""
    printable = text.encode(errors="replace").decode()
    return json.dumps(printable, ensure_ascii=False).replace("\x7f", "\\u007f")
