"""The image of ``deploy/Containerfile``: built, and each service's command run in it.

``tests/support/image.py`` says what stands in for a registry's base image and for a runtime.
PostgreSQL and Redis are the tests' own. The read-only root and the dropped capabilities of
``deploy/compose.yaml`` are not tried here.
"""

from __future__ import annotations

import json
import os
import smtplib
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, closing
from pathlib import Path

import pytest
import yaml

from tests.conftest import missing_program
from tests.support.image import DATA, ROOT, Image
from tests.support.running import free_port
from tests.support.servers import PostgreSQL, Redis, ServerMissing, wait_until

pytestmark = [pytest.mark.servers, pytest.mark.slow, pytest.mark.timeout(480)]

USER = 10001
MAIL = (
    b"From: kim@customer.example\r\nTo: support@shop.example\r\nSubject: Lamp\r\n\r\nIt broke.\r\n"
)
COMPOSE = yaml.safe_load((ROOT / "deploy" / "compose.yaml").read_text())["services"]


@pytest.fixture(scope="module")
def image() -> Iterator[Image]:
    try:
        made = Image()
    except ServerMissing as missing:
        missing_program(str(missing))
    with closing(made):
        yield made


class Host:
    """A host with a database, a Redis and the volume of the data, as the compose file has them."""

    def __init__(self, image: Image, stack: ExitStack) -> None:
        database, queue = (stack.enter_context(closing(one)) for one in (PostgreSQL(), Redis()))
        database.folder.chmod(0o755)
        queue.folder.chmod(0o755)
        (queue.folder / "redis.sock").chmod(0o777)
        database.execute("create database postdesk")
        self.image = image
        self.volume = image.folder / "data"
        self.web, self.smtp = free_port(), free_port()
        secrets = image.folder / "secrets"
        for folder in (self.volume, secrets):
            folder.mkdir(mode=0o700)
            os.chown(folder, USER, USER)
        url = "postgresql+psycopg://postgres@/postdesk?host=/run/database"
        for name, value in (("database_url", url), ("secret_key", "k" * 40)):
            (secrets / name).write_text(value + "\n")
            (secrets / name).chmod(0o600)
            os.chown(secrets / name, USER, USER)
        settings = COMPOSE["web"]["environment"] | {
            "POSTDESK_REDIS_URL": "unix:///run/queue/redis.sock",
            "POSTDESK_PUBLIC_URL": f"http://127.0.0.1:{self.web}",
            "POSTDESK_WEB_LISTEN": f"127.0.0.1:{self.web}",
            "POSTDESK_SMTP_LISTEN": f"127.0.0.1:{self.smtp}",
            "POSTDESK_AUTH": "off",
        }
        mounts = {
            self.volume: DATA,
            secrets: "/run/secrets",
            database.folder: "/run/database",
            queue.folder: "/run/queue",
        }
        self.options = [f"--volume={here}:{there}" for here, there in mounts.items()]
        self.options += [f"--env={name}={value}" for name, value in settings.items()]

    def run(self, container: str, *command: str) -> str:
        """Run one command to its end, which must be a good one; what it said."""
        done = self.image.start(container, self.options, *command)
        status = done.end(seconds=60)
        said = done.log.read_text()
        done.log.unlink()
        assert status == 0, said
        return said

    def serves(self) -> bool:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.web}/readyz", timeout=5) as answer:
                return bool(answer.status == 200)
        except OSError:
            return False

    def takes_mail(self) -> bool:
        try:
            with smtplib.SMTP("127.0.0.1", self.smtp, timeout=5) as client:
                client.ehlo()
                client.mail("kim@customer.example")
                return client.rcpt("support@shop.example")[0] == 250
        except (OSError, smtplib.SMTPException):
            return False

    def sent(self) -> list[Path]:
        return list(self.volume.glob("sent/new/*"))


def test_what_a_runtime_reads_from_it(image: Image) -> None:
    configuration = image.configuration()
    assert configuration["User"] == "postdesk"
    assert configuration["Entrypoint"] == ["postdesk"]
    assert configuration["Volumes"] == {DATA: {}}
    assert configuration["WorkingDir"] == DATA


def test_each_part_works_as_its_own_user_and_the_volume_is_kept(image: Image) -> None:
    with ExitStack() as stack:
        host = Host(image, stack)
        first = image.container()
        host.run(first, *COMPOSE["migrate"]["command"])
        host.run(first, "mailbox", "add", "support@shop.example")
        parts = {}
        for name in ("web", "mailgate", "worker"):
            container = image.container()
            parts[name] = image.start(container, host.options, *COMPOSE[name]["command"])
            stack.callback(parts[name].stop, seconds=60)
        wait_until("all parts are ready", host.serves, seconds=60)
        # Pages are served also while nobody ever heard of a mail door.
        wait_until("mail is taken", host.takes_mail, seconds=60)
        with smtplib.SMTP("127.0.0.1", host.smtp, timeout=20) as client:
            client.sendmail("kim@customer.example", ["support@shop.example"], MAIL)
        wait_until("the acknowledgement left", host.sent)
        assert {name: part.users() for name, part in parts.items()} == {
            key: {USER} for key in parts
        }
        assert "smtp_listening" in parts["mailgate"].log.read_text()
        assert [part.stop(seconds=60) for part in parts.values()] == [0, 0, 0]
        assert {one.stat().st_uid for one in host.volume.rglob("*")} == {USER}

        image.remove(first)
        later = image.container()
        ledger = json.loads(host.run(later, "ledger", "--json"))
        assert (ledger["accepted"], ledger["filed"], ledger["difference"]) == (1, 1, 0)
        host.run(later, "backup", f"{DATA}/backup.tar.gz")
        assert "1" in host.run(later, "backup", "--verify", f"{DATA}/backup.tar.gz")
