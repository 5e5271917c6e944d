"""A made-up crowd of any size, the same on every machine."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from desktop_app.arrays import Float32Array, Int64Array, UInt8Array
from desktop_app.recognition.gallery import Gallery
from desktop_app.recognition.people import NewSample, Origin
from desktop_app.recognition.types import Identity
from desktop_app.vision.types import Embedding

if TYPE_CHECKING:
    from db.repository import GalleryRepository

EMBEDDER = "made up"
DIMENSION = 128
_SIDE = 112
# People enrolled in one transaction.
_AT_ONCE = 250
# How far apart two looks of one person are: their cosine is about 0.7, as with SFace on LFW.
_SPREAD = 0.65
_GIVEN = """
Anna Björn Chloé Đorđe Елена فاطمة Giulia 春花 Işıl José Κώστας לאה Małgorzata Noël
Ömer प्रिया Quentin Рустам Søren Thảo Ursula Věra 伟 Ximena Ýmir Zoë
"""
_FAMILY = """
Abe Bergström Čapek Dvořák Евтушенко Fernández García Hernández Иванова Jørgensen 김
López Müller Nguyễn O’Connor Pérez Quist Rossi Şahin 田中 Ünal Visser Wójcik Xu Yılmaz
Žižek
"""


def unit(rng: np.random.Generator, *shape: int) -> Float32Array:
    """Return random directions, unit vectors along the last axis."""
    vectors: Float32Array = rng.standard_normal(shape, dtype=np.float32)
    # Without a second array of that size: of a million there is hardly room for one.
    vectors /= np.sqrt(np.einsum("...i,...i", vectors, vectors))[..., np.newaxis]
    return vectors


def name_of(number: int) -> str:
    """Return a name that nobody else has, in one of several scripts."""
    given, family = _GIVEN.split(), _FAMILY.split()
    own = given[number % len(given)], family[number // len(given) % len(family)]
    return " ".join((*own, str(number)))


def crowd(
    *,
    templates: int,
    each: int,
    uneven: bool = False,
    seed: int = 0,
    embedder: str = EMBEDDER,
    dimension: int = DIMENSION,
) -> Gallery:
    """Return a gallery in memory.

    Args:
        templates: how many there are.
        each: how many each person has.
        uneven: people have any number of them, ``each`` on average.
        seed: of everything random.
        embedder, dimension: of the templates.

    """
    rng = np.random.default_rng(seed)
    people = max(templates // each, 1)
    owners: Int64Array = np.arange(templates, dtype=np.int64) % people
    if uneven:
        owners = rng.integers(0, people, templates, dtype=np.int64)
    return Gallery(
        embedder=embedder,
        matrix=unit(rng, templates, dimension),
        identity_ids=owners,
        identities={number: Identity(number, name_of(number)) for number in range(people)},
    )


class FolderKeychain:
    """Stands in for the system's keychain, which a benchmark leaves alone."""

    name = "a folder"

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def get(self, name: str) -> bytes | None:
        """Return a key."""
        path = self._folder / f"{name}.key"
        return path.read_bytes() if path.exists() else None

    def set(self, name: str, key: bytes) -> None:
        """Keep a key."""
        (self._folder / f"{name}.key").write_bytes(key)

    def delete(self, name: str) -> None:
        """Forget a key."""
        (self._folder / f"{name}.key").unlink(missing_ok=True)


def open_crowd(folder: Path, *, people: int, each: int, seed: int = 0) -> GalleryRepository:
    """Open a sealed gallery file of people with pictures and templates; it is made only once."""
    from db.key_slots import Keys
    from db.repository import GalleryRepository

    path = folder / f"{people}x{each}.db"
    keys = Keys(keychain=FolderKeychain(folder))
    if not path.exists():
        unfinished = path.with_suffix(".part")
        unfinished.unlink(missing_ok=True)
        rng = np.random.default_rng(seed)
        repository = GalleryRepository.open(unfinished, keys=keys)
        for first in range(0, people, _AT_ONCE):
            named = [name_of(number) for number in range(first, min(first + _AT_ONCE, people))]
            repository.acts.enrol_all({name: list(_samples(rng, each)) for name in named})
        repository.close()
        unfinished.rename(path)
    return GalleryRepository.open(path, keys=keys)


def _samples(rng: np.random.Generator, count: int) -> Iterator[NewSample]:
    """Give the samples of one person."""
    own = unit(rng, DIMENSION)
    for _ in range(count):
        look = own + _SPREAD * unit(rng, DIMENSION)
        yield NewSample(
            pixels=_crop(rng),
            embedding=Embedding(look / np.linalg.norm(look), EMBEDDER),
            quality=float(rng.uniform(0.3, 1.0)),
            origin=Origin.PHOTO,
        )


def _crop(rng: np.random.Generator) -> UInt8Array:
    """Return smooth blobs with a camera's noise, whose PNG is about as large as a face's."""
    from PIL import Image

    blobs = Image.fromarray(rng.integers(30, 226, (7, 7, 3), np.uint8), "RGB")
    smooth = np.asarray(blobs.resize((_SIDE, _SIDE), Image.Resampling.BICUBIC), np.int16)
    noisy = smooth + rng.integers(-3, 4, smooth.shape, np.int16)
    crop: UInt8Array = np.clip(noisy, 0, 255).astype(np.uint8)
    return crop
