"""What the list of shots says of each."""

from __future__ import annotations

from desktop_app.services.guidance.poses import Wanted
from desktop_app.services.guidance.shots import Shot
from desktop_app.ui.camera.shots import ShotList


def test_a_shot_that_was_taken_by_itself_is_not_said_to_be_by_hand(qtbot, somebody) -> None:
    shots = ShotList()
    qtbot.addWidget(shots)
    face = somebody("Anna")

    shots.show_shots(
        [
            Shot(face, Wanted.LEFT),
            Shot(face, Wanted.LEFT, by_hand=True),
            Shot(face, None),
            Shot(face, None, by_hand=True),
        ]
    )

    lines = [shots.view.item(row).text().splitlines()[0] for row in range(4)]
    assert lines == ["Left", "Left", "Another look", "By hand"]
