"""A server of S3 for the tests, and a way to it that can be closed, or fall silent."""

from __future__ import annotations

import asyncio
import signal
import subprocess
import sys
import threading
import urllib.request
from contextlib import suppress

from helpdesk.blobs.bucket import BucketAddress, BucketPlace
from tests.support.running import free_port
from tests.support.servers import ServerMissing, die_with_parent, wait_until

VARIABLES = (
    ("AWS_ACCESS_KEY_ID", "test"),
    ("AWS_SECRET_ACCESS_KEY", "test"),
    ("AWS_REGION", "us-east-1"),
)


class S3Server:
    """moto's server: it forgets all when it ends. It checks no keys."""

    def __init__(self) -> None:
        try:
            import moto.server  # noqa: F401
        except ImportError:
            raise ServerMissing("moto is missing: pip install -e '.[dev]'") from None
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self._buckets = 0
        self._process = subprocess.Popen(
            [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(self.port)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            preexec_fn=die_with_parent(signal.SIGKILL),
        )
        wait_until("the S3 server answers", self._answers, seconds=60)

    def close(self) -> None:
        """End it."""
        self._process.kill()
        self._process.wait(10)

    def make_bucket(self) -> str:
        """An empty bucket; its name."""
        self._buckets += 1
        name = f"shop-mails-{self._buckets}"
        request = urllib.request.Request(f"{self.url}/{name}", method="PUT")
        urllib.request.urlopen(request, timeout=10).close()
        return name

    def _answers(self) -> bool:
        try:
            urllib.request.urlopen(self.url, timeout=1).close()
        except OSError:
            return False
        return True


class Bucket:
    """An empty bucket, and the way to it: open, closed (``refuse``), or ``silent``."""

    def __init__(self, server: S3Server, prefix: str = "postdesk") -> None:
        self._upstream = server.port
        self._silent = False
        self._port = free_port()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self._listening: asyncio.Server | None = None
        self._open: set[asyncio.Task[None]] = set()
        self.name = server.make_bucket()
        self.url = f"s3://{self.name}/{prefix}"
        self.endpoint = f"http://127.0.0.1:{self._port}"
        self.address = BucketAddress(self.name, prefix, self.endpoint, VARIABLES)
        self.answer()

    @property
    def settings(self) -> dict[str, str]:
        """By the names of settings, less ``POSTDESK_``."""
        return {"BLOB_URL": self.url, "S3_ENDPOINT": self.endpoint}

    def place(self, expected: str = "") -> BucketPlace:
        """The bucket as a process that just started has it."""
        return BucketPlace(self.address, expected)

    def answer(self) -> None:
        """Be there again."""
        self._silent = False
        if self._listening is None:
            self._run(self._listen())

    def refuse(self) -> None:
        """Refuse connections, and end those that are open."""
        self._run(self._shut())

    def fall_silent(self) -> None:
        """Take connections, and say nothing."""
        self._run(self._shut())
        self._silent = True
        self._run(self._listen())

    def close(self) -> None:
        """Be gone for good."""
        self._run(self._shut())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(5)
        self._loop.close()

    def _run(self, work: object) -> None:
        asyncio.run_coroutine_threadsafe(work, self._loop).result(10)  # type: ignore[arg-type]

    async def _listen(self) -> None:
        self._listening = await asyncio.start_server(self._serve, "127.0.0.1", self._port)

    async def _shut(self) -> None:
        if self._listening is not None:
            self._listening.close()
            self._listening = None
        tasks = [task for task in self._open if not task.done()]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task
        self._open.add(task)
        try:
            if self._silent:
                await asyncio.sleep(3600)
            there, back = await asyncio.open_connection("127.0.0.1", self._upstream)
            await asyncio.gather(_pass_on(reader, back), _pass_on(there, writer))
        except (OSError, asyncio.CancelledError):
            pass
        finally:
            self._open.discard(task)
            writer.transport.abort()


async def _pass_on(source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
    with suppress(OSError):
        while piece := await source.read(65536):
            target.write(piece)
            await target.drain()
    with suppress(OSError):
        target.close()
