"""``postdesk mailbox inbound``: services that post a mailbox's mail."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import click

from commands.environment import load_settings, now, plain_errors
from commands.operator import operator

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from helpdesk.models import MailProvider
    from helpdesk.queries.mail_services import ServiceView
    from helpdesk.settings import Settings

_SERVICES = ("ses", "mailgun", "postmark", "sendgrid")


@click.command("inbound")
@click.argument("address")
@click.argument("service", type=click.Choice(_SERVICES), required=False)
@click.option(
    "--key-file", metavar="FILE", help="Mailgun's HTTP webhook signing key; - for standard input."
)
@click.option("--topic", metavar="ARN", help="Amazon's: the SNS topic that alone is listened to.")
@click.option(
    "--believe",
    metavar="NAME",
    help="Believe what its server writes into Authentication-Results under this name, on top; "
    "“none”: believe nothing.",
)
@click.option("--new-password", is_flag=True, help="Make another; the one before holds no more.")
@click.option("--off", is_flag=True, help="Take nothing more of it.")
def inbound_command(address: str, service: str | None, off: bool, **wanted: object) -> None:
    """Have a SERVICE post the mail of the mailbox ADDRESS: ses, mailgun, postmark or sendgrid.

    Prints the address that it is to post to; a password in it is shown this once. Without SERVICE
    those that are set up are listed.
    """
    from helpdesk import db

    settings = load_settings()
    database = db.connect(settings)
    with plain_errors(), database.transaction() as session:
        mailbox_id = _mailbox_id(session, address)
        if service is None:
            lines = _listed(session, settings, mailbox_id)
        elif off:
            lines = [_closed(session, mailbox_id, service)]
        else:
            lines = [_set_up(session, settings, mailbox_id, service, wanted)]
    for line in lines:
        click.echo(line)


def _mailbox_id(session: Session, address: str) -> int:
    from helpdesk.errors import NotFound
    from helpdesk.queries.mailboxes import mailbox_id_at

    found = mailbox_id_at(session, address)
    if not found:
        raise NotFound(f"There is no mailbox {address}.")
    return found


def _set_up(
    session: Session, settings: Settings, mailbox_id: int, service: str, wanted: dict[str, object]
) -> str:
    """Set it up, or change what was given; returns the address that it posts to."""
    from helpdesk.actions.edit_mail_service import (
        WITH_PASSWORD,
        ServiceSettings,
        new_service_password,
        set_mail_service,
    )
    from helpdesk.models import MailProvider
    from helpdesk.queries.mail_services import services_of

    provider, actor = MailProvider(service), operator()
    before = services_of(session, actor, mailbox_id).get(provider)
    kept = ServiceSettings(
        _key(wanted["key_file"]),
        str(wanted["topic"] or (before.topic if before else "")),
        _believed(wanted["believe"], before),
    )
    set_mail_service(
        session, actor, mailbox_id, provider, kept, secret=settings.secret_key, now=now()
    )
    password = ""
    if wanted["new_password"] or (before is None and provider in WITH_PASSWORD):
        password = new_service_password(session, actor, mailbox_id, provider, now=now())
    session.flush()
    return _address(settings, services_of(session, actor, mailbox_id)[provider], password)


def _closed(session: Session, mailbox_id: int, service: str) -> str:
    from helpdesk.actions.edit_mail_service import close_mail_service
    from helpdesk.models import MailProvider

    close_mail_service(session, operator(), mailbox_id, MailProvider(service), now=now())
    return f"Nothing is taken from {service} any more."


def _listed(session: Session, settings: Settings, mailbox_id: int) -> list[str]:
    from helpdesk.queries.mail_services import services_of

    found = services_of(session, operator(), mailbox_id)
    return [_line(settings, provider, one) for provider, one in found.items()]


def _line(settings: Settings, provider: MailProvider, one: ServiceView) -> str:
    said = f"taken {one.taken_at:%Y-%m-%d %H:%M}" if one.taken_at else "nothing taken yet"
    if one.is_refused:
        said += f"; refused {one.refused_at:%Y-%m-%d %H:%M}: {one.refused_why}"
    return f"{provider}  {_address(settings, one)}  {said}"


def _key(file: object) -> str:
    if not file:
        return ""
    if file == "-":
        return sys.stdin.read().removesuffix("\n")
    try:
        return Path(str(file)).read_text(encoding="utf-8").removesuffix("\n")
    except (OSError, UnicodeDecodeError) as problem:
        why = getattr(problem, "strerror", None) or "is no text"
        raise click.ClickException(f"{file}: {why}") from None


def _believed(given: object, before: ServiceView | None) -> str:
    if given is None:
        return before.believed if before else ""
    return "" if given == "none" else str(given)


def _address(settings: Settings, one: ServiceView, password: str = "") -> str:
    parts = urlsplit(settings.public_url)
    host = f"postdesk:{password}@{parts.netloc}" if password else parts.netloc
    return parts._replace(netloc=host, path=parts.path.rstrip("/") + one.path).geturl()
