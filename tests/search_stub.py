"""A server that knows of Elasticsearch's protocol what reading all and writing in bulk need: scrolls and updates."""

from __future__ import annotations

import contextlib
import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

PAGE = 40
"""Hits a page, so that scrolling takes several."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    documents: dict[str, dict[str, object]]

    def do_POST(self) -> None:
        """Search, scroll or write."""
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        path = self.path.partition("?")[0]
        if path == "/_bulk":
            self._answer(self._bulk(body))
        elif path == "/_search/scroll":
            self._answer(self._page(int(json.loads(body)["scroll_id"])))
        elif path.endswith("/_search"):
            self._answer(self._page(0))
        else:
            self.send_error(404)

    do_PUT = do_POST  # noqa: N815 - as http.server calls it

    def do_DELETE(self) -> None:
        """End a scroll."""
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self._answer({"succeeded": True})

    def _page(self, start: int) -> dict[str, object]:
        some = list(self.documents.items())[start : start + PAGE]
        return {
            "_scroll_id": str(start + len(some)),
            "_shards": {"total": 1, "successful": 1, "skipped": 0, "failed": 0},
            "hits": {"hits": [{"_index": "news", "_id": name, "_source": source} for name, source in some]},
        }

    def _bulk(self, body: bytes) -> dict[str, object]:
        lines = [json.loads(line) for line in body.splitlines()]
        items = []
        for action, change in zip(lines[::2], lines[1::2], strict=True):
            (name,) = (each["_id"] for each in action.values())
            found = self.documents.get(name)
            if found is not None:
                found.update(change["doc"])
            items.append({"update": {"_index": "news", "_id": name, "status": 404 if found is None else 200}})
        return {"errors": any(item["update"]["status"] == 404 for item in items), "items": items}

    def _answer(self, value: dict[str, object]) -> None:
        body = json.dumps(value).encode()
        self.send_response(200)
        self.send_header("X-Elastic-Product", "Elasticsearch")
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@contextlib.contextmanager
def serving(documents: dict[str, dict[str, object]]) -> Iterator[str]:
    """Serve an index of documents, which are changed in place; yields the address."""
    handler = type("Handler", (_Handler,), {"documents": documents})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
