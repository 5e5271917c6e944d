"""Brings the live session, the worker that looks and the guidance of enrolment together."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal, Slot

from desktop_app.arrays import Float32Array
from desktop_app.capture.source import SourceKind
from desktop_app.recognition.people import Origin
from desktop_app.recognition.review import belong_together
from desktop_app.recognition.types import Identity
from desktop_app.services.enrolment import enrolled_vectors
from desktop_app.services.guidance.guided import GuidedEnrolment
from desktop_app.services.guidance.shots import Shot
from desktop_app.ui.context import AppContext
from desktop_app.vision.types import Face
from desktop_app.workers.enrolment_worker import EnrolmentWorker
from desktop_app.workers.feed import Feed
from desktop_app.workers.live_session import LiveSession


class EnrolmentGuide(QObject):
    """Feeds every look to the guidance, and has shots described.

    While it runs, the live recognition rests: both would wait for the same networks.

    Attributes:
        guided: a ``Guidance``.
        shots_changed: there are other shots, or they are judged otherwise.

    """

    guided = Signal(object)
    shots_changed = Signal()

    def __init__(
        self,
        context: AppContext,
        session: LiveSession,
        feed: Feed,
        parent: QObject | None = None,
    ) -> None:
        """Args: session: recognises nobody meanwhile. feed: gives the frames."""
        super().__init__(parent)
        self._context = context
        self._session = session
        self._feed = feed
        self._worker: EnrolmentWorker | None = None
        self.enrolment = GuidedEnrolment(one_person=self._may_be_one_person)
        self._feed.frame_ready.connect(self._take_frame)
        self._feed.source_changed.connect(self._take_source)
        context.engine_ready.connect(self._start)
        self._take_source()

    @property
    def origin(self) -> Origin:
        """Where the shots come from."""
        return Origin.CLIP if self.enrolment.follows_face else Origin.LIVE

    def begin(self) -> None:
        """Begin, now or as soon as the networks are loaded."""
        self._session.rest_recognition()
        self._start()

    def end(self) -> None:
        """Stop looking, and let the live recognition go on."""
        if self._worker is not None:
            self._worker.stop()
            self._worker = None
        self._session.resume_recognition()

    def take_now(self) -> None:
        """Take the next look, whatever is asked for."""
        self.enrolment.take_now()

    def skip(self) -> None:
        """Ask for the next shot."""
        self.enrolment.skip()

    def leave_out(self, shot: Shot) -> None:
        """Drop a shot."""
        self.enrolment.leave_out(shot)
        self.shots_changed.emit()

    def retake(self, shot: Shot) -> None:
        """Ask for a shot anew."""
        self.enrolment.retake(shot)
        self.shots_changed.emit()

    def add_to(self, identity: Identity | None) -> None:
        """Judge the shots by what is enrolled of a person; None where they are nobody yet."""
        gallery = self._context.gallery
        if gallery is not None:
            self.enrolment.set_enrolled(enrolled_vectors(gallery, identity))
            self.shots_changed.emit()

    @Slot()
    def _start(self) -> None:
        pipeline = self._context.pipeline
        if pipeline is None or self._worker is not None:
            return
        worker = EnrolmentWorker(pipeline)
        worker.look_ready.connect(self._take_look)
        worker.described.connect(self._take_face)
        worker.troubled.connect(self._context.failed)
        self._worker = worker
        self._take_frame()
        worker.start()

    @Slot()
    def _take_frame(self) -> None:
        frame = self._feed.frame
        if self._worker is not None and frame is not None:
            self._worker.see(frame)

    @Slot()
    def _take_source(self) -> None:
        spec = self._feed.spec
        self.enrolment.follows_face = spec is not None and spec.kind is SourceKind.CLIP

    @Slot()
    def _take_look(self) -> None:
        worker = self._worker
        look = worker.newest() if worker is not None else None
        if worker is None or look is None:
            return
        guidance = self.enrolment.observe(look)
        if guidance.take:
            worker.describe(look)
        self.guided.emit(guidance)

    @Slot(object)
    def _take_face(self, face: Face | None) -> None:
        self.enrolment.settle(face)
        self.shots_changed.emit()

    def _may_be_one_person(self, matrix: Float32Array) -> bool:
        policy = self._context.policy
        return policy is None or belong_together(matrix, policy)
