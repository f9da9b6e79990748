"""The collection of real mails, scored: the thresholds that a change may not fall under.

The collection lies beside the project, and is not part of it: where it is missing, this file is
not collected (see conftest.py).
"""

from __future__ import annotations

import importlib.util
import json
import statistics
import time
from collections import Counter
from collections.abc import Callable, Iterator
from email import message_from_bytes
from pathlib import Path
from types import ModuleType
from typing import Any

from mailparser import MailParser

from commands.mail_inspect import line_of
from mailgate.parse import read_mail
from mailgate.parse.limits import MailTooComplexError

MAIL = Path(__file__).parents[3] / ".." / "shared" / "mail"

THRESHOLDS = {
    "readable": 1.0,
    "subject": 0.995,
    "from": 0.995,
    "text": 0.99,
    "attachment": 0.98,
    "reply": 0.93,
    "kind:bounce": 0.98,
    "bounced_recipient": 0.95,
    "kind:ordinary": 1.0,
    "kind:auto_reply": 0.95,
}


def _score() -> ModuleType:
    spec = importlib.util.spec_from_file_location("score", MAIL / "score.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _rows(tmp_path: Path) -> Iterator[tuple[str, bytes, dict[str, Any]]]:
    score = _score()
    rows = score.load(str(MAIL / "manifest.json"), None)
    for number, (name, path, kind, expect) in enumerate(rows):
        if kind != "eml":
            path = score.wrapped(path, kind, tmp_path / f"{number}.eml")
        yield name, path.read_bytes(), expect


def _answer(name: str, raw: bytes) -> dict[str, Any]:
    try:
        return json.loads(json.dumps(line_of(name, read_mail(raw))))  # type: ignore[no-any-return]
    except MailTooComplexError as error:
        return {"file": name, "error": str(error)}


def test_real_mails_read_right(tmp_path: Path) -> None:
    score = _score()
    right, known, wrong = Counter[str](), Counter[str](), list[str]()
    for name, raw, expect in _rows(tmp_path):
        for fact, agrees, came in score.judge(expect, _answer(name, raw)):
            known[fact] += 1
            right[fact] += agrees
            if not agrees:
                wrong.append(f"{fact}: {name}: {str(came)[:80]}")
    for fact, share in THRESHOLDS.items():
        assert known[fact], fact
        assert right[fact] >= share * known[fact], "\n".join(w for w in wrong if fact in w)


def test_reading_costs_little_more_than_mail_parser_alone(tmp_path: Path) -> None:
    ratios = []
    for _, raw, _ in _rows(tmp_path):
        # By turns: what else is at work on the machine slows both alike.
        took = [(_cpu(_alone, raw), _cpu(read_mail, raw)) for _ in range(5)]
        alone, whole = map(min, zip(*took, strict=True))
        ratios.append(whole / max(alone, 1e-5))
    assert statistics.median(ratios) <= 1.3


def _cpu(read: Callable[[bytes], object], raw: bytes) -> float:
    began = time.process_time()
    read(raw)
    return time.process_time() - began


def _alone(raw: bytes) -> None:
    message = message_from_bytes(raw)
    for part in message.walk():
        if part.epilogue is None:
            part.epilogue = ""
    try:
        MailParser(message)
    except (ValueError, TypeError, UnicodeError):  # some of the mails are there for this
        return
