"""Reads manifests of models, ours and the user's own, and refuses what makes no sense."""

from __future__ import annotations

import itertools
import math
import re
import tomllib
from pathlib import Path
from typing import Any

from desktop_app.errors import ManifestInvalid, ModelMissing
from desktop_app.vision.manifest import (
    Calibration,
    EmbedderSpec,
    ModelCatalog,
    ModelFile,
    Tail,
)

MANIFEST = "manifest.toml"


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
    defaults = [model.name for model, is_default in entries if is_default]
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
    return [_entry(_Table(table, path)) for table in tables]


class _Table:
    """A table of the manifest whose keys are taken out one by one; none may be left."""

    def __init__(self, values: dict[str, Any], path: Path, *, where: str | None = None) -> None:
        self._values = dict(values)
        self._path = path
        self.folder = path.parent
        self._where = where or f"model “{values.get('name')}”"

    def invalid(self, reason: str) -> ManifestInvalid:
        """Return the error that names this entry."""
        return ManifestInvalid(path=self._path, reason=f"{self._where}: {reason}")

    def text(self, key: str, *, default: str | None = None) -> str:
        value = self._take(key, default)
        if not isinstance(value, str) or not value:
            raise self._nonsense(key, value)
        return value

    def text_or_none(self, key: str) -> str | None:
        return self.text(key) if key in self._values else None

    def choice(self, key: str, choices: tuple[str, ...], *, default: str | None = None) -> Any:
        value = self._take(key, default)
        if value not in choices:
            raise self.invalid(f"“{key}” is one of {', '.join(choices)}, not {value!r}")
        return value

    def flag(self, key: str) -> bool:
        value = self._take(key, default=False)
        if not isinstance(value, bool):
            raise self._nonsense(key, value)
        return value

    def count(self, key: str) -> int:
        value = self._take(key)
        if isinstance(value, bool) or not isinstance(value, int) or value <= 0:
            raise self._nonsense(key, value)
        return value

    def number(self, key: str, *, default: float | None = None) -> float:
        value = self._take(key, default)
        if not _is_number(value):
            raise self._nonsense(key, value)
        return float(value)

    def optional_number(self, key: str) -> float | None:
        return self.number(key) if key in self._values else None

    def numbers(self, key: str) -> tuple[float, ...]:
        value = self._take(key)
        if not isinstance(value, list) or not all(_is_number(entry) for entry in value):
            raise self._nonsense(key, value)
        return tuple(float(entry) for entry in value)

    def five_points(self, key: str) -> tuple[tuple[float, float], ...] | None:
        """Return pairs of x and y that span the plane, or None where there are none."""
        if key not in self._values:
            return None
        value = self._take(key)
        sound = (
            isinstance(value, list)
            and len(value) == 5
            and all(isinstance(pair, list) and len(pair) == 2 for pair in value)
            and all(_is_number(number) for pair in value for number in pair)
            and len({tuple(pair) for pair in value}) == 5
        )
        if not sound:
            raise self.invalid(f"“{key}” are five pairs of x and y, each in a place of its own")
        return tuple((float(x), float(y)) for x, y in value)

    def table(self, key: str) -> _Table | None:
        if key not in self._values:
            return None
        value = self._take(key)
        if not isinstance(value, dict):
            raise self._nonsense(key, value)
        return _Table(value, self._path, where=f"{self._where}, {key}")

    def finish(self) -> None:
        """Refuse what nobody asked for: a misspelt key would be passed over in silence."""
        if self._values:
            raise self.invalid(f"nothing is called “{next(iter(self._values))}”")

    def _take(self, key: str, default: Any = None) -> Any:
        if key not in self._values:
            if default is None:
                raise self.invalid(f"it lacks “{key}”")
            return default
        return self._values.pop(key)

    def _nonsense(self, key: str, value: object) -> ManifestInvalid:
        return self.invalid(f"“{key}” makes no sense: {value!r}")


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def _entry(table: _Table) -> tuple[ModelFile, bool]:
    kind = table.choice("kind", ("detector", "landmarker", "embedder"))
    is_default = table.flag("default")
    file = ModelFile(
        name=table.text("name"),
        kind=kind,
        path=table.folder / table.text("file"),
        sha256=table.text("sha256").lower(),
        licence=table.text("licence", default="not stated"),
        source=table.text("source", default="not stated"),
    )
    model = _embedder(file, table) if kind == "embedder" else file
    table.finish()
    return model, is_default


def _embedder(file: ModelFile, table: _Table) -> EmbedderSpec:
    calibration = table.table("calibration")
    spec = EmbedderSpec(
        name=file.name,
        kind=file.kind,
        path=file.path,
        sha256=file.sha256,
        licence=file.licence,
        source=file.source,
        size=table.count("size"),
        dimension=table.count("dimension"),
        channels_first=table.choice("layout", ("NHWC", "NCHW"), default="NHWC") == "NCHW",
        colour=table.choice("colour", ("RGB", "BGR"), default="RGB"),
        normalisation=table.choice("normalisation", ("fixed", "per-image"), default="fixed"),
        mean=table.number("mean", default=0.0),
        scale=table.number("scale", default=1.0),
        margin=table.number("margin", default=0.0),
        points=table.five_points("points"),
        calibration=None if calibration is None else _calibration(calibration),
        kept_under=table.text_or_none("kept_under"),
    )
    if spec.kept_under and not re.fullmatch(rf"{re.escape(spec.name)}@[0-9a-f]{{12}}", spec.key):
        raise table.invalid(
            f"“kept_under” is “{spec.name}@” and the first 12 digits of an earlier file's digest"
        )
    if not 0.0 <= spec.margin < 1.0:
        raise table.invalid("“margin” is at least 0 and below 1")
    if spec.scale == 0.0:
        raise table.invalid("“scale” is not 0")
    return spec


def _tail(table: _Table) -> Tail:
    tail = Tail(
        start=table.number("start"),
        rate=table.number("rate"),
        scale=table.number("scale"),
        shape=table.number("shape"),
    )
    table.finish()
    sound = (
        -1.0 <= tail.start <= 1.0
        and 0.0 < tail.rate < 1.0
        and tail.scale > 0.0
        and -1.0 < tail.shape < 1.0
        and tail.shape != 0.0
    )
    if not sound:
        raise table.invalid(
            "“start” is a cosine, “rate” between 0 and 1, “scale” above 0, “shape” between -1 "
            "and 1 and not 0"
        )
    return tail


def _calibration(table: _Table) -> Calibration:
    tail = table.table("tail")
    result = Calibration(
        measured_on=table.text("measured_on"),
        false_match_rates=table.numbers("false_match_rates"),
        similarities=table.numbers("similarities"),
        false_non_match_rates=table.numbers("false_non_match_rates"),
        counted_to=table.optional_number("counted_to"),
        template_dependence=table.number("template_dependence", default=1.0),
        template_gain=table.number("template_gain", default=0.0),
        tail=None if tail is None else _tail(tail),
    )
    table.finish()
    rates, values = result.false_match_rates, result.similarities
    misses = result.false_non_match_rates
    sound = (
        len(rates) == len(values) == len(misses) >= 2
        and all(0.0 < rate <= 1.0 for rate in rates)
        and all(0.0 <= rate <= 1.0 for rate in misses)
        and all(-1.0 <= value <= 1.0 for value in values)
        and all(a > b for a, b in itertools.pairwise(rates))
        and all(a < b for a, b in itertools.pairwise(values))
        and all(a <= b for a, b in itertools.pairwise(misses))
        and misses[0] < misses[-1]
    )
    if not sound:
        raise table.invalid(
            "false match rates fall, similarities and false non-match rates rise, all as many"
        )
    for key in ("template_dependence", "template_gain"):
        if not 0.0 <= getattr(result, key) <= 1.0:
            raise table.invalid(f"“{key}” is at least 0 and at most 1")
    if result.counted_to is not None and not 0.0 < result.counted_to <= 1.0:
        raise table.invalid("“counted_to” is above 0 and at most 1")
    return result
