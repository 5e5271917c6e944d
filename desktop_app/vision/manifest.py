"""What model files there are, what each one wants, and whether it is the one it should be."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

import numpy as np

from desktop_app.arrays import Float64Array
from desktop_app.errors import ManifestInvalid, ModelAltered, ModelMissing
from desktop_app.vision.alignment import template_for

Kind = Literal["detector", "landmarker", "embedder"]
Normalisation = Literal["fixed", "per-image"]


@dataclass(frozen=True, slots=True)
class Tail:
    """How the similarities of strangers go on beyond where they can be counted.

    A generalised Pareto distribution, fitted to the highest of them: of strangers,
    ``rate`` × (1 + ``shape`` × (s − ``start``) ÷ ``scale``)^(−1 ÷ ``shape``) reach a similarity s
    from ``start`` on (Pickands, "Statistical inference using extreme order statistics", Annals of
    Statistics 3(1), 1975).

    Attributes:
        start: the similarity from which it holds.
        rate: the share of comparisons of strangers that reach ``start``.
        scale: above 0.
        shape: below 0 where there is a highest similarity that strangers can reach; not 0.

    """

    start: float
    rate: float
    scale: float
    shape: float


@dataclass(frozen=True, slots=True)
class Calibration:
    """What similarities of an embedder mean; measured, never guessed.

    Attributes:
        measured_on: the data, and how many comparisons.
        false_match_rates: descending; the chance that two strangers reach the similarity of the
            same place in ``similarities``.
        similarities: ascending.
        false_non_match_rates: ascending; the share of pairs of one person below the similarity
            of the same place.
        counted_to: the least of ``false_match_rates`` that was counted; those below it are read
            off the tail. None where all were counted.
        template_dependence: k templates of one person are worth k to this power in comparisons
            with strangers, 0 to 1; 1 where that was not measured, which errs on the side of
            fewer names.
        template_gain: with k templates a person is missed at the false non-match rate to the
            power of k to this power, 0 to 1; 0 where that was not measured.
        tail: how strangers' similarities go on where few are left to count; None where that was
            not fitted.

    """

    measured_on: str
    false_match_rates: tuple[float, ...]
    similarities: tuple[float, ...]
    false_non_match_rates: tuple[float, ...]
    counted_to: float | None = None
    template_dependence: float = 1.0
    template_gain: float = 0.0
    tail: Tail | None = None


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
        kept_under: the key of an earlier file of the same network, where its embeddings and this
            file's may be compared; None where there is none.

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
    kept_under: str | None = None

    @property
    def key(self) -> str:
        """What embeddings are kept under.

        Another file is another embedder, whatever its name, unless its entry says otherwise.
        """
        return self.kept_under or f"{self.name}@{self.sha256[:12]}"

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
