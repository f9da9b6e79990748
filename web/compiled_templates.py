"""Templates are compiled once for all starts: what came of it is kept in the data folder.

Compiling those of a ticket's page takes most of a second, for which else the first to open one
waits, in each process of the web. What is kept is known by the template's content, and by the
program: Jinja applies filters to constants while it compiles.
"""

from __future__ import annotations

import shutil
from contextlib import suppress
from hashlib import sha256
from pathlib import Path

from flask import Flask
from jinja2 import FileSystemBytecodeCache
from jinja2.bccache import Bucket

from helpdesk.settings import Settings


class _CompiledTemplates(FileSystemBytecodeCache):
    """A full disk, or a folder that cannot be written to, only costs the time to compile."""

    def load_bytecode(self, bucket: Bucket) -> None:
        with suppress(OSError):
            super().load_bytecode(bucket)

    def dump_bytecode(self, bucket: Bucket) -> None:
        with suppress(OSError):
            super().dump_bytecode(bucket)


def init_app(app: Flask, settings: Settings) -> None:
    """Have the templates of the pages compiled once; without a folder for it, in each process."""
    kept = settings.data_dir / "run" / "templates"
    own = kept / _program()
    with suppress(OSError):
        own.mkdir(mode=0o700, parents=True, exist_ok=True)
        for other in kept.iterdir():
            if other != own:
                shutil.rmtree(other, ignore_errors=True)
        app.jinja_env.bytecode_cache = _CompiledTemplates(str(own))


def _program() -> str:
    """A name for the code of the pages as it is now."""
    code = sorted(Path(__file__).parent.rglob("*.py"))
    stats = ((path.name, path.stat()) for path in code)
    told = [(name, stat.st_size, stat.st_mtime_ns) for name, stat in stats]
    return sha256(repr(told).encode()).hexdigest()[:16]
