"""The image of ``deploy/Containerfile``, built and run by buildah on a Debian root.

No image of a registry can be had where the tests run. So mmdebstrap's Debian with Python stands in
for the base image, and chroot isolation for a runtime's namespaces: what runs there has the
image's files, user, settings and folders, but this machine's network and processes, and a root
that is kept from it by its user alone. How this machine's apt and pip reach packages goes along.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path

from tests.support.process_tree import Process, find
from tests.support.servers import ServerMissing, die_with_parent

ROOT = Path(__file__).parents[2]
CONTAINERFILE = ROOT / "deploy" / "Containerfile"
DATA = "/var/lib/postdesk"
_BASE = "localhost/base"
_IMAGE = "localhost/postdesk"
_PACKAGES = "python3,python3-venv,ca-certificates"
_PIP_FILES = ("/etc/pip.conf", "/etc/xdg/pip", "/etc/ssl/certs")


class Image:
    """Builds it at once, in a folder of its own that :meth:`close` removes."""

    def __init__(self) -> None:
        for program in ("mmdebstrap", "buildah"):
            if not shutil.which(program):
                raise ServerMissing(f"{program} is missing (on Debian: apt install {program})")
        if os.geteuid() != 0:
            raise ServerMissing("only root can build an image here")
        self.folder = Path(tempfile.mkdtemp(prefix="postdesk-image-"))
        try:
            self._make_base()
            self._build()
        except BaseException:
            self.close()
            raise

    def configuration(self) -> Mapping[str, object]:
        """What a runtime reads from the image: ``User``, ``Entrypoint``, ``Volumes`` …"""
        read: dict[str, dict[str, dict[str, object]]] = json.loads(
            self._buildah("inspect", "--type=image", _IMAGE)
        )
        return read["OCIv1"]["config"]

    def container(self) -> str:
        """A new container of the image; its name.

        A volume that the image names hides what is mounted there, with buildah's ``run``.
        """
        name = self._buildah("from", "--pull-never", _IMAGE).strip()
        self._buildah("config", f"--volume={DATA}-", name)
        return name

    def remove(self, container: str) -> None:
        self._buildah("rm", container)

    def start(self, container: str, options: list[str], *command: str) -> Running:
        """Start ``postdesk COMMAND`` in it, with buildah's options for mounts and settings."""
        program = ["postdesk", *command]
        log = self.folder / f"log-{command[0]}"
        with log.open("ab") as written:
            process = subprocess.Popen(
                [*self._command("run", "--isolation=chroot", *options, container), "--", *program],
                stdin=subprocess.DEVNULL,
                stdout=written,
                stderr=written,
                preexec_fn=die_with_parent(signal.SIGTERM),
            )
        return Running(process, log)

    def close(self) -> None:
        for words in (["rm", "--all"], ["rmi", "--all", "--force"]):
            subprocess.run(self._command(*words), capture_output=True, check=False)
        shutil.rmtree(self.folder, ignore_errors=True)

    def _make_base(self) -> None:
        """Make the Debian root that the Containerfile's base image is made from, with Python."""
        named = re.search(r"^ARG BASE=\S+-(\w+)$", CONTAINERFILE.read_text(), re.M)
        assert named
        tar = self.folder / "base.tar"
        sources = _sources(named[1])
        words = ["mmdebstrap", "--mode=root", "--variant=minbase", f"--include={_PACKAGES}"]
        self._run([*words, named[1], str(tar), *(["-"] if sources else [])], stdin=sources)
        base = self._buildah("from", "scratch").strip()
        self._buildah("add", base, str(tar), "/")
        self._buildah("commit", "--rm", base, _BASE)
        tar.unlink()

    def _build(self) -> None:
        mounts = [f"--volume={path}:{path}:ro" for path in _folders_of_pip()]
        settings = [f"--env={name}" for name in os.environ if name.startswith("PIP_")]
        self._buildah(
            "bud",
            "--isolation=chroot",
            "--pull-never",
            f"--build-arg=BASE={_BASE}",
            f"--tag={_IMAGE}",
            f"--file={CONTAINERFILE}",
            *settings,
            *mounts,
            str(ROOT),
        )

    def _command(self, *words: str) -> list[str]:
        kept = [f"--root={self.folder / 'storage'}", f"--runroot={self.folder / 'run'}"]
        return ["buildah", *kept, *words]

    def _buildah(self, *words: str) -> str:
        return self._run(self._command(*words))

    def _run(self, command: list[str], *, stdin: str = "") -> str:
        done = subprocess.run(
            command,
            input=stdin,
            capture_output=True,
            text=True,
            check=False,
            env=os.environ | {"TMPDIR": str(self.folder)},
        )
        if done.returncode:
            raise RuntimeError(f"{' '.join(command)}: {done.stdout[-3000:]}{done.stderr[-3000:]}")
        return done.stdout


class Running:
    """One command that runs in a container."""

    def __init__(self, process: subprocess.Popen[bytes], log: Path) -> None:
        self._process = process
        self.log = log

    def processes(self) -> list[Process]:
        """The program and all that it started, without buildah's own processes."""
        inside = find(self._process.pid, "")
        return [one for one in inside if not one.command.startswith("buildah")]

    def users(self) -> set[int]:
        """The users that these run as."""
        return {Path(f"/proc/{one.pid}").stat().st_uid for one in self.processes()}

    def stop(self, *, seconds: float) -> int:
        """End it as a runtime does, within ``seconds``; its exit status."""
        if self._process.poll() is None and (ours := self.processes()):
            os.kill(ours[0].pid, signal.SIGTERM)
        return self.end(seconds=seconds)

    def end(self, *, seconds: float) -> int:
        """Wait for its end; its exit status."""
        try:
            return self._process.wait(seconds)
        except subprocess.TimeoutExpired:
            for one in self.processes():
                os.kill(one.pid, signal.SIGKILL)
            self._process.kill()
            raise


def _sources(suite: str) -> str:
    """Where apt gets this Debian on this machine, as lines of sources.list; maybe none."""
    line = "deb $(REPO_URI) $(CODENAME) $(COMPONENT)"
    wanted = ["Created-By: Packages", "Origin: Debian", f"Codename: {suite}", "Component: main"]
    done = subprocess.run(
        ["apt-get", "indextargets", "--format", line, *wanted],
        capture_output=True,
        text=True,
        check=False,
    )
    return done.stdout


def _folders_of_pip() -> Iterator[str]:
    """The files and folders that pip's configuration of this machine stands in and names."""
    done = subprocess.run(
        [sys.executable, "-m", "pip", "config", "list"], capture_output=True, text=True, check=True
    )
    named = re.findall(r"(?:file:/{2}|['\s])(/[^\s']+)", done.stdout)
    folders = {
        "/".join(path.split("/")[:3]) if path.startswith("/opt/") else path for path in named
    }
    yield from sorted({path for path in (*folders, *_PIP_FILES) if Path(path).is_dir()})
    yield from (path for path in _PIP_FILES if Path(path).is_file())
