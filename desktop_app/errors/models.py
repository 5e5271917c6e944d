"""What can be wrong with the networks."""

from __future__ import annotations

from desktop_app.errors.base import KnownError


class ModelError(KnownError):
    """The networks."""

    code = "model"


class ModelMissing(ModelError):
    """Params: path."""

    code = "model-missing"
    sentence = "The model file “{path}” is missing. Install Kenspeckle again to bring it back."


class ModelAltered(ModelError):
    """Params: path, expected, actual."""

    code = "model-altered"
    sentence = (
        "The model file “{path}” is not the one it should be (its SHA-256 begins with {actual}, "
        "not {expected}) and was refused. Install Kenspeckle again to bring the right one back."
    )


class ModelUnusable(ModelError):
    """Params: path, reason."""

    code = "model-unusable"
    sentence = "The model file “{path}” cannot be used: {reason}."


class ManifestInvalid(ModelError):
    """Params: path, reason."""

    code = "manifest-invalid"
    sentence = "The list of models “{path}” is not valid: {reason}."


class EmbedderMismatch(ModelError):
    """Params: expected, actual."""

    code = "embedder-mismatch"
    sentence = (
        "Embeddings of “{actual}” cannot be compared with embeddings of “{expected}”. "
        "Enrol the people again with the embedder in use."
    )
