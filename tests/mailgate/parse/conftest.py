"""Where the collection of real mails is not beside the project, its tests are not collected."""

from __future__ import annotations

from pathlib import Path

CORPUS = Path(__file__).parents[3] / ".." / "shared" / "mail" / "manifest.json"
collect_ignore = [] if CORPUS.is_file() else ["test_corpus.py"]
