"""``kenspeckle evaluate pairs|openset|clip|detection|calibration``."""

from __future__ import annotations

import math
import sys
from collections.abc import Mapping
from contextlib import closing
from dataclasses import asdict
from pathlib import Path

from desktop_app.capture.opening import source_for
from desktop_app.capture.reading import every_frame
from desktop_app.capture.source import SourceKind, SourceSpec
from desktop_app.cli.opened import chosen_policy, gallery_there_is, opened_pipeline
from desktop_app.cli.options import Options
from desktop_app.cli.terminal import say, say_json
from desktop_app.recognition.people import name_key
from desktop_app.services.evaluation import documents, openset_documents
from desktop_app.services.evaluation.appearances import check_enrolled, read_appearances
from desktop_app.services.evaluation.calibration import as_toml, calibrate, labelled_photos
from desktop_app.services.evaluation.clip import ClipReport, evaluate_clip, searchable_names
from desktop_app.services.evaluation.detection import evaluate_detection, read_counts
from desktop_app.services.evaluation.documents import percent, share_text
from desktop_app.services.evaluation.metrics import Verdict
from desktop_app.services.evaluation.openset import OpenSetReport, cast, evaluate_open_set
from desktop_app.services.evaluation.openset_figures import Outcome
from desktop_app.services.evaluation.pairs import evaluate_pairs, read_pairs
from desktop_app.services.evaluation.photos import describe_subjects
from desktop_app.services.evaluation.plots import (
    Plot,
    check_plotting,
    open_set_plots,
    pairs_plots,
    save_plots,
)
from desktop_app.services.evaluation.tables import check_images
from desktop_app.services.live import LiveRecogniser


def run(options: Options) -> int:
    """Measure what was asked for."""
    measures = {
        "pairs": _pairs,
        "openset": _open_set,
        "clip": _clip,
        "detection": _detection,
        "calibration": _calibration,
    }
    measures[options.arguments.measure](options)
    return 0


def _pairs(options: Options) -> None:
    images = options.arguments.images
    # Before the networks, which take seconds to load.
    pairs = read_pairs(options.arguments.pairs)
    check_images(images, [name for pair in pairs for name in (pair.a, pair.b)])
    _prepare(options.arguments.output, with_plots=True)
    with opened_pipeline(options) as pipeline:
        results = evaluate_pairs(pipeline, pairs, images=images, progress=_photos_done)
    verdicts = {kind: compared.verdict for kind, compared in results.items()}
    figures = [documents.pairs_json(kind, verdict) for kind, verdict in verdicts.items()]
    if options.arguments.output is not None:
        markdown = documents.pairs_markdown(verdicts)
        _write(options, figures=figures, markdown=markdown, plots=pairs_plots(results))
    for (kind, verdict), kind_figures in zip(verdicts.items(), figures, strict=True):
        if options.arguments.json:
            say_json(kind_figures)
        else:
            say(_verdict_sentence(kind, verdict))


def _verdict_sentence(kind: str, verdict: Verdict) -> str:
    rates = ", ".join(
        f"{_or_unknown(tar, '.2%')} at FAR {far:.1%}" for far, tar in verdict.tar_at_far.items()
    )
    return (
        f"{kind + ': ' if kind else ''}accuracy {verdict.accuracy_mean:.2%} "
        f"± {verdict.accuracy_std:.2%} over {verdict.pairs} pairs, {verdict.failed} failed; "
        f"accepted {rates}; threshold {_or_unknown(verdict.threshold, '.3f')}"
    )


def _or_unknown(value: float, form: str) -> str:
    return "unknown" if math.isnan(value) else format(value, form)


def _open_set(options: Options) -> None:
    arguments = options.arguments
    chosen = cast(
        arguments.images, labelled_photos(arguments.images), templates=arguments.templates
    )
    _prepare(arguments.output, with_plots=True)
    with opened_pipeline(options) as pipeline:
        subjects = describe_subjects(
            pipeline, arguments.images, chosen.photos, progress=_photos_done
        )
        report = evaluate_open_set(
            chosen,
            subjects,
            pipeline.embedder,
            templates=arguments.templates,
            splits=arguments.splits,
            seed=arguments.seed,
            rates=arguments.rates,
        )
    figures = openset_documents.open_set_json(report)
    if arguments.output is not None:
        markdown = openset_documents.open_set_markdown(report)
        _write(options, figures=figures, markdown=markdown, plots=open_set_plots(report))
    if arguments.json:
        say_json(figures)
    else:
        _say_open_set(report)


def _say_open_set(report: OpenSetReport) -> None:
    say(openset_documents.open_set_sentence(report))
    say(f"own person is the best candidate: {share_text(report.rank_one)}")
    for point in report.points:
        say(
            f"where {percent(point.fpir)} of strangers are named, {share_text(point.fnir)} of "
            "photos of enrolled people are not"
        )
    for decided in report.decided:
        right, wrong, unsure = (
            decided.probes[outcome]
            for outcome in (Outcome.NAMED_RIGHTLY, Outcome.NAMED_WRONGLY, Outcome.UNSURE)
        )
        say(
            f"{percent(decided.asked)} asked for: {share_text(decided.fpir)} of strangers named; "
            f"of enrolled people {share_text(right)} named rightly, {percent(wrong.value)} "
            f"wrongly, {percent(unsure.value)} unsure"
        )
    say(f"stated confidences are off by {percent(report.reliability.expected_error)} on average")


def _clip(options: Options) -> None:
    arguments = options.arguments
    appearances = read_appearances(arguments.who)
    source = source_for(SourceSpec(SourceKind.CLIP, str(arguments.clip.absolute())))
    # It is opened again when it is read: a clip that cannot be must not wait for the networks.
    with closing(source):
        source.open()
    gallery = gallery_there_is(options)
    check_enrolled(appearances, searchable_names(gallery), path=arguments.who)
    _prepare(arguments.output, with_plots=False)
    with opened_pipeline(options) as pipeline, closing(every_frame(source)) as frames:
        report = evaluate_clip(
            LiveRecogniser(pipeline, chosen_policy(options, pipeline)),
            frames,
            appearances,
            gallery=gallery,
            progress=_frames_done,
        )
    figures = documents.clip_json(report)
    if arguments.output is not None:
        markdown = documents.clips_markdown({arguments.clip.name: report})
        _write(options, figures=figures, markdown=markdown, plots={})
    if arguments.json:
        say_json(figures)
    else:
        _say_clip(report)


def _say_clip(report: ClipReport) -> None:
    say(
        f"{report.frames} frames, {report.track_frames} track-frames, {report.label_changes} label "
        f"changes ({_or_unknown(report.label_changes_per_1000, '.2f')} in 1,000 track-frames)"
    )
    absent = {name_key(appearance.name) for appearance in report.after_the_end}
    for person in report.people:
        if person.time_to_name is not None:
            say(
                f"{person.name}: named after {person.time_to_name:.2f} s, "
                f"in {person.named} of {person.frames} frames"
            )
        elif person.frames or name_key(person.name) not in absent:
            say(f"{person.name}: never named in {person.frames} frames")
    for appearance in report.after_the_end:
        say(
            f"{appearance.name}: to appear from {appearance.start:g} s on, and the clip ends "
            f"before, at {report.seconds:.2f} s"
        )
    if report.stranger_names:
        names = ", ".join(report.stranger_names)
        say(f"named while not there: {names}, in {report.stranger_track_frames} track-frames")
    else:
        say("nobody was named who was not there")


def _detection(options: Options) -> None:
    images = options.arguments.images
    counts = read_counts(options.arguments.counts)
    check_images(images, list(counts))
    _prepare(options.arguments.output, with_plots=False)
    with opened_pipeline(options) as pipeline:
        tally = evaluate_detection(pipeline, counts, images=images, progress=_photos_done)
    if options.arguments.output is not None:
        markdown = documents.detection_markdown({images.name: tally})
        _write(options, figures=asdict(tally), markdown=markdown, plots={})
    if options.arguments.json:
        say_json(asdict(tally))
    else:
        unread = f"; {tally.failed} could not be read" if tally.failed else ""
        say(
            f"{tally.photos} photos: {tally.wanted} faces counted, {tally.found} found, "
            f"{tally.missed} missed, {tally.surplus} too many{unread}"
        )


def _calibration(options: Options) -> None:
    photos = labelled_photos(options.arguments.images, leave_out=options.arguments.leave_out)
    with opened_pipeline(options) as pipeline:
        report = calibrate(pipeline, options.arguments.images, photos, progress=_photos_done)
    if options.arguments.json:
        calibration = report.calibration
        say_json(
            {
                "people": report.people,
                "photos": report.photos,
                "failed": report.failed,
                "impostor_pairs": report.impostor_pairs,
                "genuine_pairs": report.genuine_pairs,
                "false_match_rates": calibration.false_match_rates,
                "similarities": calibration.similarities,
                "false_non_match_rates": calibration.false_non_match_rates,
                "counted_to": calibration.counted_to,
                "template_dependence": calibration.template_dependence,
                "template_gain": calibration.template_gain,
                "tail": None if calibration.tail is None else asdict(calibration.tail),
                "most_alike": [
                    {"a": a, "b": b, "similarity": similarity}
                    for a, b, similarity in report.most_alike
                ],
            }
        )
        return
    say(as_toml(report.calibration))
    say("# The photos of two people that are most alike. Is a folder one person's second?")
    for a, b, similarity in report.most_alike:
        say(f"# {similarity:.4f}  {a}  {b}")


def _prepare(folder: Path | None, *, with_plots: bool) -> None:
    """Find out before the work whether its results could be written."""
    if folder is None:
        return
    if with_plots:
        check_plotting()
    documents.prepare_folder(folder)


def _write(options: Options, *, figures: object, markdown: str, plots: Mapping[str, Plot]) -> None:
    folder, name = options.arguments.output, options.arguments.measure
    documents.write_documents(folder, name=name, figures=figures, markdown=markdown)
    if plots:
        save_plots(plots, folder, name=name)


def _photos_done(done: int, total: int) -> None:
    if sys.stderr.isatty():
        end = "\n" if done == total else ""
        print(f"\r{done} of {total} photos", end=end, file=sys.stderr, flush=True)  # noqa: T201


def _frames_done(done: int) -> None:
    if sys.stderr.isatty():
        print(f"\r{done} frames", end="\r", file=sys.stderr, flush=True)  # noqa: T201
