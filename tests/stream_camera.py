"""A network camera: a real Motion JPEG stream on this machine, with a plug that can be pulled."""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import cv2
import numpy as np


class StreamCamera:
    """Serves one stream to anybody who asks; `unplug` cuts every connection, `plug_in` listens again.

    The picture is red on its left half and blue on its right. `is_frozen` keeps connections but sends no pictures.
    """

    def __init__(self, shape: tuple[int, int] = (48, 64), fps: float = 25.0) -> None:
        self.shape = shape
        self.is_frozen = False
        self._fps = fps
        self._port = 0
        self._server: ThreadingHTTPServer | None = None
        self._thread: threading.Thread | None = None
        self._connections: list[socket.socket] = []
        self.plug_in()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self._port}/stream.mjpg"

    def plug_in(self) -> None:
        camera = self
        picture = np.zeros((*self.shape, 3), np.uint8)
        picture[:, : self.shape[1] // 2] = (0, 0, 255)  # OpenCV's order: this is red
        picture[:, self.shape[1] // 2 :] = (255, 0, 0)
        jpeg = cv2.imencode(".jpg", picture)[1].tobytes()

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                camera._connections.append(self.connection)
                self.send_response(200)
                self.send_header("Content-Type", "multipart/x-mixed-replace; boundary=next")
                self.end_headers()
                try:
                    while camera._server is not None:
                        if not camera.is_frozen:
                            head = f"--next\r\nContent-Type: image/jpeg\r\nContent-Length: {len(jpeg)}\r\n\r\n"
                            self.wfile.write(head.encode() + jpeg + b"\r\n")
                        time.sleep(1 / camera._fps)
                except OSError:
                    pass

            def log_message(self, *_: object) -> None:
                pass

        self._server = server = ThreadingHTTPServer(("127.0.0.1", self._port), Handler)
        server.daemon_threads = False
        self._port = server.server_port
        self._thread = threading.Thread(target=server.serve_forever, args=(0.05,), name="stream-camera")
        self._thread.start()

    def unplug(self) -> None:
        server, self._server = self._server, None
        if server is None:
            return
        server.shutdown()
        for connection in self._connections:
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
        self._connections.clear()
        server.server_close()
        assert self._thread is not None
        self._thread.join()
