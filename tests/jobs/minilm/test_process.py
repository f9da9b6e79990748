"""The model's process: it begins when it is needed, ends by itself, and fails alone."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from helpdesk.meanings import closeness
from jobs.minilm.files import ModelFiles
from jobs.minilm.network import Network
from jobs.minilm.process import Meanings, NotTold
from tests.support.tiny_model import make_model

TEXTS = ["The kettle leaks!", "Where is my invoice?", "My kettle is new\nand leaks"]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    make_model(tmp_path)
    return tmp_path


@pytest.fixture
def meanings(folder: Path) -> Iterator[Meanings]:
    made = Meanings(ModelFiles(folder, "tiny"))
    yield made
    made.close()


def test_it_tells_what_the_network_tells(meanings: Meanings, folder: Path) -> None:
    assert meanings.of([]) == []
    assert meanings.pid is None  # nothing was asked yet
    network = Network(folder)
    assert meanings.of(TEXTS) == [network.vector(text) for text in TEXTS]
    first = meanings.pid
    assert closeness(*meanings.of(TEXTS[:1] * 2)) == pytest.approx(1)
    assert meanings.pid == first
    many = ["new " * 500] * 200  # more than a pipe holds
    assert meanings.of(many) == [network.vector(many[0])] * 200


def test_one_that_died_is_begun_anew(meanings: Meanings) -> None:
    before = meanings.of(TEXTS)
    assert meanings.pid
    os.kill(meanings.pid, signal.SIGKILL)
    assert meanings.of(TEXTS) == before


def test_it_ends_by_itself_after_a_while(folder: Path) -> None:
    meanings = Meanings(ModelFiles(folder, "tiny"), idle=0.2)
    meanings.of(TEXTS)
    until = time.monotonic() + 5
    while meanings.pid and time.monotonic() < until:
        time.sleep(0.05)
    assert meanings.pid is None
    meanings.reap()
    assert len(meanings.of(TEXTS)) == 3
    meanings.close()
    assert meanings.pid is None


def test_its_faults_are_told_in_a_line(meanings: Meanings, folder: Path) -> None:
    (folder / "config.json").write_text("{}")
    with pytest.raises(NotTold, match="ValueError: config"):
        meanings.of(TEXTS)
    assert meanings.pid is None
    make_model(folder)
    assert len(meanings.of(TEXTS)) == 3


def test_it_is_not_waited_for_for_ever(folder: Path) -> None:
    meanings = Meanings(ModelFiles(folder, "tiny"), seconds=0.001)
    with pytest.raises(NotTold, match=r"within 0\.001 seconds"):
        meanings.of(TEXTS)
    assert meanings.pid is None


def test_it_has_no_secrets(meanings: Meanings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("POSTDESK_SECRET_KEY", "0123456789" * 4)
    meanings.of(TEXTS)
    assert b"POSTDESK" not in Path(f"/proc/{meanings.pid}/environ").read_bytes()


def test_nothing_else_loads_numpy() -> None:
    loaded = "import sys, jobs.sweep, commands.similar; sys.exit('numpy' in sys.modules)"
    subprocess.run([sys.executable, "-c", loaded], check=True)
