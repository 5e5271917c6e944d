"""``kenspeckle doctor``."""

from __future__ import annotations

import os
from dataclasses import asdict

from desktop_app.cli.options import Options
from desktop_app.cli.terminal import EXIT_KNOWN, remark, say, say_json
from desktop_app.services.doctor import Report, examine
from desktop_app.services.runtime import gallery_path


def run(options: Options) -> int:
    """Say what works here; 2 when something is broken."""
    report = examine(
        options.data_dir,
        gallery_path(options.data_dir, options.gallery_given),
        environ=os.environ,
    )
    if options.arguments.json:
        say_json(asdict(report))
    else:
        _say(report)
    if not report.problems:
        return 0
    remark(" ".join(report.problems))
    return EXIT_KNOWN


def _say(report: Report) -> None:
    for name, version in report.versions.items():
        say(f"{name}: {version}")
    say(f"data folder: {report.data_folder}")
    for model in report.models:
        state = model.problem or "as it should be"
        say(f"model {model.name} ({model.licence}, sha256 {model.sha256[:12]}…): {state}")
    say(f"embedder in use: {report.embedder or 'none'}")
    for address, name in report.cameras.items():
        say(f"{address}: {name}")
    if not report.cameras:
        say("cameras: none found")
    say(f"display: {report.display}")
    if report.missing_libraries:
        say(f"missing system libraries: {', '.join(report.missing_libraries)}")
    database = report.database
    if database.problem:
        state = database.problem
    elif database.people is None:
        state = "not made yet"
    else:
        state = f"sound, {database.people} people"
    if database.protection is not None:
        state = f"{state}; {database.protection}"
    say(f"gallery {database.path}: {state}")
    say(f"keychain: {report.keychain}")
    say(f"network: {report.network}")
