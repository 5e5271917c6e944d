"""What works on this machine and what does not."""

from __future__ import annotations

import contextlib
import importlib.metadata
import os
import platform
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from db.backups import verify_backup
from db.key_slots import Keys
from db.opening import refuse_lost
from db.rekeying import slots_of
from db.repository import GalleryRepository
from desktop_app import __version__
from desktop_app.capture.devices import list_cameras
from desktop_app.errors import (
    BackupUnusable,
    GalleryDamaged,
    GalleryNotWritable,
    KnownError,
    PassphraseNeeded,
)
from desktop_app.keychain import system_keychain
from desktop_app.paths import DataDir, build_kind
from desktop_app.services.privacy.protection import keys_at_hand
from desktop_app.services.runtime import load_models
from desktop_app.system_libraries import check_window_system, missing_libraries
from desktop_app.vision.manifest import ModelFile

_PACKAGES = (
    "PySide6_Essentials",
    "mediapipe",
    "ai-edge-litert",
    "SQLAlchemy",
    "alembic",
    "numpy",
    "pillow",
    "cryptography",
    "keyring",
    "XlsxWriter",
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
        protection: "open", or what opens it: "sealed by keychain and passphrase"; None where it
            does not exist yet or cannot be read.

    """

    path: str
    people: int | None
    problem: str | None
    protection: str | None = None


@dataclass(frozen=True, slots=True)
class Report:
    """All findings.

    Attributes:
        versions: of the application, the system and the packages that matter, by name.
        data_folder: where the user's data lie.
        models: every file of the manifests.
        embedder: what marks the one in use; empty where the manifests cannot be read.
        cameras: names by address.
        display: whether a window can be opened, in words.
        database: the gallery.
        keychain: which one of the system can hold a gallery's key, or "none".
        missing_libraries: what a window would need of the system.
        network: what is connected to, in words.
        problems: what is broken, a sentence each; empty on a sound machine.

    """

    versions: dict[str, str]
    data_folder: str
    models: tuple[ModelReport, ...]
    embedder: str
    cameras: dict[str, str]
    display: str
    database: DatabaseReport
    keychain: str
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
        embedder = catalog.embedder().key
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
        data_folder=str(data_dir.root),
        models=models,
        embedder=embedder,
        cameras={f"camera:{camera.index}": camera.name for camera in list_cameras()},
        display=display,
        database=database,
        keychain=_keychain(),
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
        "build": build_kind(),
        # Not by the name of its package: a build of the installer has it from another.
        "opencv": _opencv_version(),
    }
    for package in _PACKAGES:
        try:
            versions[package] = importlib.metadata.version(package)
        except importlib.metadata.PackageNotFoundError:
            versions[package] = "not found"
    return versions


def _opencv_version() -> str:
    try:
        from desktop_app.opencv import cv2
    except ImportError as error:
        # A library of the system is missing, which is listed below.
        return f"cannot be loaded: {error}"
    return str(cv2.__version__)


def _keychain() -> str:
    keychain = system_keychain()
    return "none" if keychain is None else keychain.name


def _model(model: ModelFile) -> ModelReport:
    problem = None
    try:
        model.verified_bytes()
    except KnownError as error:
        problem = str(error)
    return ModelReport(model.name, model.path.name, model.licence, model.sha256, problem)


def _database(path: Path, embedder: str) -> DatabaseReport:
    try:
        if not path.exists():
            # Looking must not make one.
            refuse_lost(path)
            return DatabaseReport(str(path), None, None)
    except GalleryDamaged as error:
        return DatabaseReport(str(path), None, str(error))
    except OSError as error:
        trouble = GalleryNotWritable(path=path, reason=error.strerror)
        return DatabaseReport(str(path), None, str(trouble))
    protection = None
    try:
        kinds = sorted(slot.kind for slot in slots_of(path))
        protection = f"sealed by {' and '.join(kinds)}" if kinds else "open"
        with contextlib.closing(GalleryRepository.open(path, keys=keys_at_hand())) as repository:
            findings = repository.integrity()
            people = repository.people(embedder=embedder)
    except PassphraseNeeded:
        return _shut(path, protection)
    except KnownError as error:
        # Not only of opening: a file can be sound at its beginning and damaged further in.
        return DatabaseReport(str(path), None, str(error), protection)
    problem = None
    lost = sum(1 for person in people if person.sample_count and not person.template_count)
    if findings:
        problem = f"The gallery “{path}” is damaged: {'; '.join(findings[:3])}."
    elif lost and embedder:
        problem = (
            f"{lost} of the people in “{path}” were enrolled with another embedder than the one "
            "in use, and cannot be recognised. Enrol them again."
        )
    return DatabaseReport(str(path), len(people), problem, protection)


def _shut(path: Path, protection: str | None) -> DatabaseReport:
    """Look at a gallery that nobody gave the passphrase of, which is no trouble in itself."""
    try:
        content, _ = verify_backup(path, keys=Keys())
    except BackupUnusable as error:
        problem = f"The gallery “{path}” is damaged: {error.params['reason']}."
        return DatabaseReport(str(path), None, problem, protection)
    except KnownError as error:
        return DatabaseReport(str(path), None, str(error), protection)
    return DatabaseReport(str(path), content.people, None, protection)
