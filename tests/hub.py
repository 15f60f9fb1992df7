"""A small server that speaks as the Hub does of models: their facts, and their files by range."""

import contextlib
import http.server
import json
import re
import threading
from collections.abc import Iterator
from pathlib import Path


class Handler(http.server.BaseHTTPRequestHandler):
    """Serves ``folder/owner/name/file`` as ``/owner/name/resolve/main/file``."""

    folder: Path
    requests: list[str]

    def log_message(self, *_: object) -> None:
        pass

    def do_HEAD(self) -> None:
        self.answer()

    def do_GET(self) -> None:
        self.answer()

    def answer(self) -> None:
        self.requests.append(f"{self.command} {self.path} {self.headers.get('range', '')}".strip())
        if model := re.fullmatch(r"/api/models/(.+)", self.path):
            self.facts(self.folder / model[1], model[1])
        elif file := re.fullmatch(r"/(.+)/resolve/[^/]+/(.+)", self.path):
            self.file(self.folder / file[1], file[2])
        else:
            self.error("EntryNotFound")

    def facts(self, model: Path, name: str) -> None:
        if not model.is_dir():
            return self.error("RepoNotFound")
        files = [{"rfilename": file.name} for file in model.iterdir()]
        self.send(json.dumps({"id": name, "modelId": name, "sha": "0" * 40, "siblings": files, "tags": []}).encode())

    def file(self, model: Path, name: str) -> None:
        if not model.is_dir():
            return self.error("RepoNotFound")
        if (model / "gated").exists():
            return self.error("GatedRepo", 403)
        if not (model / name).is_file():
            return self.error("EntryNotFound")
        self.send((model / name).read_bytes(), file=True)

    def send(self, body: bytes, *, file: bool = False) -> None:
        asked = re.fullmatch(r"bytes=(\d+)-(\d+)", self.headers.get("range", "")) if file else None
        part = body[int(asked[1]) : int(asked[2]) + 1] if asked else body
        self.send_response(206 if asked else 200)
        if asked:
            self.send_header("Content-Range", f"bytes {asked[1]}-{int(asked[1]) + len(part) - 1}/{len(body)}")
        self.send_header("Content-Length", str(len(part)))
        self.send_header("X-Repo-Commit", "0" * 40)
        self.send_header("ETag", f'"{len(body)}"')
        self.send_header("Accept-Ranges", "bytes")
        self.end_headers()
        if self.command == "GET":
            self.wfile.write(part)

    def error(self, code: str, status: int = 404) -> None:
        self.send_response(status)
        self.send_header("X-Error-Code", code)
        self.send_header("Content-Length", "0")
        self.end_headers()


@contextlib.contextmanager
def serving(folder: Path) -> Iterator[tuple[str, list[str]]]:
    """The address of a server of the models in a folder, and the requests it got."""
    requests: list[str] = []
    handler = type("Serving", (Handler,), {"folder": folder, "requests": requests})
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}", requests
        finally:
            server.shutdown()
            thread.join()
