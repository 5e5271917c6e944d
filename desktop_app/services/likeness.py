"""Whether people who are enrolled as several look like one."""

from __future__ import annotations

from collections.abc import Collection

from desktop_app.recognition.decision import DecisionPolicy
from desktop_app.recognition.gallery import Gallery


def unlike(
    gallery: Gallery, policy: DecisionPolicy, identity_ids: Collection[int], *, other: int
) -> list[int]:
    """Return who of some people is likelier somebody else than this other person.

    Nobody of whom that cannot be told: who has no template, or where nobody measured what
    similarities mean.
    """
    places = {int(who): place for place, who in enumerate(gallery.people)}
    if other not in places:
        return []
    found = []
    for identity_id in identity_ids:
        if identity_id == other or identity_id not in places:
            continue
        likeness = gallery.likeness(places[identity_id], places[other])
        odds = policy.odds(likeness)
        if odds is not None and odds < 0.0:
            found.append(identity_id)
    return found
