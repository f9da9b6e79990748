"""A PDF file of a page, by WeasyPrint where that is installed (``pip install 'postdesk[pdf]'``).

It is made in a process of its own, which ends after some seconds, may take so much memory and no
more, and fetches nothing: neither from the network nor from this machine's files. What it is given
is all that it can show.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from importlib.util import find_spec
from threading import BoundedSemaphore

LONGEST = 2_000_000
"""Characters of a page; a longer one would take minutes."""
SECONDS = 30
MEMORY = 1024**3

FROM_BROWSER = "Print it from the browser, which can save it as a PDF, too."
_KEPT = ("PATH", "PYTHONPATH", "LANG", "HOME", "TMPDIR")
"""Of the environment: what else stands there, secrets among it, is none of its business."""
_one_at_a_time = BoundedSemaphore(1)


class NoPdf(Exception):
    """No PDF file was made; says why, and what to do."""


def has_pdf() -> bool:
    """Whether PDF files can be made here."""
    return find_spec("weasyprint") is not None


def make_pdf(html: str, style: str) -> bytes:
    """Make a PDF file of a page.

    :param style: its style sheet: no other is read.
    :raises NoPdf: WeasyPrint is not installed, or it took too long or too much memory.
    """
    if not has_pdf():
        raise NoPdf(f"PDF files are not installed on this server. {FROM_BROWSER}")
    if len(html) > LONGEST:
        raise NoPdf(f"This ticket is too long for a PDF file. {FROM_BROWSER}")
    if not _one_at_a_time.acquire(timeout=5):
        raise NoPdf(f"Another PDF file is being made; try again in a minute. {FROM_BROWSER}")
    try:
        done = subprocess.run(
            [sys.executable, "-m", "web.pdf"],
            input=json.dumps({"html": html, "style": style}).encode(),
            capture_output=True,
            env={name: os.environ[name] for name in _KEPT if name in os.environ},
            timeout=SECONDS,
            check=True,
        )
    except (OSError, subprocess.SubprocessError):
        raise NoPdf(f"The PDF file could not be made. {FROM_BROWSER}") from None
    finally:
        _one_at_a_time.release()
    if not done.stdout.startswith(b"%PDF-"):
        raise NoPdf(f"The PDF file could not be made. {FROM_BROWSER}")
    return done.stdout


def _child() -> None:
    """Read a page from standard input, and write the PDF file to standard output."""
    import resource

    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    from weasyprint import CSS, HTML, URLFetcher

    class Nothing(URLFetcher):
        def fetch(self, url: str, headers: object = None) -> object:
            raise ValueError(f"not fetched: {url[:60]}")

    given = json.load(sys.stdin.buffer)
    fetcher = Nothing()
    sheet = CSS(string=given["style"], url_fetcher=fetcher)
    page = HTML(string=given["html"], url_fetcher=fetcher, media_type="print")
    sys.stdout.buffer.write(page.write_pdf(stylesheets=[sheet]))


if __name__ == "__main__":
    _child()
