"""What several templates of one person are worth, beside one."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from desktop_app.arrays import Float32Array, Int64Array
from desktop_app.recognition.layers import TemplateLayers

_TEMPLATES = 3
_LEAST_PEOPLE = 20
_ROUNDS = 8
# Rarer events say more about thresholds and are too few to count.
_STRANGERS = 1e-3
_LEAST_EVENTS = 100
_MISSES = (0.1, 0.03, 0.01)
# Of one template and of three that are the same, similarities differ by no more than rounding.
_ROUNDING = 1e-6


@dataclass(frozen=True, slots=True)
class TemplateWorth:
    """Two powers of the number of templates; see ``Calibration``.

    Attributes:
        dependence: ``template_dependence``.
        gain: ``template_gain``.

    """

    dependence: float
    gain: float


def worth_of_templates(
    matrix: Float32Array, owners: Int64Array, *, seed: int = 0
) -> TemplateWorth | None:
    """Enrol people with three photos and search for other photos, of theirs and of others.

    How much oftener others' photos reach somebody than they reach single templates gives the one
    power, how much seldomer people are missed the other.

    Args:
        matrix: unit vectors, shape (n, d).
        owners: whose each is, 0 and up, shape (n,).
        seed: of the choice of photos.

    Returns:
        Both powers, 0 to 1; None where too few people have enough photos.

    """
    photos = [np.flatnonzero(owners == person) for person in range(int(owners.max()) + 1)]
    enrolled = np.array([place for place, own in enumerate(photos) if len(own) > _TEMPLATES])
    if len(enrolled) < _LEAST_PEOPLE:
        return None
    rng = np.random.default_rng(seed)
    single: list[Float32Array] = []
    together: list[Float32Array] = []
    strangers = []
    for _ in range(_ROUNDS):
        drawn = [rng.permutation(own) for own in photos]
        photos_of = np.concatenate([drawn[person][:_TEMPLATES] for person in enrolled])
        layers = TemplateLayers(matrix[photos_of], owners[photos_of])
        # The last of a person's photos is none of those enrolled.
        probes = np.array([own[-1] for own in drawn])
        wanted = matrix[probes].T
        together.append(layers.similarities(wanted).ravel())
        single.append((layers.matrix[: len(layers.people)] @ wanted).ravel())
        strangers.append((owners[probes][np.newaxis] != layers.people[:, np.newaxis]).ravel())
    one, several = np.concatenate(single), np.concatenate(together)
    others = np.concatenate(strangers)
    if _STRANGERS * others.sum() < _LEAST_EVENTS:
        return None
    return TemplateWorth(
        dependence=_dependence(one[others], several[others]),
        gain=_gain(one[~others], several[~others]),
    )


def _dependence(one: Float32Array, several: Float32Array) -> float:
    limit = float(np.quantile(one, 1.0 - _STRANGERS)) + _ROUNDING
    reached, reached_by_several = (one > limit).mean(), (several > limit).mean()
    if not reached:
        return 1.0
    return _power(float(np.log(max(reached_by_several, reached)) - np.log(reached)))


def _gain(one: Float32Array, several: Float32Array) -> float:
    powers = []
    for rate in _MISSES:
        limit = float(np.quantile(one, rate)) - _ROUNDING
        missed = float((several < limit).mean())
        # Not one miss says that there are fewer than one, not that there are none.
        missed = min(max(missed, 0.5 / len(several)), rate)
        powers.append(_power(np.log(np.log(missed) / np.log(rate))))
    return round(float(np.mean(powers)), 2)


def _power(logarithm: float) -> float:
    return round(float(np.clip(logarithm / np.log(_TEMPLATES), 0.0, 1.0)), 2)
