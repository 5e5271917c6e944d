"""What every window needs, handed down from the composition root."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from desktop_app.errors import KeychainRefused, KeyMissing, PassphraseNeeded, PassphraseWrong
from desktop_app.paths import DataDir
from desktop_app.settings import Settings, save_settings
from desktop_app.workers.background import BackgroundRunner

if TYPE_CHECKING:
    # The window is on screen before the database and the networks are imported.
    from desktop_app.recognition.decision import DecisionPolicy
    from desktop_app.recognition.gallery import Gallery
    from desktop_app.recognition.people import Consent, Origin
    from desktop_app.services.people import GalleryChange, PeopleService
    from desktop_app.vision.pipeline import FacePipeline
    from desktop_app.vision.types import Face

    Failure = Callable[[Exception], object] | None
    Changed = Callable[[GalleryChange], object] | None


class AppContext(QObject):
    """Shared services, and the signals that keep every view up to date.

    Views read :attr:`gallery` and listen to :attr:`gallery_changed`; they change people through
    the methods here, which write on the database thread and then tell everybody.

    Attributes:
        engine_ready: the networks are loaded and the gallery is open.
        engine_failed: one of them could not be; the window says why, and offers to try again.
        gallery_changed: a ``GalleryChange``.
        settings_changed: the new ``Settings``.
        policy_changed: names are given by other rules from now on.
        history_changed: somebody was seen, or what is known of it was corrected or deleted.
        people_forgotten: the gallery was locked, or somebody else changed its key: nobody is
            known until it is opened again.
        shut_out: the exception that the gallery raised when it was to be read again.
        protection_changed: whether the gallery is sealed now, which it was not before, or was.
        failed: an exception for the error route.
        trouble: a sentence for people on why the engine could not be loaded; None before that
            is known, and once it is loaded.

    """

    engine_ready = Signal()
    engine_failed = Signal()
    gallery_changed = Signal(object)
    settings_changed = Signal(object)
    policy_changed = Signal()
    people_forgotten = Signal()
    shut_out = Signal(object)
    protection_changed = Signal(object)
    history_changed = Signal()
    failed = Signal(object)

    def __init__(
        self,
        *,
        data_dir: DataDir,
        settings: Settings,
        database: BackgroundRunner,
        general: BackgroundRunner,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self.data_dir = data_dir
        self.settings = settings
        self.database = database
        self.general = general
        self.pipeline: FacePipeline | None = None
        self.policy: DecisionPolicy | None = None
        self.people: PeopleService | None = None
        self.last_change: GalleryChange | None = None
        self.trouble: str | None = None
        self._is_sealed = False
        database.failed.connect(self.failed)
        general.failed.connect(self.failed)

    @property
    def is_ready(self) -> bool:
        """Whether faces can be found and people looked up."""
        return not (self.pipeline is None or self.people is None or self.policy is None)

    @property
    def gallery(self) -> Gallery | None:
        """The newest snapshot; None until the engine is ready."""
        return self.people.gallery if self.people is not None else None

    def become_ready(
        self,
        *,
        pipeline: FacePipeline,
        policy: DecisionPolicy,
        people: PeopleService,
        change: GalleryChange,
    ) -> None:
        """Take the loaded engine and the open gallery, and tell everybody."""
        self.pipeline, self.policy, self.people = pipeline, policy, people
        self.trouble = None
        self._is_sealed = change.is_sealed
        self.engine_ready.emit()
        self._broadcast(change, None)

    def use_policy(self, policy: DecisionPolicy) -> None:
        """Decide by other rules, and tell everybody."""
        self.policy = policy
        self.policy_changed.emit()

    def become_unusable(self, trouble: str) -> None:
        """Take the sentence on why the engine cannot be loaded, and tell everybody."""
        self.trouble = trouble
        self.engine_failed.emit()

    def forget_people(self) -> None:
        """Keep nothing of who is enrolled, and have every view show nobody."""
        people, self.people, self.last_change = self.people, None, None
        if people is None:
            return
        from desktop_app.recognition.gallery import Gallery
        from desktop_app.services.people import GalleryChange

        embedder, dimension = people.gallery.embedder, people.gallery.matrix.shape[1]
        self.gallery_changed.emit(
            GalleryChange(Gallery.empty(embedder=embedder, dimension=dimension), ())
        )
        self.people_forgotten.emit()

    def note_protection(self, *, is_sealed: bool) -> None:
        """Tell everybody whether the gallery is sealed, if that is news."""
        if is_sealed != self._is_sealed:
            self._is_sealed = is_sealed
            self.protection_changed.emit(is_sealed)

    def change_settings(self, **changes: object) -> None:
        """Change settings, save them, tell everybody."""
        self.settings = self.settings.with_changes(**changes)
        self.settings_changed.emit(self.settings)
        settings, path = self.settings, self.data_dir.settings_file
        # The database thread finishes all it was given before the application leaves; the
        # general one drops what waits.
        self.database.run(lambda: save_settings(settings, path))

    def enrol(
        self,
        name: str,
        faces: Sequence[Face],
        *,
        origin: Origin,
        consent: Consent | None = None,
        success: Changed = None,
        failure: Failure = None,
    ) -> None:
        """Add faces to the person of that name, who is made where there is none."""
        self.change_people(
            lambda people: people.enrol(name, faces, origin=origin, consent=consent),
            success=success,
            failure=failure,
        )

    def rename(
        self, identity_id: int, name: str, *, success: Changed = None, failure: Failure = None
    ) -> None:
        """Give a person another name."""
        self.change_people(
            lambda people: people.rename(identity_id, name), success=success, failure=failure
        )

    def remove(self, identity_id: int, *, success: Changed = None, failure: Failure = None) -> None:
        """Put a person into the bin, with all samples and templates."""
        self.change_people(
            lambda people: people.remove(identity_id), success=success, failure=failure
        )

    def add_negative(
        self,
        identity_id: int,
        face: Face,
        *,
        origin: Origin,
        success: Changed = None,
        failure: Failure = None,
    ) -> None:
        """Keep that a face, with the embedding that was searched, is not this person's."""
        self.change_people(
            lambda people: people.add_negative(identity_id, face, origin=origin),
            success=success,
            failure=failure,
        )

    def remove_negative(
        self, negative_id: int, *, success: Changed = None, failure: Failure = None
    ) -> None:
        """Take back that a face is not somebody's."""
        self.change_people(
            lambda people: people.remove_negative(negative_id), success=success, failure=failure
        )

    def undo(self, *, success: Changed = None, failure: Failure = None) -> None:
        """Undo what was done last."""
        # Nothing is left where two asked at once.
        self.change_people(
            lambda people: people.undo() or people.reread(), success=success, failure=failure
        )

    def redo(self, *, success: Changed = None, failure: Failure = None) -> None:
        """Do again what was undone last."""
        self.change_people(
            lambda people: people.redo() or people.reread(), success=success, failure=failure
        )

    def refresh(self) -> None:
        """Look whether another process changed the gallery."""
        people = self.people
        if people is None:
            return
        self.database.run(
            people.refresh,
            success=lambda change: self._broadcast(change, None) if change else None,
            failure=self._could_not_refresh,
        )

    def change_people(
        self,
        work: Callable[[PeopleService], GalleryChange],
        *,
        success: Changed = None,
        failure: Failure = None,
    ) -> None:
        """Change who is enrolled on the database thread, then tell everybody.

        Args:
            work: calls one method of the service.
            success: hears of the change after everybody.
            failure: gets the exception; the error route where there is none.

        """
        people = self.people
        if people is None:
            raise RuntimeError("people cannot be changed before the gallery is open")
        self.database.run(
            lambda: work(people),
            success=lambda change: self._broadcast(change, success),
            failure=failure,
        )

    def _could_not_refresh(self, error: Exception) -> None:
        if isinstance(error, PassphraseNeeded | PassphraseWrong | KeyMissing | KeychainRefused):
            self.shut_out.emit(error)
        else:
            self.failed.emit(error)

    def _broadcast(self, change: GalleryChange, success: Changed) -> None:
        # Saved just before it was locked, it is told nobody any more.
        if self.people is not None:
            self.last_change = change
            self.gallery_changed.emit(change)
            # Somebody else may have sealed it, or a backup that was put back is.
            self.note_protection(is_sealed=change.is_sealed)
        if success is not None:
            success(change)
