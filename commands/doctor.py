"""``postdesk doctor``: what is well, what is not, and what to do about it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from commands.environment import load_settings, now
from helpdesk.settings import Settings

if TYPE_CHECKING:
    from commands.checkup.findings import Finding
    from helpdesk.db import Database
    from mailgate.authenticate.resolver import Resolver

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
    help="A check to leave out, by the beginning of its line, such as “MX” or “clock”.",
)
def doctor_command(as_json: bool, selectors: tuple[str, ...], skipped: tuple[str, ...]) -> None:
    """Check DNS, relay, disk, clocks, permissions, database, Redis and the parts.

    Each line is ok, warn or FAIL, with what to do. Exits with 1 where anything fails.
    """
    from mailgate.authenticate.resolver import DnsResolver

    settings = load_settings()
    found = []
    for finding in examine(settings, DnsResolver(), selectors):
        if finding.name.lower().startswith(tuple(name.lower() for name in skipped)):
            continue
        found.append(finding)
        if not as_json:
            _print(finding)
    worst = next((s for s in ("fail", "warn") if any(f.state == s for f in found)), "ok")
    if as_json:
        click.echo(json.dumps({"state": worst, "checks": [asdict(finding) for finding in found]}))
    if worst == "fail":
        raise SystemExit(1)


def examine(
    settings: Settings, resolver: Resolver, selectors: Iterable[str] = ()
) -> Iterator[Finding]:
    """Every finding, as soon as it is made. Works offline: what cannot be asked says so."""
    from commands.checkup import certificate, machine, reports, services, visitors
    from helpdesk import db

    database = db.connect(settings, pool_size=2)
    clocks: dict[str, Callable[[], float | None]] = {
        "Redis": lambda: services.redis_time(settings),
        "the database": lambda: services.database_time(database),
        "the disk": lambda: machine.disk_time(settings.data_dir),
    }
    # Each is compared the moment it answers: the next may be slow to, and is no clock gone wrong.
    apart = {
        whose: seconds - now().timestamp()
        for whose, ask in clocks.items()
        if (seconds := ask()) is not None
    }
    try:
        yield services.database(database)
        yield services.redis("Redis" in apart)
        yield from services.parts(settings)
        yield services.ledger(settings, database)
        yield machine.disk(settings)
        yield from machine.permissions(settings)
        yield from machine.clock(apart)
        yield certificate.certificate(settings, now())
        yield visitors.visitors(settings)
        yield services.relay(settings.relay, settings)
        if settings.fallback_relay:
            yield services.relay(settings.fallback_relay, settings, "fallback relay")
        yield from reports.mail_reports(database, now())
        yield from _domains(database, resolver, selectors)
    finally:
        database.dispose()


def _domains(database: Database, resolver: Resolver, selectors: Iterable[str]) -> Iterator[Finding]:
    from commands.checkup import services
    from commands.checkup.dns import Domain
    from commands.checkup.findings import warn

    domains = services.mailbox_domains(database)
    if domains is None:
        yield warn("DNS", "cannot be checked: the database does not say which domains", "see above")
    elif not domains:
        yield warn("DNS", "there is no mailbox yet", "run `postdesk mailbox add support@your.shop`")
    for domain, is_forwarded in (domains or {}).items():
        yield from Domain(domain, resolver, selectors, is_forwarded=is_forwarded).findings()


def _print(finding: Finding) -> None:
    word, colour = _MARKS[finding.state]
    click.echo(f"{click.style(word, fg=colour)}  {finding.name}: {finding.text}")
    if finding.advice:
        click.echo(f"      → {finding.advice}")
