"""Which model files there are, what each one wants, and whether it is the one it should be."""

from __future__ import annotations

import hashlib
import itertools
import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import numpy as np

from desktop_app.arrays import Float64Array
from desktop_app.errors import ManifestInvalid, ModelAltered, ModelMissing
from desktop_app.vision.alignment import template_for

MANIFEST = "manifest.toml"
Kind = Literal["detector", "landmarker", "embedder"]
Normalisation = Literal["fixed", "per-image"]


@dataclass(frozen=True, slots=True)
class Calibration:
    """What similarities of an embedder mean; measured, never guessed.

    Attributes:
        measured_on: the data, and how many comparisons.
        false_match_rates: descending; the chance that two strangers reach the similarity of the
            same place in ``similarities``.
        similarities: ascending.
        slope, intercept: log-odds that two faces are one person's, at even prior odds:
            ``slope * similarity + intercept``.

    """

    measured_on: str
    false_match_rates: tuple[float, ...]
    similarities: tuple[float, ...]
    slope: float
    intercept: float


@dataclass(frozen=True, slots=True)
class ModelFile:
    """One file of the manifest.

    Attributes:
        name: what it is called by.
        kind: what it does.
        path: where it lies.
        sha256: what it must be.
        licence: SPDX identifier.
        source: where it comes from.

    """

    name: str
    kind: Kind
    path: Path
    sha256: str
    licence: str
    source: str

    def verified_bytes(self) -> bytes:
        """Return the file's content.

        Raises:
            ModelMissing: there is no such file.
            ModelAltered: its digest is not the one in the manifest.

        """
        try:
            content = self.path.read_bytes()
        except OSError as error:
            raise ModelMissing(path=self.path) from error
        actual = hashlib.sha256(content).hexdigest()
        if actual != self.sha256:
            raise ModelAltered(path=self.path, expected=self.sha256[:12], actual=actual[:12])
        return content


@dataclass(frozen=True, slots=True)
class EmbedderSpec(ModelFile):
    """An embedder: what it reads and what it gives.

    Attributes:
        size: side of the square input, pixels.
        channels_first: (1, 3, s, s) instead of (1, s, s, 3).
        colour: order of the channels.
        normalisation: ``fixed``: (x − mean) × scale; ``per-image``: (x − the picture's mean) ÷
            its standard deviation, not below 1/√n, as FaceNet's ``prewhiten`` does.
        mean, scale: for ``fixed``.
        dimension: length of its vectors.
        margin: space left around the usual crop, as a fraction of the side.
        points: the five points in the crop, pixels; None for the usual template.
        calibration: what its similarities mean; None where nobody measured it: then nobody is
            named by it.

    """

    size: int
    dimension: int
    channels_first: bool = False
    colour: Literal["RGB", "BGR"] = "RGB"
    normalisation: Normalisation = "fixed"
    mean: float = 0.0
    scale: float = 1.0
    margin: float = 0.0
    points: tuple[tuple[float, float], ...] | None = None
    calibration: Calibration | None = None

    @property
    def template(self) -> Float64Array:
        """The five points in the crop, float64, shape (5, 2), pixels."""
        if self.points is not None:
            return np.array(self.points, np.float64)
        return template_for(self.size, margin=self.margin)


@dataclass(frozen=True, slots=True)
class ModelCatalog:
    """All models, the shipped and the user's own.

    Attributes:
        models: every file, shipped first.
        default_embedder: the name of the embedder to use.

    """

    models: tuple[ModelFile, ...]
    default_embedder: str
    manifests: tuple[Path, ...] = field(default=())

    def get(self, name: str) -> ModelFile:
        """Return a model by name.

        Raises:
            ManifestInvalid: there is none.

        """
        for model in self.models:
            if model.name == name:
                return model
        raise ManifestInvalid(path=self.manifests[-1], reason=f"no model is called “{name}”")

    def embedder(self, name: str | None = None) -> EmbedderSpec:
        """Return an embedder, the default one where no name is given.

        Raises:
            ManifestInvalid: there is none of that name.

        """
        model = self.get(name or self.default_embedder)
        if not isinstance(model, EmbedderSpec):
            raise ManifestInvalid(
                path=self.manifests[-1], reason=f"“{model.name}” is not an embedder"
            )
        return model


def load_catalog(shipped: Path, *, own: Path | None = None) -> ModelCatalog:
    """Read the shipped manifest, and the user's own where there is one.

    Args:
        shipped: the folder of the shipped models.
        own: a folder with a manifest of further embedders, for example
            ``<data folder>/models``; an entry with ``default = true`` is used instead of ours.

    Raises:
        ModelMissing: the shipped manifest is missing.
        ManifestInvalid: one of them makes no sense; the reason names the entry.

    """
    path = shipped / MANIFEST
    if not path.is_file():
        raise ModelMissing(path=path)
    entries = _entries(path)
    manifests = [path]
    if own is not None and (own / MANIFEST).is_file():
        manifests.append(own / MANIFEST)
        entries += _entries(own / MANIFEST)
    names = [model.name for model, _ in entries]
    for name in names:
        if names.count(name) > 1:
            raise ManifestInvalid(path=manifests[-1], reason=f"two models are called “{name}”")
    defaults = [model.name for model, default in entries if default]
    if not defaults:
        raise ManifestInvalid(path=path, reason="no embedder has “default = true”")
    return ModelCatalog(tuple(model for model, _ in entries), defaults[-1], tuple(manifests))


def _entries(path: Path) -> list[tuple[ModelFile, bool]]:
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ManifestInvalid(path=path, reason=str(error)) from error
    tables = data.get("model", [])
    if not isinstance(tables, list) or not all(isinstance(table, dict) for table in tables):
        raise ManifestInvalid(path=path, reason="models are written as [[model]] tables")
    return [(_model(table, path), table.get("default") is True) for table in tables]


def _model(table: dict[str, Any], path: Path) -> ModelFile:
    name = table.get("name")
    where = f"model “{name}”"

    def take(key: str, kind: type, *, default: Any = None, required: bool = True) -> Any:
        if key not in table:
            if required:
                raise ManifestInvalid(path=path, reason=f"{where} lacks “{key}”")
            return default
        value = table[key]
        if kind is float and isinstance(value, int):
            value = float(value)
        if not isinstance(value, kind) or (isinstance(value, int) and value <= 0):
            raise ManifestInvalid(path=path, reason=f"{where}: “{key}” makes no sense: {value!r}")
        return value

    def choose(key: str, choices: tuple[str, ...], *, required: bool = False) -> Any:
        value = take(key, str, default=choices[0], required=required)
        if value not in choices:
            raise ManifestInvalid(
                path=path, reason=f"{where}: “{key}” is one of {', '.join(choices)}, not {value!r}"
            )
        return value

    kind: Kind = choose("kind", ("detector", "landmarker", "embedder"), required=True)
    file: dict[str, Any] = {
        "name": take("name", str),
        "kind": kind,
        "path": path.parent / take("file", str),
        "sha256": take("sha256", str).lower(),
        "licence": take("licence", str, default="not stated", required=False),
        "source": take("source", str, default="not stated", required=False),
    }
    if kind != "embedder":
        return ModelFile(**file)
    points = take("points", list, required=False)
    if points is not None and np.shape(points) != (5, 2):
        raise ManifestInvalid(path=path, reason=f"{where}: “points” are five pairs of x and y")
    calibration = take("calibration", dict, required=False)
    return EmbedderSpec(
        **file,
        size=take("size", int),
        dimension=take("dimension", int),
        channels_first=choose("layout", ("NHWC", "NCHW")) == "NCHW",
        colour=choose("colour", ("RGB", "BGR")),
        normalisation=choose("normalisation", ("fixed", "per-image")),
        mean=take("mean", float, default=0.0, required=False),
        scale=take("scale", float, default=1.0, required=False),
        margin=take("margin", float, default=0.0, required=False),
        points=None if points is None else tuple((float(x), float(y)) for x, y in points),
        calibration=None if calibration is None else _calibration(calibration, path, where),
    )


def _calibration(table: dict[str, Any], path: Path, where: str) -> Calibration:
    try:
        result = Calibration(
            measured_on=str(table["measured_on"]),
            false_match_rates=tuple(float(rate) for rate in table["false_match_rates"]),
            similarities=tuple(float(value) for value in table["similarities"]),
            slope=float(table["slope"]),
            intercept=float(table["intercept"]),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise ManifestInvalid(path=path, reason=f"{where}: calibration: {error}") from error
    rates, values = result.false_match_rates, result.similarities
    sound = (
        len(rates) == len(values) >= 2
        and all(0.0 < rate <= 1.0 for rate in rates)
        and all(a > b for a, b in itertools.pairwise(rates))
        and all(a < b for a, b in itertools.pairwise(values))
        and result.slope > 0.0
    )
    if not sound:
        raise ManifestInvalid(
            path=path,
            reason=f"{where}: calibration wants falling rates, rising similarities, rising odds",
        )
    return result
