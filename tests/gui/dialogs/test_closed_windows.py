"""A window that was closed and is gone hears of nothing any more."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QCoreApplication, QEvent

from desktop_app.recognition.people import Origin
from desktop_app.services.people import GalleryChange
from desktop_app.ui.backups.backup_dialog import BackupDialog
from desktop_app.ui.corrections.merge_dialog import MergeDialog
from desktop_app.ui.corrections.person_chooser import PersonChooser
from desktop_app.ui.enrolment.add_person import AddPersonDialog
from desktop_app.ui.history.window import HistoryWindow
from desktop_app.ui.imports.import_dialog import ImportDialog
from desktop_app.ui.people.people_panel import PeoplePanel
from desktop_app.ui.people.person_dialog import PersonDialog
from desktop_app.ui.photos.photos_window import PhotosWindow
from desktop_app.ui.privacy.bin_dialog import BinDialog
from desktop_app.ui.settings_dialog import SettingsDialog

WINDOWS = {
    "settings": SettingsDialog,
    "bin": BinDialog,
    "backups": BackupDialog,
    "history": HistoryWindow,
    "photos": PhotosWindow,
    "import": ImportDialog,
    "add": AddPersonDialog,
    "people": PeoplePanel,
    "person": lambda context: PersonDialog(context, context.last_change.people[0].identity),
    "merge": lambda context: MergeDialog(context, context.last_change.people),
    "chooser": lambda context: PersonChooser(context, question="Who?", choose="This one"),
}


@pytest.mark.parametrize("name", WINDOWS)
def test_a_window_that_is_gone_hears_of_nothing(name, ready_context, service, somebody):
    for who in ("Anna", "Bert"):
        ready_context.enrol(who, [somebody(who)], origin=Origin.PHOTO)
    window = WINDOWS[name](ready_context)
    window.show()
    window.close()
    window.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    # What a slot raises fails the test.
    ready_context.change_settings(mirror=False)
    ready_context.use_policy(ready_context.policy)
    ready_context.history_changed.emit()
    ready_context.protection_changed.emit(False)
    ready_context.forget_people()
    ready_context.become_unusable("Locked.")
    ready_context.become_ready(
        pipeline=ready_context.pipeline,
        policy=ready_context.policy,
        people=service,
        change=GalleryChange(service.gallery, service.people()),
    )
