# SPDX-License-Identifier: EUPL-1.2
"""A real HTTP server on the loopback that answers what a function says, in JSON."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@contextmanager
def risponde(con: Callable[[str, bytes], tuple[int, bytes]]) -> Iterator[str]:
    """Serve while the block lasts, and give the address: `con` has the path and the body, and gives status and body."""

    class Pagina(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._rispondi()

        def do_POST(self) -> None:
            self._rispondi()

        def _rispondi(self) -> None:
            stato, corpo = con(self.path, self.rfile.read(int(self.headers.get("Content-Length", 0))))
            self.send_response(stato)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(corpo)))
            self.end_headers()
            self.wfile.write(corpo)

        def log_message(self, *_: object) -> None:
            """Stay silent."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Pagina)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
