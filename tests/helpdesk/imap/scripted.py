"""A mail server that answers as a test tells it to: for what no real one can be made to do."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress

Answer = str | bytes | Callable[[str], bytes] | None


class ScriptedImap:
    """Answers each command by its first words; ``None`` drops the connection.

    ``{tag}`` stands for the command's tag. What is not planned is answered with OK.
    """

    def __init__(self, answers: Mapping[str, Answer], greeting: str = "* OK hello") -> None:
        self._answers = answers
        self._greeting = greeting
        self._server = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._server.getsockname()[1]
        self.heard: list[str] = []
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def __enter__(self) -> ScriptedImap:
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown(socket.SHUT_RDWR)
        self._server.close()
        self._thread.join(5)

    def _serve(self) -> None:
        while True:
            try:
                client, _ = self._server.accept()
            except OSError:
                return
            with client, suppress(OSError):
                client.settimeout(5)
                client.sendall(f"{self._greeting}\r\n".encode())
                self._talk(client)

    def _talk(self, client: socket.socket) -> None:
        lines = client.makefile("rb")
        for line in lines:
            tag, _, command = line.decode("latin-1").strip().partition(" ")
            self.heard.append(command)
            answer: Answer = "{tag} OK done"
            for begins, planned in self._answers.items():
                if command.upper().startswith(begins):
                    answer = planned
                    break
            if answer is None:
                return
            said = answer(tag) if callable(answer) else answer
            said = said.encode() if isinstance(said, str) else said
            client.sendall(said.replace(b"{tag}", tag.encode()) + b"\r\n")
