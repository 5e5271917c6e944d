"""``kenspeckle live --headless``."""

from __future__ import annotations

import sys
from contextlib import closing
from itertools import islice
from typing import Any

from desktop_app.capture.opening import source_for
from desktop_app.capture.reading import every_frame, newest_frames
from desktop_app.capture.source import SourceSpec
from desktop_app.cli.live_history import LiveHistory
from desktop_app.cli.opened import (
    FollowedGallery,
    chosen_policy,
    gallery_of_nobody,
    opened_pipeline,
    people_there_are,
    warn_of_nobody,
)
from desktop_app.cli.options import Options
from desktop_app.cli.output import box_json, decision_json, decision_sentence
from desktop_app.cli.terminal import EXIT_INTERRUPTED, EXIT_KNOWN, complain, say, say_json
from desktop_app.errors import CaptureError
from desktop_app.recognition.types import decided_name
from desktop_app.services.live import FrameResult, LiveRecogniser
from desktop_app.services.live_summary import Summary, SummaryBuilder
from desktop_app.services.people import PeopleService
from desktop_app.settings import load_settings
from desktop_app.vision.pipeline import FacePipeline


def run(options: Options) -> int:
    """Recognise faces in a source until it ends, breaks off, or is interrupted; then sum up."""
    arguments = options.arguments
    assert options.source is not None, "the parser requires one"
    spec = SourceSpec.parse(options.source)
    source = source_for(spec)
    builder = SummaryBuilder()
    shown: dict[int, str] = {}
    most = None if arguments.max_frames is None else min(arguments.max_frames, sys.maxsize)
    code = 0
    trouble: CaptureError | None = None
    with people_there_are(options) as people, opened_pipeline(options) as pipeline:
        gallery = FollowedGallery(people, empty=gallery_of_nobody(options))
        warn_of_nobody(gallery.newest())
        recogniser = LiveRecogniser(pipeline, chosen_policy(options, pipeline))
        history = _history(people, spec, pipeline, options)
        try:
            # Closed here, so that the device is free before the summary is read.
            with closing(newest_frames(source) if spec.is_live else every_frame(source)) as frames:
                for frame in islice(frames, most):
                    result = recogniser.process(frame, gallery.newest())
                    builder.add(result)
                    if history is not None:
                        history.add(result)
                    if arguments.json:
                        say_json(_frame_json(result))
                    else:
                        _say_changes(result, shown)
        except KeyboardInterrupt:
            # A camera has no other end.
            code = 0 if spec.is_live else EXIT_INTERRUPTED
        except CaptureError as error:
            trouble = error
        finally:
            if history is not None:
                history.close()
    summary = builder.summary()
    if trouble is None or summary.processed:
        if arguments.json:
            say_json({"summary": _summary_json(summary)})
        else:
            _say_summary(summary)
    if trouble is not None:
        complain(trouble)
        return EXIT_KNOWN
    return code


def _history(
    people: PeopleService | None, spec: SourceSpec, pipeline: FacePipeline, options: Options
) -> LiveHistory | None:
    """Return what records the run; None where that is not wanted, or there is no gallery yet."""
    settings = load_settings(options.data_dir.settings_file)
    if people is None or options.arguments.no_history or not settings.history:
        return None
    calibration = pipeline.embedder.calibration
    return LiveHistory(people, spec, settings=settings, calibration=calibration)


def _frame_json(result: FrameResult) -> dict[str, Any]:
    tracks = []
    for track in result.tracks:
        if track.coasting:
            continue
        tracks.append({"id": track.id, "box": box_json(track.box), **decision_json(track.decision)})
    return {"frame": result.frame.index, "t": round(result.frame.timestamp, 4), "tracks": tracks}


def _summary_json(summary: Summary) -> dict[str, Any]:
    return {
        "frames": summary.frames,
        "processed": summary.processed,
        "ms_per_frame": {"p50": round(summary.p50, 2), "p95": round(summary.p95, 2)},
        "faces_per_frame": round(summary.faces_per_frame, 3),
        "names": summary.names,
        "label_changes": summary.label_changes,
    }


def _say_changes(result: FrameResult, shown: dict[int, str]) -> None:
    """Say a line whenever a track's name or kind of decision changes, not for each frame."""
    for track in result.tracks:
        if track.coasting:
            continue
        key = decided_name(track.decision) or type(track.decision).__name__
        if shown.get(track.id) != key:
            shown[track.id] = key
            sentence = decision_sentence(track.decision)
            say(f"{result.frame.timestamp:8.2f} s  face {track.id}: {sentence}")
    for ended in shown.keys() - {track.id for track in result.tracks}:
        del shown[ended]


def _say_summary(summary: Summary) -> None:
    say(
        f"{summary.processed} of {summary.frames} frames, {summary.faces_per_frame:.2f} faces a "
        f"frame, {summary.p50:.1f} ms a frame (95 %: {summary.p95:.1f} ms)"
    )
    for name, frames in summary.names.items():
        say(f"{name}: in {frames} frames")
