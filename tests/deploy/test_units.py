"""The systemd units of ``deploy/systemd``: whole, hardened, and each part has one."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.conftest import missing_program

pytestmark = pytest.mark.servers

ROOT = Path(__file__).parents[2]
UNITS = ROOT / "deploy" / "systemd"
SERVICES = sorted(path.name for path in UNITS.glob("*.service"))
MOST_EXPOSED = 1.6
"""Of ten, by ``systemd-analyze security``; a service without hardening has 9.6."""


@pytest.fixture
def machine(tmp_path: Path) -> Path:
    """A root folder with the units in it, and the program that they start."""
    if not shutil.which("systemd-analyze"):
        missing_program("systemd-analyze is not installed (on Debian: apt install systemd)")
    folder = tmp_path / "etc" / "systemd" / "system"
    shutil.copytree(UNITS, folder)
    for name in ("sysinit", "basic", "multi-user", "network-online", "shutdown"):
        (folder / f"{name}.target").write_text(f"[Unit]\nDescription={name}\n")
    program = tmp_path / "opt" / "postdesk" / ".venv" / "bin" / "postdesk"
    program.parent.mkdir(parents=True)
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)
    return tmp_path


def _analyze(machine: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = ["systemd-analyze", "--no-pager", f"--root={machine}", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_systemd_finds_nothing_wrong(machine: Path) -> None:
    done = _analyze(machine, "verify", *SERVICES, "postdesk.target")
    assert (done.returncode, done.stderr) == (0, "")


def test_a_mistake_would_be_found(machine: Path) -> None:
    unit = machine / "etc" / "systemd" / "system" / "postdesk-web.service"
    unit.write_text(unit.read_text().replace("Restart=always", "Restart=alway"))
    assert "alway" in _analyze(machine, "verify", "postdesk-web.service").stderr


@pytest.mark.parametrize("service", SERVICES)
def test_each_is_hardened(machine: Path, service: str) -> None:
    done = _analyze(machine, "security", "--offline=true", service)
    found = re.search(r"Overall exposure level for \S+: ([\d.]+)", done.stdout)
    assert found, done.stderr
    assert float(found[1]) <= MOST_EXPOSED


def test_all_parts_start_after_a_reboot_and_when_they_die() -> None:
    target = (UNITS / "postdesk.target").read_text()
    assert "WantedBy=multi-user.target" in target
    for part in ("web", "door", "filer", "worker"):
        unit = (UNITS / f"postdesk-{part}.service").read_text()
        assert f"postdesk-{part}.service" in target
        assert "Restart=always" in unit
        assert "PartOf=postdesk.target" in unit
