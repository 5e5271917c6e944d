"""The arguments of ``kenspeckle bench``."""

from __future__ import annotations

from desktop_app.cli.argument_parts import (
    Commands,
    add_command,
    add_json,
    add_sources,
    path_from_home,
    positive,
)

# As ``benchmarks.bench`` has them, which is not imported to read a command line.
PARTS = ("pipelines", "embedder", "search", "startup", "memory")
FRAMES = 300


def add_bench(commands: Commands) -> None:
    """Add ``bench``."""
    bench = add_command(
        commands,
        "bench",
        "Measure speed on this machine, beside OpenCV's own recogniser and face_recognition.",
        module="bench",
    )
    add_sources(
        bench,
        dest="own_sources",
        metavar="CLIP",
        help="the video file to measure on (default: a photograph that moves)",
    )
    bench.add_argument(
        "--frames",
        metavar="N",
        type=positive,
        default=FRAMES,
        help=f"measure on no more than the first N (default: {FRAMES})",
    )
    bench.add_argument(
        "--only",
        metavar="PART",
        nargs="+",
        choices=PARTS,
        default=list(PARTS),
        help=f"measure only these: {', '.join(PARTS)}",
    )
    add_json(bench)
    for option, network in (("--yunet", "YuNet"), ("--sface", "SFace")):
        bench.add_argument(
            option,
            metavar="FILE",
            type=path_from_home,
            help=f"OpenCV's {network} in ONNX (default: that of the extra “bench”)",
        )
