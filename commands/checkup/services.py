"""What Postdesk works with: database, Redis, relay; and whether its own parts live."""

from __future__ import annotations

from sqlalchemy import select, text
from sqlalchemy.exc import SQLAlchemyError

from commands.checkup.findings import Finding, fail, ok, warn
from helpdesk import heartbeat, schema
from helpdesk.actions.recognise_key import is_installations
from helpdesk.actor import SYSTEM
from helpdesk.db import Database
from helpdesk.identity import known_spool_id
from helpdesk.models import Mailbox
from helpdesk.queries.gateways import GatewayView, gateways
from helpdesk.queries.ledger import current_ledger
from helpdesk.queries.own_relays import OwnRelayView, own_relay_views
from helpdesk.settings import Relay, Settings
from helpdesk.submission.opening import probe
from helpdesk.submission.session import RelayUnreachable, Timeouts
from jobs.queue import open_redis, redis_url

#: Seconds: the doctor's visitors wait; a relay that needs longer is worth a word.
RELAY_TIMEOUTS = Timeouts(connect=10, banner=15, command=15)


def database(database: Database) -> Finding:
    """Whether it answers, and its schema is the one of this program."""
    kind = "SQLite" if database.is_sqlite else "PostgreSQL"
    try:
        with database.reading() as session:
            session.execute(text("SELECT 1"))
        state = schema.schema_state(database)
    except SQLAlchemyError as problem:
        cause = str(getattr(problem, "orig", None) or problem).strip().splitlines()[0]
        return fail(
            "database",
            f"{kind} cannot be used: {cause}",
            "mail waits in the spool meanwhile; start the database, see POSTDESK_DATABASE_URL",
        )
    if state.fit is schema.Fit.TOO_NEW:
        return fail("database", f"{kind} answers, but {state.words}", "upgrade this Postdesk")
    if state.fit is schema.Fit.TOO_OLD:
        return fail("database", f"{kind} answers, but {state.words}", "run `postdesk migrate`")
    if state.waits:
        return warn(
            "database",
            f"{kind} answers, and {state.words}",
            "once all parts are of this version, run `postdesk migrate`",
        )
    return ok("database", f"{kind} answers, and {state.words}")


def signs_alike(database: Database) -> Finding | None:
    """Whether the secret is the installation's; None where it is, or the database says nothing."""
    try:
        with database.reading() as session:
            if is_installations(session):
                return None
    except SQLAlchemyError:
        return None
    return fail(
        "secret key",
        "it is not the one that this database's Postdesk signs with: no part starts",
        "take that one from another machine or a backup, or name it in POSTDESK_OLD_SECRET_KEYS",
    )


def mailbox_domains(database: Database) -> dict[str, bool] | None:
    """The domains of the mailboxes, each with whether all its mail is forwarded to Postdesk.

    None where the database cannot say.
    """
    chosen = select(Mailbox.address, Mailbox.forwarded).where(Mailbox.removed_at.is_(None))
    try:
        with database.reading() as session:
            rows = session.execute(chosen).all()
    except SQLAlchemyError:
        return None
    found: dict[str, bool] = {}
    for address, is_forwarded in sorted(rows):
        domain = address.rpartition("@")[2]
        found[domain] = found.get(domain, True) and is_forwarded
    return found


def database_time(database: Database) -> float | None:
    """PostgreSQL's clock, in seconds since the epoch; None for SQLite, which has none."""
    if database.is_sqlite:
        return None
    try:
        with database.reading() as session:
            return float(session.scalar(text("SELECT extract(epoch FROM clock_timestamp())")) or 0)
    except SQLAlchemyError:
        return None


def redis_time(settings: Settings) -> float | None:
    """Redis's clock, in seconds since the epoch; None where it does not answer."""
    try:
        with open_redis(redis_url(settings), timeout=1) as client:
            seconds, micros = client.time()
    except Exception:  # whatever is wrong with it, it says no time
        return None
    return float(seconds) + float(micros) / 1e6


def redis(answers: bool) -> Finding:
    """Whether it answers: without it mail leaves all the same, a little later."""
    if answers:
        return ok("Redis", "answers")
    return warn(
        "Redis",
        "does not answer: mail leaves a few seconds later",
        "start it, or Postdesk if it comes with that; see POSTDESK_REDIS_URL",
    )


def relay(relay: Relay, settings: Settings, name: str = "relay") -> Finding:
    """Whether it lets us in, over TLS and with its password. No mail is sent."""
    if relay.scheme == "capture":
        return warn(
            name,
            f"mail is kept in {settings.sent_dir} and not sent",
            "set POSTDESK_RELAY_URL, such as smtp://user:password@relay.example:587",
        )
    try:
        tls = probe(relay, settings.public_host, RELAY_TIMEOUTS)
    except RelayUnreachable as problem:
        code = f"{problem.code} " if problem.code else ""
        return fail(
            name,
            f"{relay.name} does not let us in: {code}{problem}",
            "answers wait in the outbox meanwhile; see POSTDESK_RELAY_URL and its password",
        )
    signed_in = ", signed in" if relay.user else ""
    if not tls and relay.host not in ("localhost", "127.0.0.1", "::1"):
        return warn(
            name,
            f"{relay.name} lets us in{signed_in}, but without encryption",
            "use smtps:// or a relay that offers STARTTLS",
        )
    return ok(name, f"{relay.name} lets us in{', over TLS' if tls else ''}{signed_in}")


def own_relays(database: Database) -> list[Finding]:
    """Each mailbox that sends by an account of its own, by what its server said last."""
    try:
        with database.reading() as session:
            views = own_relay_views(session, SYSTEM)
    except SQLAlchemyError:
        return []
    return [_own_relay(one) for one in views]


def _own_relay(view: OwnRelayView) -> Finding:
    name = f"mailbox relay of {view.address}"
    if not view.trouble:
        return ok(name, f"{view.server} takes its mail, as far as it was asked")
    words = f" It says: {view.words}" if view.words else ""
    return fail(
        name,
        f"{view.server}: {view.sentence}{words}",
        f"its mail waits in the outbox; see `postdesk mailbox relay {view.address}`",
    )


def part(settings: Settings, part: str) -> Finding:
    """SMTP server, filer or worker, by its signs of life."""
    alive = heartbeat.is_alive(settings, part)
    if alive:
        return ok(part, "lives")
    if alive is None and not settings.is_sqlite:
        return warn(part, "never ran on this machine", "look on the machine it runs on")
    return fail(part, "gives no sign of life", _START[part])


_START = {
    "door": "nobody takes mail: start `postdesk up` (or `postdesk mailgate`)",
    "filer": "mail waits in the spool: start `postdesk up` (or `postdesk mailgate`)",
    "worker": "answers wait in the outbox: start `postdesk up` (or `postdesk worker`)",
}


def gateways_elsewhere(settings: Settings, database: Database) -> list[Finding]:
    """Each gateway whose spool is on another machine, by what it said of itself last."""
    own = known_spool_id(settings.spool_dir)
    try:
        with database.reading() as session:
            others = [one for one in gateways(session) if one.spool_id != own]
    except SQLAlchemyError:
        return [warn("gateways", "cannot be checked just now", "mend what is named above first")]
    return [_gateway(one) for one in others]


def _gateway(gateway: GatewayView) -> Finding:
    name, waiting = f"gateway {gateway.name}", _waiting(gateway.waiting)
    if gateway.retired and not gateway.waiting:
        return ok(name, "given up")
    if gateway.retired:
        return warn(name, f"given up; {waiting}", "bring its disk, and `postdesk mailgate adopt`")
    if gateway.stopped:
        parts = " and its ".join(gateway.stopped)
        return fail(
            name,
            f"no sign of life of its {parts}; {waiting}",
            f"start `postdesk mailgate` on {gateway.machine}; if that machine is lost, see "
            "`postdesk mailgate adopt` and `forget`",
        )
    if gateway.disk_is_full:
        return fail(name, f"its disk is full; {waiting}", f"make room on {gateway.machine}")
    if gateway.difference:
        return fail(
            name,
            f"{gateway.difference:,} mails that it accepted are nowhere"
            if gateway.difference > 0
            else f"{_more_recorded(gateway.difference)} than it accepted",
            f"run `postdesk ledger` on {gateway.machine}",
        )
    return ok(name, f"lives; {waiting}")


def _waiting(count: int) -> str:
    return "1 mail waits there" if count == 1 else f"{count:,} mails wait there"


def _more_recorded(difference: int) -> str:
    return f"no mail is missing, but {-difference:,} more are recorded"


def ledger(settings: Settings, database: Database) -> Finding:
    """Whether every accepted mail is somewhere."""
    try:
        counts = current_ledger(settings.spool_dir, database)
    except (SQLAlchemyError, OSError):
        return warn("ledger", "cannot be checked just now", "mend what is named above first")
    if counts.difference:
        return fail(
            "ledger",
            f"{counts.difference:,} accepted mails are nowhere"
            if counts.difference > 0
            else f"{_more_recorded(counts.difference)} than were accepted",
            "run `postdesk ledger`; was the spool, or the database, put back from a backup?",
        )
    if not counts.is_even:
        return warn(
            "ledger",
            f"as many are there as were accepted ({counts.accepted:,}), but not at each gateway",
            "look at the gateways' lines; where no two filed the same mails, one may be missing",
        )
    waiting = f", {counts.waiting:,} of them wait" if counts.waiting else ""
    return ok("ledger", f"all {counts.accepted:,} accepted mails are there{waiting}")
