"""What works on this machine and what does not."""

from __future__ import annotations

import importlib.metadata
import os
import platform
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from db.repository import GalleryRepository
from desktop_app import __version__
from desktop_app.capture.devices import list_cameras
from desktop_app.errors import KnownError
from desktop_app.paths import DataDir, is_frozen
from desktop_app.services.runtime import load_models
from desktop_app.system_libraries import check_window_system, missing_libraries
from desktop_app.vision.manifest import ModelFile

_PACKAGES = (
    "PySide6_Essentials",
    "mediapipe",
    "opencv-contrib-python",
    "ai-edge-litert",
    "SQLAlchemy",
    "alembic",
    "numpy",
    "pillow",
)


@dataclass(frozen=True, slots=True)
class ModelReport:
    """A model file.

    Attributes:
        name, file, licence: as in the manifest.
        sha256: what it must be.
        problem: what is wrong with it; None where nothing is.

    """

    name: str
    file: str
    licence: str
    sha256: str
    problem: str | None


@dataclass(frozen=True, slots=True)
class DatabaseReport:
    """The gallery.

    Attributes:
        path: its file.
        people: how many; None where it does not exist yet or cannot be opened.
        problem: what is wrong with it; None where nothing is.

    """

    path: str
    people: int | None
    problem: str | None


@dataclass(frozen=True, slots=True)
class Report:
    """All findings. ``problems`` is empty on a sound machine."""

    versions: dict[str, str]
    models: tuple[ModelReport, ...]
    cameras: dict[str, str]
    display: str
    database: DatabaseReport
    missing_libraries: tuple[str, ...]
    network: str
    problems: tuple[str, ...]


def examine(data_dir: DataDir, gallery: Path, *, environ: Mapping[str, str]) -> Report:
    """Look at everything; never raises for what it is there to find."""
    problems: list[str] = []
    models: tuple[ModelReport, ...] = ()
    try:
        catalog = load_models(data_dir)
        models = tuple(_model(model) for model in catalog.models)
        embedder = catalog.embedder().name
    except KnownError as error:
        problems.append(str(error))
        embedder = ""
    problems += [model.problem for model in models if model.problem]
    display = "available"
    try:
        check_window_system(environ)
    except KnownError as error:
        display = str(error)
    database = _database(gallery, embedder)
    if database.problem:
        problems.append(database.problem)
    return Report(
        versions=_versions(),
        models=models,
        cameras={f"camera:{camera.index}": camera.name for camera in list_cameras()},
        display=display,
        database=database,
        missing_libraries=tuple(library.soname for library in missing_libraries()),
        # Nothing here opens a connection, but for the stream that a user names.
        network="none",
        problems=tuple(problems),
    )


def _versions() -> dict[str, str]:
    versions = {
        "kenspeckle": __version__,
        "python": platform.python_version(),
        "system": f"{platform.system()} {platform.release()} {platform.machine()}",
        "processors": str(os.cpu_count() or 1),
        "build": "frozen" if is_frozen() else "installed" if _is_installed() else "checkout",
    }
    for package in _PACKAGES:
        try:
            versions[package] = importlib.metadata.version(package)
        except importlib.metadata.PackageNotFoundError:
            versions[package] = "not found"
    return versions


def _is_installed() -> bool:
    return "site-packages" in Path(__file__).parts or sys.prefix in str(Path(__file__))


def _model(model: ModelFile) -> ModelReport:
    problem = None
    try:
        model.verified_bytes()
    except KnownError as error:
        problem = str(error)
    return ModelReport(model.name, model.path.name, model.licence, model.sha256, problem)


def _database(path: Path, embedder: str) -> DatabaseReport:
    if not path.exists():
        # Looking must not make one.
        return DatabaseReport(str(path), None, None)
    try:
        repository = GalleryRepository.open(path)
    except KnownError as error:
        return DatabaseReport(str(path), None, str(error))
    try:
        findings = repository.integrity()
        people = len(repository.people(embedder=embedder))
    finally:
        repository.close()
    problem = f"The gallery “{path}” is damaged: {'; '.join(findings[:3])}." if findings else None
    return DatabaseReport(str(path), people, problem)
