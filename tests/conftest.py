"""Fixtures for all tests."""

from __future__ import annotations

import gc
import os
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from desktop_app.paths import models_dir
from desktop_app.vision.catalog import load_catalog
from desktop_app.vision.manifest import ModelCatalog

_TESTS = pytest.StashKey[int]()


def pytest_configure() -> None:
    """Open no windows on whatever screen there is; `--headed` in tests/gui overrides this.

    And keep out of the keychain of whoever runs the tests.
    """
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    os.environ.setdefault("KENSPECKLE_KEYCHAIN", "off")
    gc.disable()


@pytest.hookimpl(trylast=True)
def pytest_runtest_teardown(item: pytest.Item, nextitem: pytest.Item | None) -> None:
    """Collect garbage here only: on another thread an object of Qt must not be destroyed.

    The application does the same, see ``desktop_app.ui.garbage``.
    """
    item.config.stash[_TESTS] = tests = item.config.stash.get(_TESTS, 0) + 1
    gc.collect(1 if nextitem is not None and tests % 50 else 2)


@pytest.fixture(scope="session")
def evaluation_data() -> Path:
    """The folder of evaluation photos and clips, which is no part of the project."""
    named = os.environ.get("KENSPECKLE_DATA")
    folder = Path(named) if named else Path(__file__).resolve().parents[2] / "shared" / "data"
    if not folder.is_dir():
        pytest.skip("evaluation data are not here; KENSPECKLE_DATA may name their folder")
    return folder


@pytest.fixture(scope="session")
def astronaut() -> np.ndarray:
    """Eileen Collins, NASA, public domain: RGB, uint8, (512, 512, 3)."""
    from skimage import data

    return np.asarray(data.astronaut(), np.uint8)


@pytest.fixture(scope="session")
def hopper() -> np.ndarray:
    """Grace Hopper, US Navy, public domain: RGB, uint8."""
    import matplotlib as mpl
    from PIL import Image

    path = Path(mpl.__file__).parent / "mpl-data" / "sample_data" / "grace_hopper.jpg"
    with Image.open(path) as picture:
        return np.asarray(picture.convert("RGB"), np.uint8)


@pytest.fixture(scope="session")
def catalog() -> ModelCatalog:
    return load_catalog(models_dir())


@pytest.fixture(scope="session")
def pipeline(catalog: ModelCatalog) -> Iterator[object]:
    """The real networks, loaded once."""
    from desktop_app.vision.pipeline import FacePipeline

    loaded = FacePipeline.load(catalog)
    yield loaded
    loaded.close()
