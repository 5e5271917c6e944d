"""Network cameras against a small RTSP server of our own (RFC 2326, JPEG as in RFC 2435)."""

import contextlib
import socket
import struct
import threading

import numpy as np
import pytest

from desktop_app.capture.source import SourceSpec
from desktop_app.capture.stream import StreamSource
from desktop_app.errors import CameraLost, StreamUnreachable
from desktop_app.opencv import cv2
from desktop_app.workers.capture_worker import CaptureWorker

WIDTH, HEIGHT = 64, 48
SDP = (
    "v=0\r\no=- 0 0 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 0.0.0.0\r\nt=0 0\r\n"
    "m=video 0 RTP/AVP 26\r\na=control:track\r\n"
)


def rtp_packet(number):
    """Make one RTP packet that holds one whole small JPEG, red, of number ``number``."""
    picture = np.full((HEIGHT, WIDTH, 3), (0, 0, 200), np.uint8)
    options = [cv2.IMWRITE_JPEG_QUALITY, 90]
    options += [cv2.IMWRITE_JPEG_SAMPLING_FACTOR, cv2.IMWRITE_JPEG_SAMPLING_FACTOR_420]
    jpeg = cv2.imencode(".jpg", picture, options)[1].tobytes()
    tables, scan, position = b"", b"", 2
    while not scan:
        marker, length = struct.unpack(">xBH", jpeg[position : position + 4])
        body = jpeg[position + 4 : position + 2 + length]
        if marker == 0xDB:
            tables += b"".join(body[start + 1 : start + 65] for start in range(0, len(body), 65))
        if marker == 0xDA:
            scan = jpeg[position + 2 + length : -2]
        position += 2 + length
    header = struct.pack(">BBHII", 0x80, 0x80 | 26, number, number * 3600, 7)
    header += struct.pack(">IBBBB", 0, 1, 255, WIDTH // 8, HEIGHT // 8)
    header += struct.pack(">BBH", 0, 0, len(tables)) + tables
    return b"$\0" + struct.pack(">H", len(header) + len(scan)) + header + scan


class NetworkCamera:
    """Serves one client at a time; ``frames`` pictures, then silence, or it hangs up."""

    def __init__(self, *, frames, hangs_up=False, speaks=True, port=0):
        self.frames = frames
        self.hangs_up = hangs_up
        self.speaks = speaks
        self.listener = socket.create_server(("127.0.0.1", port))
        self.port = self.listener.getsockname()[1]
        self.requests = []
        self.connections = []
        self.thread = threading.Thread(target=self.serve, daemon=True)
        self.thread.start()

    def serve(self):
        while True:
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            self.connections.append(connection)
            try:
                if self.speaks:
                    self.talk(connection)
            except OSError:
                pass  # the client hung up

    def talk(self, connection):
        received = b""
        while chunk := connection.recv(4096):
            received += chunk
            while b"\r\n\r\n" in received:
                request, _, received = received.partition(b"\r\n\r\n")
                lines = request.decode().split("\r\n")
                self.requests.append(lines[0])
                verb = lines[0].split()[0]
                sequence = next(line for line in lines if line.lower().startswith("cseq"))
                connection.sendall(self.answer(verb, sequence))
                if verb == "PLAY":
                    for number in range(self.frames):
                        connection.sendall(rtp_packet(number))
                    if self.hangs_up:
                        connection.close()
                        return

    def answer(self, verb, sequence):
        head = f"RTSP/1.0 200 OK\r\n{sequence}\r\n"
        if verb == "OPTIONS":
            return f"{head}Public: DESCRIBE, SETUP, PLAY, TEARDOWN\r\n\r\n".encode()
        if verb == "DESCRIBE":
            length = f"Content-Type: application/sdp\r\nContent-Length: {len(SDP)}\r\n\r\n"
            return f"{head}{length}{SDP}".encode()
        if verb == "SETUP":
            transport = "Transport: RTP/AVP/TCP;unicast;interleaved=0-1\r\nSession: 1\r\n\r\n"
            return f"{head}{transport}".encode()
        return f"{head}Session: 1\r\n\r\n".encode()

    def close(self):
        # Closing alone would leave the thread waiting, and the port open.
        for end in (self.listener, *self.connections):
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()
        self.thread.join()


@pytest.fixture
def network_camera():
    cameras = []

    def start(**how):
        cameras.append(NetworkCamera(**how))
        return cameras[-1]

    yield start
    for camera in cameras:
        camera.close()


def stream(camera, *, timeout):
    spec = SourceSpec.parse(f"rtsp://anna:geheim@127.0.0.1:{camera.port}/live")
    return StreamSource(spec, timeout=timeout)


@pytest.mark.parametrize("hangs_up", [True, False], ids=["hangs up", "falls silent"])
def test_a_network_camera_gives_frames_until_it_stops_and_then_is_lost(network_camera, hangs_up):
    camera = network_camera(frames=40, hangs_up=hangs_up)
    source = stream(camera, timeout=2.0)
    source.open()
    frames = []
    with pytest.raises(CameraLost) as caught:
        frames.extend(iter(source.read, None))
    source.close()

    assert len(frames) > 20
    assert [frame.index for frame in frames] == list(range(len(frames)))
    assert frames[0].size == (WIDTH, HEIGHT)
    red, green, blue = frames[5].pixels[20, 20].astype(int)
    assert red > 150 > 60 > max(green, blue)
    times = [frame.timestamp for frame in frames]
    assert times == sorted(times)
    assert "geheim" not in str(caught.value) + frames[0].source_id
    assert any(line.startswith("PLAY") for line in camera.requests)


def test_a_network_camera_that_came_back_goes_on_counting(network_camera):
    camera = network_camera(frames=40, hangs_up=True)
    source = stream(camera, timeout=5.0)
    source.open()
    first = [source.read() for _ in range(3)]
    source.close()
    source.open()
    again = source.read()
    source.close()
    assert again.index == 3
    assert again.timestamp >= first[-1].timestamp


def test_a_server_that_accepts_and_says_nothing_is_given_up_on(network_camera, capfd):
    source = stream(network_camera(frames=0, speaks=False), timeout=0.3)
    with pytest.raises(StreamUnreachable) as caught:
        source.open()
    shown = str(caught.value) + "".join(capfd.readouterr())
    assert "geheim" not in shown
    assert "127.0.0.1" in shown


def test_a_server_that_sends_no_picture_is_given_up_on(network_camera):
    source = stream(network_camera(frames=0), timeout=0.5)
    with pytest.raises(StreamUnreachable):
        source.open()


def test_an_address_where_nobody_listens_is_unreachable(capfd):
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    source = StreamSource(SourceSpec.parse(f"rtsp://anna:geheim@127.0.0.1:{port}/live"))
    with pytest.raises(StreamUnreachable) as caught:
        source.open()
    assert "geheim" not in str(caught.value) + "".join(capfd.readouterr())


@pytest.mark.parametrize("host", ["cam..local", "k" * 70 + ".local"])
def test_an_address_that_names_no_computer_is_unreachable(host, capfd):
    with pytest.raises(StreamUnreachable) as caught:
        StreamSource(SourceSpec.parse(f"rtsp://anna:geheim@{host}/live")).open()
    assert "geheim" not in str(caught.value) + "".join(capfd.readouterr())


def test_nobody_is_asked_to_decode_before_somebody_answered(monkeypatch):
    monkeypatch.setattr(cv2, "VideoCapture", lambda *_: pytest.fail("FFmpeg was asked"))
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    with pytest.raises(StreamUnreachable):
        StreamSource(SourceSpec.parse(f"rtsp://127.0.0.1:{port}/live")).open()


@pytest.mark.parametrize("address", ["rtsp://anna:ge#im@127.0.0.1/x", "rtsp://127.0.0.1:99999/x"])
def test_an_address_that_only_ffmpeg_may_understand_is_left_to_it(address, capfd):
    with pytest.raises(StreamUnreachable):
        StreamSource(SourceSpec.parse(address), timeout=0.5).open()


@pytest.mark.parametrize("hangs_up", [True, False], ids=["hangs up", "falls silent"])
def test_a_network_camera_that_was_away_is_back_by_itself(qtbot, network_camera, hangs_up):
    camera = network_camera(frames=40, hangs_up=hangs_up)
    spec = SourceSpec.parse(f"rtsp://127.0.0.1:{camera.port}/live")
    worker = CaptureWorker(spec, source_for=lambda spec: StreamSource(spec, timeout=2.0))
    worker.start()
    qtbot.waitUntil(lambda: worker.frames_read > 0, timeout=10_000)
    camera.close()
    qtbot.waitUntil(lambda: worker.attempts > 0, timeout=10_000)
    before = worker.frames_read
    network_camera(frames=40, hangs_up=hangs_up, port=camera.port)
    qtbot.waitUntil(lambda: worker.frames_read > before, timeout=10_000)
    worker.stop()
    assert worker.wait(timeout=10)
