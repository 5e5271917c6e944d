"""``kenspeckle enrol --folder DIR``: many people at once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from typing import Any

from desktop_app.cli.opened import opened_people, opened_pipeline, people_there_are
from desktop_app.cli.options import Options
from desktop_app.cli.progress import ProgressLine
from desktop_app.cli.terminal import EXIT_KNOWN, counted, remark, say, say_json
from desktop_app.errors import GalleryError, ImportGone, ImportUnderWay, InputError
from desktop_app.recognition.people import name_key
from desktop_app.recognition.staging import Imported
from desktop_app.services.imports.faces import ImportRules
from desktop_app.services.imports.folder_import import FolderImport, path_key
from desktop_app.services.imports.layout import FolderPlan, LayoutNote, NoteKind, plan_folder
from desktop_app.services.imports.progress import ProgressMeter
from desktop_app.services.imports.report import (
    Outcome,
    PhotoReport,
    count_of,
    counts_by_code,
    save_report,
    without_pictures,
)
from desktop_app.services.imports.unfinished import UnfinishedImports
from desktop_app.services.people import PeopleService

_KINDS = {
    NoteKind.EMPTY: "has no photos",
    NoteKind.HIDDEN: "has hidden or system files, which are left out",
    NoteKind.LINK: "is a link to a folder, which is not followed",
    NoteKind.NO_NAME: "gives no name",
    NoteKind.OTHER_FILES: "has something in it that is no photo",
    NoteKind.UNREADABLE: "cannot be read",
}


def run_folder(options: Options) -> int:
    """Import a folder, say what that would do, or drop what a killed import left."""
    arguments = options.arguments
    if arguments.discard:
        return _discard(options)
    plan = plan_folder(arguments.folder)
    if arguments.dry_run:
        with people_there_are(options, would_be_made=True) as people:
            _say_plan(plan, people, options)
        return 0
    if arguments.report is not None:
        # Ten minutes later would be a bad moment to find that it cannot be written.
        save_report([], arguments.report)
    rules = ImportRules(
        allow_low_quality=arguments.allow_low_quality, take_largest=arguments.largest
    )
    with opened_people(options) as people, opened_pipeline(options) as pipeline:
        job = FolderImport(
            plan, file=people.file, gallery=people.gallery, pipeline=pipeline, rules=rules
        )
        with closing(job), _left_as_it_was_if_interrupted(job):
            _examine(job)
            _, imported = job.enrol(people)
    if arguments.report is not None:
        save_report(job.reports, arguments.report)
    _say_end(plan, job.reports, imported, options)
    if len(job.reports) > count_of(job.reports, Outcome.REFUSED):
        return 0
    remark("Not one photo could be enrolled; why not is said of each.")
    return EXIT_KNOWN


def _examine(job: FolderImport) -> None:
    meter, line = ProgressMeter(job.plan.photo_count), ProgressLine()
    try:
        with closing(job.examine()) as examining:
            for _ in examining:
                line.show(meter.step())
    finally:
        line.clear()


@contextmanager
def _left_as_it_was_if_interrupted(job: FolderImport) -> Iterator[None]:
    try:
        yield
    except KeyboardInterrupt:
        if job.discard():
            remark("The import was cancelled; the gallery is as it was before.")
        raise
    except (ImportUnderWay, ImportGone):
        # Nothing is left here that could be gone on with.
        raise
    except (GalleryError, InputError):
        remark(
            "Nobody was enrolled. The same command goes on where this one stopped; "
            "with --discard it drops what was read so far."
        )
        raise


def _discard(options: Options) -> int:
    dropped = 0
    with people_there_are(options) as people:
        if people is not None:
            unfinished = UnfinishedImports(people.file)
            found = unfinished.of(options.arguments.folder)
            if found is not None:
                unfinished.discard(found.id)
                dropped = found.examined
    if options.arguments.json:
        say_json({"discarded": dropped})
    elif dropped:
        say(f"What was read of {counted(dropped, 'photo')} was dropped.")
    else:
        say("There is no unfinished import of this folder.")
    return 0


def _say_plan(plan: FolderPlan, people: PeopleService | None, options: Options) -> None:
    names = [] if people is None else [person.identity.name for person in people.people()]
    enrolled = {name_key(name) for name in names}
    if options.arguments.json:
        say_json(
            {
                "folder": path_key(plan.folder),
                "people": [
                    {
                        "name": person.name,
                        "new": name_key(person.name) not in enrolled,
                        "photos": len(person.photos),
                    }
                    for person in plan.people
                ],
                "notes": _notes_json(plan),
            }
        )
        return
    for person in plan.people:
        state = "enrolled already" if name_key(person.name) in enrolled else "new"
        say(f"{person.name}: {counted(len(person.photos), 'photo')}, {state}")
    _say_notes(plan)
    new = sum(name_key(person.name) not in enrolled for person in plan.people)
    say(
        f"{counted(len(plan.people), 'person', 'people')}, {new:,} of them new, with "
        f"{counted(plan.photo_count, 'photo')}. Nothing was changed."
    )


def _say_end(
    plan: FolderPlan, reports: Sequence[PhotoReport], imported: Imported, options: Options
) -> None:
    left_out = without_pictures(reports)
    refused = counts_by_code(reports)
    if options.arguments.json:
        for report in reports:
            say_json(_report_json(report))
        say_json(
            {
                "people": imported.people,
                "new_people": imported.new_people,
                "enrolled": imported.pictures,
                "enrolled_before": count_of(reports, Outcome.ENROLLED_BEFORE),
                "refused": refused,
                "without_pictures": left_out,
                "renamed": [{"from": old, "to": new} for old, new in imported.renamed],
                "removed_meanwhile": list(imported.gone),
                "notes": _notes_json(plan),
            }
        )
        return
    for report in reports:
        if report.outcome is Outcome.REFUSED and options.arguments.report is None:
            say(f"{report.photo}: refused. {report.reason}")
    _say_notes(plan)
    for old, new in imported.renamed:
        say(f"{old} is called {new} by now; the pictures went to {new}.")
    for name in imported.gone:
        say(f"{name} was removed meanwhile; the pictures were left out.")
    if left_out:
        say(f"Without a usable photo, and so not enrolled: {', '.join(left_out)}")
    say(
        f"{counted(imported.pictures, 'photo')} of "
        f"{counted(imported.people, 'person', 'people')} enrolled, "
        f"{imported.new_people:,} of them new."
    )
    before = count_of(reports, Outcome.ENROLLED_BEFORE)
    if before:
        say(f"{counted(before, 'photo')} had been enrolled before.")
    if refused:
        listed = ", ".join(f"{code.replace('-', ' ')} {count:,}" for code, count in refused.items())
        say(f"{counted(sum(refused.values()), 'photo')} refused: {listed}.")


def _say_notes(plan: FolderPlan) -> None:
    for note in plan.notes:
        say(_note_words(note))


def _note_words(note: LayoutNote) -> str:
    where = "the folder itself" if note.where == "." else note.where
    if note.kind is NoteKind.JOINED:
        return f"{note.detail}: joined from {note.where}."
    words = f"{where}: {_KINDS[note.kind]}"
    if note.detail:
        words += f", {note.detail}"
    return f"{words} ({note.count:,})." if note.count > 1 else f"{words}."


def _notes_json(plan: FolderPlan) -> list[dict[str, Any]]:
    return [
        {"kind": note.kind.value, "where": note.where, "detail": note.detail, "count": note.count}
        for note in plan.notes
    ]


def _report_json(report: PhotoReport) -> dict[str, Any]:
    return {
        "photo": report.photo,
        "person": report.person,
        "outcome": report.outcome.value,
        "code": report.code,
        "reason": report.reason,
        "quality": None if report.quality is None else round(report.quality, 4),
    }
