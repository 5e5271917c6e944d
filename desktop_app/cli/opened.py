"""Opens what a command needs, and closes it whatever happens."""

from __future__ import annotations

import contextlib
import logging
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from desktop_app.cli.options import Options
from desktop_app.cli.passphrases import with_keys
from desktop_app.errors import GalleryMissing
from desktop_app.recognition.gallery import Gallery
from desktop_app.services.people import PeopleService
from desktop_app.services.runtime import gallery_path, load_models, load_tuned_pipeline, policy_for
from desktop_app.settings import load_settings

if TYPE_CHECKING:
    from desktop_app.recognition.decision import DecisionPolicy
    from desktop_app.vision.pipeline import FacePipeline


# Seconds between looks at a gallery's file for what another process wrote.
_LOOK_AGAIN = 2.0

_log = logging.getLogger(__name__)


@contextlib.contextmanager
def opened_pipeline(options: Options) -> Iterator[FacePipeline]:
    """Load the networks for the length of a block."""
    pipeline = load_tuned_pipeline(options.data_dir)
    try:
        yield pipeline
    finally:
        pipeline.close()


@contextlib.contextmanager
def opened_people(options: Options) -> Iterator[PeopleService]:
    """Open the gallery for the length of a block; make it where there is none."""
    from db.repository import GalleryRepository

    embedder = load_models(options.data_dir).embedder()
    path = gallery_path(options.data_dir, options.gallery_given)
    repository = with_keys(lambda keys: GalleryRepository.open(path, keys=keys))
    try:
        people = PeopleService(repository, embedder=embedder.key, dimension=embedder.dimension)
        unsearchable = people.unsearchable()
        if unsearchable:
            _log.warning(
                "%d of the people enrolled cannot be recognised: they were enrolled with another "
                "embedder than “%s”. Enrol them again.",
                len(unsearchable),
                embedder.name,
            )
        yield people
    finally:
        repository.close()


@contextlib.contextmanager
def people_there_are(
    options: Options, *, would_be_made: bool = False
) -> Iterator[PeopleService | None]:
    """Open the gallery for the length of a block, but make none: a slip of the pen must not.

    Gives None where the data folder has no gallery yet, so that nobody is enrolled.

    Args:
        options: what was asked for.
        would_be_made: what is only rehearsed would make the gallery, so that one that is not
            there is no slip.

    Raises:
        GalleryMissing: the user named a file, or a data folder, that is not there.
        GalleryDamaged: there is none, and there are backups of it.

    """
    from db.opening import refuse_lost

    path = gallery_path(options.data_dir, options.gallery_given)
    named = options.gallery_given or options.data_dir_given
    if not is_missing(path):
        with opened_people(options) as people:
            yield people
        return
    refuse_lost(path)
    if named is not None and is_missing(named) and not would_be_made:
        raise GalleryMissing(path=path)
    else:
        yield None


def warn_of_nobody(gallery: Gallery) -> None:
    """Say it where every face will be unknown because nobody is enrolled at all."""
    if not gallery.identities:
        _log.warning(
            "Nobody is enrolled, so every face is unknown. “kenspeckle enrol NAME PHOTO...” "
            "enrols somebody."
        )


class FollowedGallery:
    """The newest snapshot of a gallery that others may change during a long run."""

    def __init__(self, people: PeopleService | None, *, empty: Gallery) -> None:
        self._people = people
        self._empty = empty
        self._looked_at = time.monotonic()

    def newest(self) -> Gallery:
        """Return the snapshot; the file is looked at every few seconds."""
        if self._people is None:
            return self._empty
        now = time.monotonic()
        if now - self._looked_at > _LOOK_AGAIN:
            self._looked_at = now
            self._people.refresh()
        return self._people.gallery


def gallery_there_is(options: Options) -> Gallery:
    """Read who is enrolled: nobody where the data folder has no gallery yet.

    Raises:
        GalleryMissing: the user named a file, or a data folder, that is not there.

    """
    with people_there_are(options) as people:
        if people is not None:
            return people.gallery
    return gallery_of_nobody(options)


def gallery_of_nobody(options: Options) -> Gallery:
    """Return a gallery of the embedder in use in which nobody is enrolled."""
    embedder = load_models(options.data_dir).embedder()
    return Gallery.empty(embedder=embedder.key, dimension=embedder.dimension)


def false_name_rate(options: Options) -> float:
    """Return how often a stranger may be named, as the user set it in the window."""
    return load_settings(options.data_dir.settings_file).false_name_rate


def chosen_policy(options: Options, pipeline: FacePipeline) -> DecisionPolicy:
    """Return the policy for the embedder in use and the user's choice."""
    return policy_for(pipeline.embedder, false_name_rate=false_name_rate(options))


def is_missing(path: Path) -> bool:
    """Whether there is no file of that name."""
    try:
        path.stat()
    except FileNotFoundError:
        return True
    except OSError:
        # It may be there and out of our reach, or a file stands in a folder's place; opening it
        # says what is in the way.
        return False
    return False
