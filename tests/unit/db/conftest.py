from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

from db.repository import GalleryRepository
from desktop_app.recognition.people import NewSample, Origin
from desktop_app.vision.types import Embedding

MakeSample = Callable[..., NewSample]


@pytest.fixture
def make_sample() -> MakeSample:
    """Makes samples, each unlike the others."""
    random = np.random.default_rng(7)

    def make(
        *,
        embedder: str = "sface",
        dimension: int = 8,
        quality: float = 0.5,
        origin: Origin = Origin.PHOTO,
    ) -> NewSample:
        vector = random.standard_normal(dimension).astype(np.float32)
        return NewSample(
            pixels=random.integers(0, 256, (16, 16, 3), np.uint8),
            embedding=Embedding(vector / np.linalg.norm(vector), embedder),
            quality=quality,
            origin=origin,
        )

    return make


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "gallery.db"


@pytest.fixture
def repository(path: Path) -> Iterator[GalleryRepository]:
    repository = GalleryRepository.open(path, busy_timeout=0.05)
    yield repository
    repository.close()
