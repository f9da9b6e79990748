"""``postdesk doctor``: what is well, what is not, and what to do about it."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict
from functools import partial
from typing import TYPE_CHECKING

import click

from commands.environment import load_settings, now
from helpdesk.settings import Settings

if TYPE_CHECKING:
    from commands.checkup.findings import Finding
    from helpdesk.db import Database
    from mailgate.authenticate.resolver import Resolver

IsWanted = Callable[[str], bool]
Check = Callable[[], "Iterable[Finding | None]"]

_MARKS = {"ok": ("ok  ", "green"), "warn": ("warn", "yellow"), "fail": ("FAIL", "red")}


@click.command("doctor")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@click.option(
    "--dkim-selector",
    "selectors",
    multiple=True,
    metavar="NAME",
    help="A selector that your mails are signed with, to look its key up.",
)
@click.option(
    "--skip",
    "skipped",
    multiple=True,
    metavar="CHECK",
    help="A check not to make, by the beginning of its line, such as “MX”; “DNS” is all of it.",
)
def doctor_command(as_json: bool, selectors: tuple[str, ...], skipped: tuple[str, ...]) -> None:
    """Check DNS, relay, disk, clocks, permissions, database, Redis and the parts.

    Each line is ok, warn or FAIL, with what to do. Exits with 1 where anything fails.
    """
    from mailgate.authenticate.resolver import DnsResolver

    settings = load_settings()
    left_out = tuple(name.lower() for name in skipped)
    for name in skipped:
        _must_be_known(name, settings)
    found = []
    for finding in examine(
        settings, DnsResolver(), selectors, lambda name: not name.lower().startswith(left_out)
    ):
        found.append(finding)
        if not as_json:
            _print(finding)
    worst = next((s for s in ("fail", "warn") if any(f.state == s for f in found)), "ok")
    if as_json:
        click.echo(json.dumps({"state": worst, "checks": [asdict(finding) for finding in found]}))
    if worst == "fail":
        raise SystemExit(1)


def examine(
    settings: Settings,
    resolver: Resolver,
    selectors: Iterable[str] = (),
    is_wanted: IsWanted = lambda name: True,
) -> Iterator[Finding]:
    """Every finding, as soon as it is made. Works offline: what cannot be asked says so.

    :param is_wanted: by the name of a check. One that is not wanted is not made: it takes no time,
        and asks nobody.
    """
    from commands.checkup import reports
    from helpdesk import db

    database = db.connect(settings, pool_size=2)
    try:
        apart = dict(_clocks(settings, database, is_wanted))
        for name, check in _checks(settings, database, apart):
            if is_wanted(name):
                yield from filter(None, check())
        # Which lines there are is known once the reports were read.
        if any(map(is_wanted, reports.NAMES)):
            said = reports.mail_reports(database, now())
            yield from (finding for finding in said if is_wanted(finding.name))
        if is_wanted("DNS"):
            ours = [settings.dkim_selector] if settings.dkim_key else []
            yield from _domains(database, resolver, [*selectors] or ours, is_wanted)
    finally:
        database.dispose()


def _clocks(
    settings: Settings, database: Database, is_wanted: IsWanted
) -> Iterator[tuple[str, float]]:
    """By what a clock belongs to, the seconds that it is ahead of this machine's.

    Each is compared the moment it answers: the next may be slow to, and is no clock gone wrong.
    """
    from commands.checkup import machine, services

    clocks: dict[str, Callable[[], float | None]] = {
        "Redis": lambda: services.redis_time(settings),
        "the database": lambda: services.database_time(database),
        "the disk": lambda: machine.disk_time(settings.data_dir),
    }
    for whose, ask in clocks.items():
        # Whether Redis answers is a check of its own.
        if is_wanted("clock") or is_wanted(whose):
            seconds = ask()
            if seconds is not None:
                yield whose, seconds - time.time()


def _checks(
    settings: Settings, database: Database, apart: dict[str, float]
) -> Iterator[tuple[str, Check]]:
    """Each check of this machine and what it works with, by its name, in the order of the lines."""
    from commands.checkup import (
        certificate,
        file_store,
        language_model,
        machine,
        services,
        versions,
        visitors,
    )
    from helpdesk import heartbeat

    yield "settings", machine.setting_names
    yield "database", lambda: [services.database(database)]
    yield "Redis", lambda: [services.redis("Redis" in apart)]
    for part in heartbeat.PARTS:
        yield part, partial(_part, settings, part)
    yield versions.NAME, lambda: [versions.versions(database)]
    yield "gateways", lambda: services.gateways_elsewhere(settings, database)
    yield "ledger", lambda: [services.ledger(settings, database)]
    yield "disk", lambda: machine.disks(settings)
    yield file_store.NAME, lambda: file_store.file_store(settings, database)
    yield "data folder", lambda: [machine.data_folder(settings)]
    yield (
        "secret key",
        lambda: [
            machine.secret_key(settings),
            services.signs_alike(database),
        ],
    )
    yield "clock", lambda: machine.clock(apart)
    yield certificate.NAME, lambda: [certificate.certificate(settings, now())]
    yield "visitors", lambda: [visitors.visitors(settings)]
    yield "relay", lambda: [services.relay(settings.relay, settings)]
    yield "fallback relay", partial(_fallback_relay, settings)
    yield "mailbox relays", lambda: services.own_relays(database)
    yield language_model.NAME, lambda: [language_model.language_model(settings)]


def _must_be_known(skipped: str, settings: Settings) -> None:
    """:raises click.BadParameter: no line begins so, with whatever settings: a slip of the pen."""
    from commands.checkup import dns, reports
    from helpdesk import db

    database = db.connect(settings, pool_size=1)  # nothing is asked of it: only the names are read
    here = [name for name, _ in _checks(settings, database, {})]
    database.dispose()
    names = (*here, *reports.NAMES, "DNS", *dns.NAMES)
    wanted = skipped.lower()
    known = [name.lower() for name in names]
    if not wanted or not any(name.startswith(wanted) or wanted.startswith(name) for name in known):
        raise click.BadParameter(
            f"no check begins with “{skipped}”; there are {', '.join(names)}", param_hint="--skip"
        )


def _fallback_relay(settings: Settings) -> list[Finding]:
    from commands.checkup import services

    spare = settings.fallback_relay
    return [services.relay(spare, settings, "fallback relay")] if spare else []


def _part(settings: Settings, part: str) -> list[Finding]:
    from commands.checkup import services

    return [services.part(settings, part)]


def _domains(
    database: Database, resolver: Resolver, selectors: Iterable[str], is_wanted: IsWanted
) -> Iterator[Finding]:
    from commands.checkup import services
    from commands.checkup.dns import Domain
    from commands.checkup.findings import warn

    domains = services.mailbox_domains(database)
    if domains is None:
        yield warn("DNS", "cannot be checked: the database does not say which domains", "see above")
    elif not domains:
        yield warn("DNS", "there is no mailbox yet", "run `postdesk mailbox add support@your.shop`")
    for domain, is_forwarded in (domains or {}).items():
        names = Domain(domain, resolver, selectors, is_forwarded=is_forwarded)
        yield from names.findings(is_wanted)


def _print(finding: Finding) -> None:
    word, colour = _MARKS[finding.state]
    click.echo(f"{click.style(word, fg=colour)}  {finding.name}: {finding.text}")
    if finding.advice:
        click.echo(f"      → {finding.advice}")
