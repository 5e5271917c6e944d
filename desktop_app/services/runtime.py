"""Loads what the use cases need. The one place where the parts are put together."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from desktop_app import machine
from desktop_app.paths import DataDir, models_dir
from desktop_app.recognition.decision import DecisionPolicy, policy_for_embedder
from desktop_app.system_libraries import check_engine
from desktop_app.vision.catalog import load_catalog
from desktop_app.vision.manifest import EmbedderSpec, ModelCatalog
from desktop_app.vision.threads import ONE_EACH, TWO_EACH, Threads

if TYPE_CHECKING:
    from desktop_app.vision.pipeline import FacePipeline

OWN_MODELS = "models"


def load_models(data_dir: DataDir | None = None) -> ModelCatalog:
    """Read the shipped models' manifest, and the user's own in ``<data folder>/models``.

    Raises:
        ModelMissing, ManifestInvalid: one of them cannot be used.

    """
    own = data_dir.root / OWN_MODELS if data_dir is not None else None
    return load_catalog(models_dir(), own=own)


def load_pipeline(
    *, catalog: ModelCatalog | None = None, threads: Threads | None = None
) -> FacePipeline:
    """Load the networks; the heavy imports happen here.

    Args:
        catalog: which models there are; the shipped ones where none is given.
        threads: how many each network uses; by default two, or one on a single core.

    Raises:
        LibraryMissing: a library of the system is not there.
        ModelError: a file is missing, altered, or not what the manifest says.

    """
    check_engine()
    from desktop_app.vision.pipeline import FacePipeline

    usual = TWO_EACH if machine.cores() > 1 else ONE_EACH
    return FacePipeline.load(catalog or load_models(), threads=threads or usual)


def load_tuned_pipeline(data_dir: DataDir) -> FacePipeline:
    """Load the networks, a user's own among them, with what was measured of this machine.

    Raises:
        LibraryMissing: a library of the system is not there.
        ModelError: a file is missing, altered, or not what the manifest says.

    """
    check_engine()
    from desktop_app.services.tuned_threads import threads_for

    catalog = load_models(data_dir)
    return load_pipeline(catalog=catalog, threads=threads_for(catalog, data_dir))


def policy_for(embedder: EmbedderSpec, *, false_name_rate: float) -> DecisionPolicy:
    """Return the policy that names a stranger no more often than asked for.

    Args:
        embedder: whose calibration it uses; nobody is named without one.
        false_name_rate: the false-positive identification rate a look, 0 to 1.

    """
    return policy_for_embedder(embedder.calibration, false_name_rate=false_name_rate)


def gallery_path(data_dir: DataDir, gallery: Path | None) -> Path:
    """Return the gallery's file: the one named, or the data folder's."""
    return gallery if gallery is not None else data_dir.gallery
