"""``postdesk up``: everything on one machine, under one supervisor."""

from __future__ import annotations

import os
import socket
import stat
from collections.abc import Callable

import click

from commands.data_folder import sole_use
from commands.environment import load_settings, now, plain_errors, set_up_logs
from commands.gateway_name import refuse_a_name_in_use
from commands.mailgate import fetcher_part
from commands.supervisor import Part, Supervisor
from helpdesk.db import Database
from helpdesk.settings import Listen, Settings
from helpdesk.vocabulary import Role

ADMIN = "admin@localhost"
DEMO_MAILBOX = "support@shop.example"


@click.command("up")
@click.option("--demo", is_flag=True, help="Add a demo mailbox and sample mails on first start.")
def up_command(demo: bool) -> None:
    """Start everything on this machine: web, mail, worker, and Redis where none is set.

    One Ctrl-C ends all of it cleanly; the data stays.
    """
    from commands.worker import worker_parts

    set_up_logs("up")
    settings = load_settings()
    if demo and settings.metrics_listen is None:
        settings = _with_metrics(settings)
    with sole_use(settings.data_dir):
        _check_ports(settings)
        refuse_a_name_in_use(settings)
        sign_in, mailbox = _prepare(settings, demo)
        supervisor = Supervisor(
            [
                *_redis_parts(settings),
                Part("the web server", ("web",)),
                Part("the mail door", ("mailgate", "--only", "door")),
                Part("the filer", ("mailgate", "--only", "filer")),
                fetcher_part(settings),
                *worker_parts(),
            ]
        )
        supervisor.run(once_started=_welcome(settings, sign_in, mailbox, demo))


def _with_metrics(settings: Settings) -> Settings:
    """The same with a port for the metrics on this machine: the one after the web's, if free."""
    port = settings.web_listen.port + 1
    if port > 65535 or port in {listen.port for listen in settings.smtp_listen}:
        return settings
    with socket.socket() as probe:
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return settings
    os.environ["POSTDESK_METRICS_LISTEN"] = f"127.0.0.1:{port}"  # the web server reads it too
    return load_settings()


def _check_ports(settings: Settings) -> None:
    """Say at once, in one line, that a port is taken, before anything was started."""
    named = [("POSTDESK_WEB_LISTEN", settings.web_listen)]
    if settings.metrics_listen:
        named.append(("POSTDESK_METRICS_LISTEN", settings.metrics_listen))
    named += [("POSTDESK_SMTP_LISTEN", listen) for listen in settings.smtp_listen]
    for name, listen in named:
        if not listen.path:
            _check_port(name, listen)


def _check_port(name: str, listen: Listen) -> None:
    family = socket.AF_INET6 if ":" in listen.host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((listen.host, listen.port))
        except OSError as problem:
            raise click.ClickException(
                f"{name}: {listen} cannot be used ({problem.strerror}). "
                f"Stop what uses it, or choose another, such as "
                f"{name}={listen.host}:{listen.port + 1}."
            ) from None


def _prepare(settings: Settings, demo: bool) -> tuple[str, str]:
    """Migrate, make the first admin, and the demo's people.

    :returns: the sign-in to print, and the address to write to; empty where there is none yet.
    """
    from commands.store_identity import see_store
    from helpdesk import db, schema
    from helpdesk.actions.recognise_key import recognise_key
    from helpdesk.queries.mailboxes import mailboxes

    database = db.connect(settings)
    with plain_errors():
        schema.migrate(database, say=lambda line: click.echo(line, err=True))
        with database.transaction() as session:
            recognise_key(session)
        see_store(settings, database)
        sign_in = _first_admin(settings, database)
        if demo:
            from commands.sample import add_demo_people

            add_demo_people(database, DEMO_MAILBOX, now())
        with database.reading() as session:
            addresses = [mailbox.address for mailbox in mailboxes(session)]
    database.dispose()
    return sign_in, DEMO_MAILBOX if demo else next(iter(addresses), "")


def _first_admin(settings: Settings, database: Database) -> str:
    """Make an admin with a random password where there is no staff yet.

    The password stands in a file only the operator can read, so that it can be shown again until
    it is changed; the database has its hash.
    """
    from sqlalchemy import select

    from helpdesk import passwords
    from helpdesk.actions.set_up import add_person
    from helpdesk.actor import SYSTEM
    from helpdesk.db import take_turns
    from helpdesk.models import Person
    from helpdesk.tickets.people import person_at
    from helpdesk.vocabulary import STAFF_ROLES

    note = settings.data_dir / "first-password"
    with database.transaction() as session:
        take_turns(session)  # another machine's `up` may be just here
        if session.scalar(select(Person.id).where(Person.role.in_(STAFF_ROLES)).limit(1)) is None:
            password = passwords.made_up()
            add_person(
                session, SYSTEM, ADMIN, role=Role.ADMIN, name="Admin", password=password, now=now()
            )
            descriptor = os.open(note, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, stat.S_IRUSR)
            with os.fdopen(descriptor, "w") as file:
                file.write(password)
        admin = person_at(session, ADMIN)
        kept = note.read_text().strip() if note.exists() else ""
        if admin is not None and kept and passwords.matches(kept, admin.password_hash):
            return f"{ADMIN}  password {kept}"
    return "with your address and password"


def _redis_parts(settings: Settings) -> list[Part]:
    """The embedded Redis, where no other is set: it runs before the parts that look for it."""
    from commands import redis_server

    if settings.redis_url:
        return []
    started = redis_server.start(settings.data_dir)
    if isinstance(started, redis_server.Unavailable):
        click.echo(
            f"No Redis: {started.reason}. Mail leaves all the same, by a look at the outbox each "
            "second.",
            err=True,
        )
        return []
    if started.set_aside:
        click.echo(
            f"No server here can read the data of Redis: it stands in {started.set_aside} now. "
            "Nothing is lost, and you may delete it; the database knows all of it.",
            err=True,
        )
    return [Part("Redis", spawn=started.again, needed=True, process=started.process)]


def _welcome(settings: Settings, sign_in: str, mailbox: str, demo: bool) -> Callable[[], None]:
    def welcome() -> None:
        from commands.readiness import wait_until_ready

        if not wait_until_ready(settings, seconds=30):
            click.echo("Postdesk is slow to start; its messages above say why.", err=True)
            return
        if demo:
            from commands.sample import send_samples_once

            send_samples_once(settings, DEMO_MAILBOX)
        click.echo(_words(settings, sign_in, mailbox))

    return welcome


def _words(settings: Settings, sign_in: str, mailbox: str) -> str:
    smtp = next((listen for listen in settings.smtp_listen if not listen.path), None)
    lines = [
        "",
        "  Postdesk is running.",
        "",
        f"  Queue     {settings.public_url}/desk",
        f"  Sign in   {sign_in}",
    ]
    if smtp is not None and mailbox:
        lines += [
            f"  Mail in   {smtp}, for {mailbox}. Try one:",
            f"            printf 'From: you@example.org\\nTo: {mailbox}\\n"
            f"Subject: Hello\\n\\nIs it on?\\n' | curl -s smtp://{smtp} "
            f"--mail-from you@example.org --mail-rcpt {mailbox} -T -",
        ]
    elif smtp is not None:
        lines += [
            f"  Mail in   {smtp}. Tell it which address is yours:",
            "            postdesk mailbox add support@your.shop --name 'Your Shop'",
        ]
    if settings.relay.scheme == "capture":
        lines.append(f"  Mail out  kept in {settings.sent_dir} (set POSTDESK_RELAY_URL to send)")
    else:
        lines.append(f"  Mail out  by {settings.relay.name}")
    if settings.metrics_listen:
        lines.append(f"  Metrics   http://{settings.metrics_listen}/metrics")
    return "\n".join([*lines, "", "  Ctrl-C stops it. Your data stays.", ""])
