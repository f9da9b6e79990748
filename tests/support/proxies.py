"""nginx, Caddy and Apache of the tests' own, run with the samples of ``deploy/proxy``.

Of a sample nothing is changed but its ports, its certificate, and where Postdesk listens.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from tests.support.certificate import make_certificate
from tests.support.running import free_port
from tests.support.servers import ServerMissing, die_with_parent, wait_until
from tests.support.visitor import HttpsVisitor

SAMPLES = Path(__file__).parents[2] / "deploy" / "proxy"
NAME = "help.your.shop"

_NGINX = """
daemon off;
user root;
worker_processes 1;
pid {folder}/pid;
error_log {folder}/log;
events {{ worker_connections 1024; }}
http {{
    access_log off;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    include {folder}/sample;
}}
"""
_CADDY = """
{{
    admin off
    http_port {http}
    https_port {https}
    storage file_system {folder}/storage
}}
"""
_APACHE = """
ServerRoot {folder}
ServerName localhost
DefaultRuntimeDir {folder}
PidFile {folder}/pid
ErrorLog {folder}/log
Listen 127.0.0.1:{http}
Listen 127.0.0.1:{https}
User www-data
Group www-data
"""
_APACHE_MODULES = "mpm_event authz_core alias ssl socache_shmcb headers proxy proxy_http http2"


@dataclass(frozen=True)
class ProxyPorts:
    """Where one listens, and what it is in front of."""

    folder: Path
    http: int
    https: int
    upstream: int


class Proxy:
    """One of them in front of a port of loopback.

    :param kind: ``nginx``, ``caddy`` or ``apache``.
    """

    def __init__(self, kind: str, upstream: int) -> None:
        program, package, configure = _KINDS[kind]
        found = shutil.which(program, path="/usr/local/bin:/usr/bin:/usr/sbin")
        if not found:
            raise ServerMissing(f"{package} is not installed (on Debian: apt install {package})")
        self.folder = Path(tempfile.mkdtemp(prefix=f"postdesk-{kind}-"))
        self.folder.chmod(0o755)
        self.ports = ProxyPorts(self.folder, free_port(), free_port(), upstream)
        self.certificate, self._key = make_certificate(self.folder, NAME)
        arguments = configure(self.ports, self.certificate, self._key)
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                [found, *arguments],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env={**os.environ, "HOME": str(self.folder)},
                start_new_session=True,
                preexec_fn=die_with_parent(signal.SIGTERM),
            )
        try:
            wait_until(f"{kind} answers", self._answers)
        except BaseException:
            self.close()
            raise

    @property
    def log(self) -> Path:
        return self.folder / "log"

    def visitor(self, address: str) -> HttpsVisitor:
        """Somebody with this address (of loopback), and cookies of their own."""
        return HttpsVisitor(self.ports.https, NAME, self.certificate, address)

    def close(self) -> None:
        """Stop it, and remove all it kept."""
        self._process.terminate()
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(2)
        with suppress(ProcessLookupError):  # Apache waits for streams; its children go with it
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _answers(self) -> bool:
        if self._process.poll() is not None:
            raise RuntimeError(f"it did not start: {self.log.read_text()[-2000:]}")
        try:
            with self.visitor("127.0.0.1") as visitor:
                return visitor.get("/healthz").status < 600
        except OSError:
            return False


def _nginx(ports: ProxyPorts, certificate: Path, key: Path) -> list[str]:
    sample = _sample("nginx.conf", ports)
    sample = "".join(line for line in sample.splitlines(True) if "listen [::]" not in line)
    sample = sample.replace("listen 80;", f"listen 127.0.0.1:{ports.http};")
    sample = sample.replace("listen 443 ", f"listen 127.0.0.1:{ports.https} ")
    (ports.folder / "sample").write_text(_with_certificate(sample, certificate, key))
    config = ports.folder / "config"
    config.write_text(_NGINX.format(folder=ports.folder))
    return ["-c", str(config), "-e", str(ports.folder / "log")]


def _caddy(ports: ProxyPorts, certificate: Path, key: Path) -> list[str]:
    sample = _sample("Caddyfile", ports)
    sample = sample.replace(f"{NAME} {{", f"{NAME} {{\n\ttls {certificate} {key}", 1)
    config = ports.folder / "config"
    options = _CADDY.format(folder=ports.folder, http=ports.http, https=ports.https)
    config.write_text(options + sample)
    return ["run", "--config", str(config), "--adapter", "caddyfile"]


def _apache(ports: ProxyPorts, certificate: Path, key: Path) -> list[str]:
    sample = _sample("apache.conf", ports)
    sample = sample.replace("*:80>", f"*:{ports.http}>").replace("*:443>", f"*:{ports.https}>")
    modules = "".join(
        f"LoadModule {name}_module /usr/lib/apache2/modules/mod_{name}.so\n"
        for name in _APACHE_MODULES.split()
    )
    head = _APACHE.format(folder=ports.folder, http=ports.http, https=ports.https)
    config = ports.folder / "config"
    config.write_text(modules + head + _with_certificate(sample, certificate, key))
    return ["-D", "FOREGROUND", "-f", str(config)]


def _sample(name: str, ports: ProxyPorts) -> str:
    sample = (SAMPLES / name).read_text()
    assert "127.0.0.1:8000" in sample
    return sample.replace("127.0.0.1:8000", f"127.0.0.1:{ports.upstream}")


def _with_certificate(sample: str, certificate: Path, key: Path) -> str:
    folder = f"/etc/letsencrypt/live/{NAME}"
    sample = sample.replace(f"{folder}/fullchain.pem", str(certificate))
    return sample.replace(f"{folder}/privkey.pem", str(key))


_KINDS: dict[str, tuple[str, str, Callable[[ProxyPorts, Path, Path], list[str]]]] = {
    "nginx": ("nginx", "nginx", _nginx),
    "caddy": ("caddy", "caddy", _caddy),
    "apache": ("apache2", "apache2", _apache),
}
