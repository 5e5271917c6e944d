"""From a photo file to a name on its box, with the real networks and a real gallery."""

from __future__ import annotations

import matplotlib.cbook
import pytest
import skimage.data
from PIL import Image
from PySide6.QtCore import Qt

from desktop_app.services.people import GalleryChange, PeopleService
from desktop_app.services.runtime import load_pipeline, policy_for
from desktop_app.ui.enrolment.add_person import AddPersonDialog
from desktop_app.ui.line_delegate import DETAIL_ROLE
from desktop_app.ui.photos.photos_window import PhotosWindow
from desktop_app.vision.threads import ONE_EACH

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def networks():
    pipeline = load_pipeline(threads=ONE_EACH)
    yield pipeline
    pipeline.close()


def test_a_face_named_in_one_photo_is_found_in_another(context, service, networks, tmp_path, qtbot):
    people = PeopleService(
        service._repository,
        embedder=networks.embedder.key,
        dimension=networks.embedder.dimension,
    )
    context.become_ready(
        pipeline=networks,
        policy=policy_for(networks.embedder, false_name_rate=1e-3),
        people=people,
        change=GalleryChange(people.gallery, people.people()),
    )
    collins = Image.fromarray(skimage.data.astronaut())
    collins.save(tmp_path / "collins.jpg")
    collins.rotate(8).resize((400, 400)).save(tmp_path / "smaller and askew.png")
    with matplotlib.cbook.get_sample_data("grace_hopper.jpg") as file:
        Image.open(file).save(tmp_path / "hopper.jpg")
    window = PhotosWindow(context)
    qtbot.addWidget(window)
    window.show()

    window.open_photos([tmp_path])
    window.list.setCurrentIndex(window.model.index(0))
    assert window.pane.path == tmp_path / "collins.jpg"
    qtbot.keyClick(window.pane.faces, Qt.Key.Key_Return)
    (dialog,) = window.findChildren(AddPersonDialog)
    assert "Good picture" in dialog.rows[0].status.text()
    qtbot.keyClicks(dialog.name, "Eileen Collins")
    qtbot.keyClick(dialog.name, Qt.Key.Key_Return)

    model = window.model
    said = {
        model.index(row).data(): model.index(row).data(DETAIL_ROLE)
        for row in range(model.rowCount())
    }
    assert said == {
        "collins.jpg": "Eileen Collins",
        "hopper.jpg": "1 unknown",
        "smaller and askew.png": "Eileen Collins",
    }
