"""The image and the compose file of ``deploy``: what can be checked without a registry."""

from __future__ import annotations

import ipaddress
import shutil
import subprocess
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml

from helpdesk.setting_sources import SECRETS
from helpdesk.settings import load
from tests.conftest import missing_program

ROOT = Path(__file__).parents[2]
CONTAINERFILE = ROOT / "deploy" / "Containerfile"
COMPOSE = ROOT / "deploy" / "compose.yaml"
OURS = ("migrate", "web", "mailgate", "worker")


def _steps() -> list[tuple[str, str]]:
    """The instructions of the Containerfile with what follows them."""
    text = CONTAINERFILE.read_text().replace("\\\n", " ")
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    return [(name, rest) for name, _, rest in (line.partition(" ") for line in lines)]


def _services() -> dict[str, Any]:
    services: dict[str, Any] = yaml.safe_load(COMPOSE.read_text())["services"]
    return services


def test_the_image_has_all_packages_of_the_project() -> None:
    copied = {name for step, rest in _steps() if step == "COPY" for name in rest.split()[:-1]}
    assert [name for name in sorted(copied) if not (ROOT / name).exists()] == []
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    packages = {
        one.rstrip("*") for one in project["tool"]["setuptools"]["packages"]["find"]["include"]
    }
    assert {one.rstrip(".") for one in packages} | {"requirements.txt"} <= copied


def test_the_image_does_not_run_as_root() -> None:
    users = [rest for step, rest in _steps() if step == "USER"]
    assert users == ["postdesk"]


def test_each_part_has_a_service_with_settings_that_parse() -> None:
    services = _services()
    assert set(OURS) < set(services)
    for name in OURS:
        service = services[name]
        assert service["command"] == [name]
        settings = service["environment"]
        plain = {key: value for key, value in settings.items() if not key.endswith("_FILE")}
        loaded = load({**plain, "POSTDESK_SECRET_KEY": "k" * 40})
        assert loaded.trusted_proxies == (ipaddress.ip_network("172.30.77.1"),)
        by_file = {key for key in settings if key.endswith("_FILE")}
        assert {key.removeprefix("POSTDESK_").removesuffix("_FILE") for key in by_file} <= SECRETS
        assert {settings[key].rpartition("/")[2] for key in by_file} == set(service["secrets"])


def test_a_first_start_waits_for_the_database_and_its_schema() -> None:
    services = _services()
    assert services["database"]["healthcheck"]["test"][1] == "pg_isready"
    assert services["migrate"]["depends_on"]["database"]["condition"] == "service_healthy"
    for part in ("web", "mailgate", "worker"):
        waits_for = services[part]["depends_on"]["migrate"]["condition"]
        assert waits_for == "service_completed_successfully", part


@pytest.mark.servers
def test_compose_takes_the_file(tmp_path: Path) -> None:
    if not shutil.which("docker-compose"):
        missing_program("Compose is not installed (on Debian: apt install docker-compose)")
    shutil.copy(COMPOSE, tmp_path)
    (tmp_path / "postdesk.env").write_text("POSTDESK_PUBLIC_URL=https://help.your.shop\n")
    done = subprocess.run(
        ["docker-compose", "-p", "postdesk", "-f", str(tmp_path / "compose.yaml"), "config"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    made = yaml.safe_load(done.stdout)["services"]
    assert made["web"]["environment"]["POSTDESK_PUBLIC_URL"] == "https://help.your.shop"
