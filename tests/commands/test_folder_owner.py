"""Commands run as the data folder's owner, and close it to all others."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from tests.commands.conftest import Postdesk, said
from tests.support.ownership import NOBODY, hand_over


def test_a_folder_open_to_others_is_closed(postdesk: Postdesk, tmp_path: Path) -> None:
    folder = tmp_path / "var"
    folder.mkdir(exist_ok=True)
    folder.chmod(0o755)
    before = os.umask(0o022)
    try:
        done = postdesk("migrate")
        assert "was open to other users; it is closed now" in done.stderr
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
        assert postdesk("ledger").stderr == ""
        for path in folder.rglob("*"):
            assert not stat.S_IMODE(path.stat().st_mode) & 0o077, path
    finally:
        os.umask(before)


def test_a_folder_is_its_owners(
    postdesk: Postdesk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Root goes on as the owner, and others stop.

    What root made in there was unreadable to the parts: pages answered 500, backups failed.
    """
    if os.geteuid() == 0:
        _root_goes_on_as_the_owner(tmp_path)
    else:
        monkeypatch.setenv("POSTDESK_DATA_DIR", "/")
        line = said(postdesk("ledger"))
        assert "/ belongs to root" in line
        assert "sudo -u root" in line


def _root_goes_on_as_the_owner(tmp_path: Path) -> None:
    data = tmp_path / "data"
    data.mkdir()
    hand_over(data)
    program = (
        "import os, sys, pwd, click; from pathlib import Path\n"
        "from commands.folder_owner import enter\n"
        "data, user = Path(sys.argv[1]), int(sys.argv[2])\n"
        "if user: os.setgroups([]); os.setgid(user); os.setuid(user)\n"
        "try: enter(data)\n"
        "except click.ClickException as told: sys.exit(told.message)\n"
        "(data / 'made').write_text(f'{os.getuid()} {os.getgid()} {os.getgroups()}')\n"
    )

    def run(user: int) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-c", program, str(data), str(user)]
        return subprocess.run(command, capture_output=True, text=True, check=False)

    assert run(0).returncode == 0
    assert (data / "made").read_text().startswith(f"{NOBODY} {NOBODY} ")
    assert "0" not in (data / "made").read_text().split("[")[1].strip("]").split(", ")
    made = (data / "made").stat()
    assert (made.st_uid, stat.S_IMODE(made.st_mode)) == (NOBODY, 0o600)
    stranger = run(12345)
    assert stranger.returncode == 1
    assert "belongs to nobody, and you are 12345" in stranger.stderr


def test_a_command_may_be_typed_in_a_folder_that_the_owner_cannot_look_into(tmp_path: Path) -> None:
    """Root's own folder is one, in which cron runs root's commands, too."""
    data, closed = tmp_path / "data", tmp_path / "closed"
    data.mkdir(mode=0o700)
    hand_over(data)
    closed.mkdir(mode=0o700)
    program = (
        "import os, sys\n"
        "from commands.main import main\n"
        # As root, elsewhere: what is imported later may itself be where the owner cannot look.
        "data, os.environ['POSTDESK_DATA_DIR'] = os.environ['POSTDESK_DATA_DIR'], sys.argv[1]\n"
        "for first in (['migrate'], ['backup', sys.argv[1] + '/b'], ['ledger']):\n"
        "    main(first, standalone_mode=False)\n"
        "os.remove(sys.argv[1] + '/b')\n"
        "os.environ['POSTDESK_DATA_DIR'] = data\n"
        "os.chdir(sys.argv[1]); os.chmod('.', int(sys.argv[2], 8))\n"
        "main(sys.argv[3:])"
    )

    def run(*command: str) -> subprocess.CompletedProcess[str]:
        mode = "700" if os.geteuid() == 0 else "000"
        return subprocess.run(
            [sys.executable, "-c", program, str(closed), mode, *command],
            env={**os.environ, "POSTDESK_DATA_DIR": str(data)},
            capture_output=True,
            text=True,
            check=False,
        )

    assert run("migrate").stderr == ""
    assert run("ledger").returncode == 0
    done = run("backup", str(data / "backup.tar.gz"))
    assert (done.returncode, done.stderr) == (0, "")
    closed.chmod(0o700)
    if os.geteuid() == 0:  # what root's own settings say must not be left out in silence
        (closed / ".env").write_text("POSTDESK_AUTH=off\n")
        refused = run("ledger")
        assert refused.returncode == 1
        assert f"{closed / '.env'} cannot be read by nobody" in refused.stderr
