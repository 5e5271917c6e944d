"""How many independent comparisons the templates of one person are worth."""

from __future__ import annotations

import numpy as np

from desktop_app.arrays import Float32Array, Int64Array
from desktop_app.recognition.gallery import centroids, person_similarities

_TEMPLATES = 3
_LEAST_PEOPLE = 20
_ROUNDS = 8
# Rarer events say more about thresholds and are too few to count.
_RATE = 1e-3
_LEAST_EVENTS = 100


def template_dependence(matrix: Float32Array, owners: Int64Array, *, seed: int = 0) -> float | None:
    """Return the power of k that k templates of one person are worth in comparisons.

    People are enrolled with three photos each, and others' photos are searched; how much oftener
    these reach somebody than they reach single templates gives the power.

    Args:
        matrix: unit vectors, shape (n, d).
        owners: whose each is, 0 and up, shape (n,).
        seed: of the choice of photos.

    Returns:
        0 to 1; None where too few people have enough photos.

    """
    photos = [np.flatnonzero(owners == person) for person in range(int(owners.max()) + 1)]
    enrolled = [person for person, own in enumerate(photos) if len(own) >= _TEMPLATES]
    rng = np.random.default_rng(seed)
    singles = []
    together = []
    for _ in range(_ROUNDS):
        rows = [rng.choice(photos[person], _TEMPLATES, replace=False) for person in enrolled]
        probes = np.array([rng.choice(own) for own in photos])
        if len(enrolled) < _LEAST_PEOPLE:
            return None
        templates = matrix[np.concatenate(rows)]
        starts = np.arange(0, len(templates), _TEMPLATES)
        strangers = owners[probes][np.newaxis] != np.array(enrolled)[:, np.newaxis]
        wanted = matrix[probes].T
        people = person_similarities(wanted, templates, starts, centroids(templates, starts))
        together.append(people[strangers])
        singles.append((templates[starts] @ wanted)[strangers])
    single = np.sort(np.concatenate(singles))[::-1]
    if _RATE * len(single) < _LEAST_EVENTS:
        return None
    limit = single[int(_RATE * len(single))]
    share = float((np.concatenate(together) > limit).mean())
    power = np.log(max(share, _RATE) / _RATE) / np.log(_TEMPLATES)
    return round(float(np.clip(power, 0.0, 1.0)), 2)
