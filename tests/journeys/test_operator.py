"""An operator's days, by the words of the docs alone: install, DNS, mail, outage, upgrade, backup,
restore, full disk.

The blocks of ``docs/operating`` are run as they stand, on a machine in a folder, with a real
Postfix, nginx and PostgreSQL, and a name server that knows what the docs say to publish. What
stands in for something else:

- ``apt-get``, ``make setup``, ``useradd``, ``chgrp``: nothing is done; programs are those that are
  here, and everything belongs to the tests' own user (``install`` without ``-o`` and ``-g``).
- ``systemctl``: the test starts and stops what the units say, as they say it, without their limits.
- ``su postgres``: the PostgreSQL is the test's own, and lets everybody in.
- ``nginx -t`` and its reload: the sample is run by another nginx, of the test's own.
- The internet: a server that keeps what Postfix sends there. Postfix asks no DNS for it.
- The name server is the machine's own, by its ``/etc/resolv.conf``; there is no other one above it.
- Folders such as ``/etc`` are below one of the test's, and ports such as 25 are free ones.
- The full disk is a file system in memory.
"""

from __future__ import annotations

import json
import os
import smtplib
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack
from email.message import EmailMessage
from email.utils import make_msgid
from typing import Any

import dkim
import pytest

from helpdesk.settings import MIB
from mailgate.authenticate.resolver import DnsResolver
from tests.conftest import missing_program
from tests.support.machine import ROOT, Machine, blocks, records
from tests.support.name_server import NameServer
from tests.support.postfix import Postfix
from tests.support.proxies import Proxy
from tests.support.relay import ScriptedRelay, Taken
from tests.support.servers import PostgreSQL, ServerMissing, wait_until
from tests.support.small_disk import fill, mounted

# Some twenty commands and as many processes: quick where the machine is free, and slow where not.
pytestmark = [pytest.mark.servers, pytest.mark.slow, pytest.mark.timeout(600)]

CUSTOMER = "kim@customer.example"


class Shop:
    """The machine, and the servers that the docs put on it."""

    def __init__(self, stack: ExitStack, database: PostgreSQL, redis_url: str) -> None:
        self.internet = stack.enter_context(ScriptedRelay())
        # What is not ours Postfix takes to the internet: to a server that keeps it for us.
        outside = f"relayhost = [127.0.0.1]:{self.internet.port}\n"
        self.postfix = Postfix(None, main=outside)
        stack.callback(self.postfix.close)
        environment = {
            "MAIL_CONFIG": str(self.postfix.folder),
            "PGHOST": str(database.folder),
            "PGUSER": "postgres",
        }
        self.dns = NameServer()
        stack.callback(self.dns.close)
        self.machine = Machine({"25": self.postfix.port}, redis_url, environment, self.dns.address)
        stack.callback(self.machine.close)
        (self.machine.root / "etc" / "postfix").symlink_to(self.postfix.folder)
        (self.machine.root / "run" / "postgresql").symlink_to(database.folder)
        self.token = ""

    def write(self, recipient: str, *, subject: str = "Broken", answers: str = "") -> None:
        """Have a customer's server hand a mail to Postfix."""
        mail = EmailMessage()
        mail["From"], mail["To"], mail["Subject"] = CUSTOMER, recipient, subject
        mail["Message-ID"] = make_msgid(domain="customer.example")
        if answers:
            mail["In-Reply-To"] = answers
        mail.set_content("Hello.\n")
        with smtplib.SMTP("127.0.0.1", self.postfix.port, timeout=20) as client:
            client.send_message(mail, CUSTOMER, [recipient])

    def refusal(self, recipient: str) -> tuple[int, bytes]:
        """What Postfix says to RCPT, for an address that it does not take."""
        with smtplib.SMTP("127.0.0.1", self.postfix.port, timeout=20) as client:
            client.ehlo("x")
            client.mail(CUSTOMER)
            return client.rcpt(recipient)

    def ask(self, path: str, **body: str) -> Any:
        """Ask the API as the admin; with a body by POST."""
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.machine.web_port}/api/{path}",
            data=json.dumps(body).encode() if body else None,
            headers={"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"},
        )
        with urllib.request.urlopen(request, timeout=20) as answer:
            return json.load(answer)

    def tickets(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.ask("tickets/")["results"]
        return found

    def left(self, words: str) -> list[Taken]:
        """What reached the internet with these words in its body."""
        mails = list(self.internet.mails)
        return [mail for mail in mails if words in str(mail.message.get_body().get_content())]

    def left_from(self, sender: str) -> list[Taken]:
        """What reached the internet with an envelope sender that begins so."""
        return [mail for mail in list(self.internet.mails) if mail.envelope_from.startswith(sender)]


@pytest.fixture
def shop(own_postgresql: PostgreSQL, redis_url: str) -> Iterator[Shop]:
    if os.geteuid() != 0:
        missing_program("Postfix can be started by root alone")
    with ExitStack() as stack:
        try:
            shop = Shop(stack, own_postgresql, redis_url)
        except ServerMissing as missing:
            missing_program(str(missing))
        yield shop
        print(shop.postfix.log[-3000:], shop.machine.log)  # shown where the test fails


def test_the_docs_lead_from_a_bare_machine_to_mail_outage_upgrade_and_restore(shop: Shop) -> None:
    _install(shop)
    _publish_in_the_dns(shop)
    answer = _mail_in_and_answer_out(shop)
    _an_upgrade_is_taken_back_and_made(shop, answer)
    _a_second_mailbox_with_a_hidden_address(shop)
    _pages_over_tls(shop)
    _backup_and_restore(shop)
    _a_full_disk(shop)


def _install(shop: Shop) -> None:
    machine = shop.machine
    machine.follow("install.md", "## 1. The program, and its user", "## 2. The database")
    machine.follow("install.md", "## 3. Settings")
    machine.follow("install.md", "## 4. Start, now and after each reboot")
    machine.follow("install.md", "## 5. The first mailbox, the first person")
    shop.postfix.start()
    machine.follow("postfix.md", "## 1. Which addresses are Postdesk's", "## 2. Mail in")
    machine.follow("postfix.md", "## 3. Mail out")
    shop.token = machine.do("postdesk token issue ann@people.example\n").strip()


def _publish_in_the_dns(shop: Shop) -> None:
    """What the docs say to publish, and nothing else, makes the doctor content."""
    shop.dns.publish(records("dns.md"))
    make_key, print_record = blocks("dns.md", "## 4. DKIM: a signature")
    shop.machine.do(make_key)
    shop.dns.publish(shop.machine.do(print_record).splitlines())
    [look] = blocks("dns.md", "## 6. Look")
    said = shop.machine.do(look)
    assert "_dmarc.shop.example." in shop.dns.asked
    resolver = DnsResolver([shop.dns.address])
    [server] = resolver.resolve("25.2.0.192.in-addr.arpa", "PTR", 5)
    assert resolver.resolve(server, "A", 5) == ["192.0.2.25"]
    for record in ("MX of", "SPF of", "DKIM key postdesk._domainkey.", "DMARC of"):
        assert f"ok    {record}" in said, said


def _mail_in_and_answer_out(shop: Shop) -> Taken:
    """A mail becomes a ticket, and the answer leaves through the same Postfix."""
    shop.write("support@shop.example")
    wait_until("the mail is a ticket", shop.tickets)
    number = shop.tickets()[0]["ticket_number"]
    shop.ask(f"tickets/{number}/comment/", comment="We send you another one.")
    wait_until("the answer left", lambda: shop.left("We send you another one."))
    [answer] = shop.left("We send you another one.")
    assert answer.recipient == CUSTOMER
    assert answer.envelope_from.startswith("support+b")
    assert "mx.shop.example" in str(answer.message["Received"])
    # Others find it signed with the key that was published.
    assert dkim.verify(answer.content, dnsfunc=lambda name, **_: shop.dns.text(name))
    return answer


def _an_upgrade_is_taken_back_and_made(shop: Shop, answer: Taken) -> None:
    """Down a version and up again; what customers send meanwhile waits in Postfix."""
    *_, newest, _ = ["base", *_versions()]
    back = blocks("install.md", "## Upgrade, and back")[-1].replace("REVISION", newest)
    assert f"The database is at {newest}." in shop.machine.do(back, stdin="y\n")
    _mail_waits_in_postfix(shop, answer)
    shop.machine.do(blocks("install.md", "## Upgrade, and back")[0])
    wait_until(
        "what waited arrived", lambda: not shop.postfix.queued() or shop.postfix.tries_again()
    )
    [ticket] = shop.tickets()
    path = f"tickets/{ticket['ticket_number']}/"
    wait_until("it stands on the ticket", lambda: len(shop.ask(path)["comments"]) >= 2)


def _versions() -> list[str]:
    """The revisions of the schema, the oldest first."""
    return sorted(path.name[:4] for path in ROOT.glob("helpdesk/migrations/versions/0*.py"))


def _mail_waits_in_postfix(shop: Shop, answer: Taken) -> None:
    """With Postdesk down: reply addresses and bounces are taken, what is nobody's is refused."""
    reply_to = str(answer.message["Reply-To"].addresses[0].addr_spec)
    assert reply_to.startswith("support+")
    shop.write(reply_to, subject="Re: Broken", answers=answer.message_id)
    for unknown in ("nobody@shop.example", "nobody+tag@shop.example", "orders@shop.example"):
        code, text = shop.refusal(unknown)
        assert (code, b"5.1.1" in text) == (550, True), text
    assert shop.refusal(answer.envelope_from)[0] == 250
    wait_until("Postfix tried", lambda: "status=deferred" in shop.postfix.log)
    assert shop.postfix.queued() == 1


def _a_second_mailbox_with_a_hidden_address(shop: Shop) -> None:
    """It is known at once, waits while it is paused, and is refused once it is removed."""
    add = "postdesk mailbox add orders@shop.example --receives shopsystem@shop.example\n"
    shop.machine.do(add + "postdesk-postfix\npostdesk mailbox pause orders@shop.example\n")
    wait_until("Postfix knows", lambda: shop.refusal("shopsystem@shop.example")[0] == 250)
    shop.write("orders@shop.example", subject="An order")
    wait_until("Postdesk puts it off", lambda: _postfix_heard(shop, "450 "))
    assert shop.postfix.queued() == 1
    shop.machine.do("postdesk mailbox resume orders@shop.example\n")
    shop.write("shopsystem@shop.example", subject="Another order")
    wait_until("both are tickets", lambda: len(shop.tickets()) == 3)
    wait_until("one is acknowledged", lambda: shop.left_from("orders+b"))
    assert not shop.left_from("shopsystem")
    shop.machine.do("postdesk mailbox remove orders@shop.example --yes\npostdesk-postfix\n")
    wait_until("it is refused", lambda: shop.refusal("orders@shop.example")[0] == 550)
    assert shop.refusal("shopsystem@shop.example")[0] == 550


def _pages_over_tls(shop: Shop) -> None:
    shop.machine.follow("install.md", "## 6. Mail and pages")
    proxy = Proxy("nginx", shop.machine.web_port)
    try:
        with proxy.visitor("127.0.0.2") as visitor:
            assert visitor.get("/desk/login").status == 200
            assert visitor.get("/metrics").status == 404
    finally:
        proxy.close()


def _backup_and_restore(shop: Shop) -> None:
    """All is there again, and mail goes on."""
    shop.machine.follow("install.md", "## Backup")
    assert len(shop.tickets()) == 3
    counted = json.loads(shop.machine.do("postdesk ledger --json\n"))
    assert (counted["accepted"], counted["filed"], counted["difference"]) == (4, 4, 0)
    shop.write("support@shop.example", subject="After the restore")
    _wait_for_tickets(shop, 4)


def _postfix_heard(shop: Shop, answer: str) -> bool:
    return answer in shop.postfix.log or shop.postfix.tries_again()


def _wait_for_tickets(shop: Shop, count: int) -> None:
    def are_there() -> bool:
        return len(shop.tickets()) == count or shop.postfix.tries_again()

    wait_until("the mail is a ticket", are_there, seconds=90)


def _a_full_disk(shop: Shop) -> None:
    """Postdesk says why it refuses; mail waits in Postfix, and comes once there is room."""
    machine = shop.machine
    data = machine.root / "var" / "lib" / "postdesk"
    machine.do("systemctl stop postdesk.target\nmv /var/lib/postdesk /var/lib/postdesk.kept\n")
    with mounted(data, mib=128):
        machine.do("cp -a /var/lib/postdesk.kept/. /var/lib/postdesk/\n")
        machine.do("systemctl start postdesk.target\n")
        fill(data / "ballast", leave=20 * MIB)
        wait_until("it is not ready", lambda: machine.get_status("/readyz") == 503)
        with pytest.raises(RuntimeError, match=r"FAIL  disk: .* mail is refused with 452 below 54"):
            machine.do("postdesk doctor --skip DNS\n")
        shop.write("support@shop.example", subject="With a full disk")
        wait_until("Postdesk puts it off", lambda: _postfix_heard(shop, "452 4.3.1"))
        assert shop.postfix.queued() == 1
        (data / "ballast").unlink()
        wait_until("it is ready again", lambda: machine.get_status("/readyz") == 200)
        _wait_for_tickets(shop, 5)
        assert not shop.postfix.queued()
        machine.do("systemctl stop postdesk.target\n")
