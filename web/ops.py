"""Health, for whoever watches: ``/healthz`` (alive) and ``/readyz`` (can do its work)."""

from __future__ import annotations

import os

from flask import Flask, Response, jsonify
from sqlalchemy import text

from helpdesk import heartbeat, schema
from helpdesk.blobs import StoreAway
from helpdesk.disks import Disk, Room, disks
from helpdesk.queries.gateways import gateways, running_parts
from web.store import read_session, store


def init_app(app: Flask) -> None:
    """Answer the health checks. They need no sign-in, and name nothing but gateways."""
    app.add_url_rule("/healthz", "healthz", lambda: jsonify(status="alive"))
    app.add_url_rule("/readyz", "readyz", _ready)


def _ready() -> tuple[Response, int]:
    """200 once database, spool, store, gateway and worker stand; 503 with what is missing.

    A disk that is full makes it unready: the report says what stands there, how much is free, and
    from when mail is refused. A part that lives on one machine and stopped on another is named,
    and no reason to be unready; nor is a full disk of a gateway on another machine, nor a part
    that nobody ever heard of. Redis and the relay are
    reported, never fatal: mail waits for them, and nothing is lost.
    """
    this = store()
    found: dict[str, bool | None] = {"database": _database(), "spool": _spool()}
    found["store"] = _store()
    found |= {part: heartbeat.is_alive(this.settings, part) for part in heartbeat.PARTS}
    elsewhere: dict[str, str] = {}
    if found["database"] and not this.settings.is_sqlite:
        elsewhere = _of_all_machines(found)
    # With SQLite all parts are on this machine: one that never gave a sign of life is missing.
    missing = (False, None) if this.settings.is_sqlite else (False,)
    ready = not any(state in missing for state in found.values())
    report: dict[str, str] = {name: _WORDS[state] for name, state in found.items()}
    report |= elsewhere
    here = disks(this.settings)
    full = [disk for disk in here if disk.stops_mail]
    ready = ready and not full
    report["disk"] = "; ".join(_of_disk(disk) for disk in full or here)
    report["redis"] = _WORDS[this.redis_reachable()]
    report["relay"] = this.settings.relay.name
    return jsonify(status="ready" if ready else "not ready", **report), 200 if ready else 503


def _of_all_machines(found: dict[str, bool | None]) -> dict[str, str]:
    """Say where a part stopped or a disk is full; note in ``found`` which live anywhere."""
    report = {}
    every = gateways(read_session())
    names = {one.place: one.name for one in every}
    if full := [one.name for one in every if one.lacks_room]:
        report["gateway disks"] = f"full: {', '.join(full)}"
    parts = running_parts(read_session())
    for part in heartbeat.PARTS:
        rows = [one for one in parts if one.part == part]
        if not rows:
            continue
        stopped = sorted({names.get(one.place, "a machine") for one in rows if not one.lives})
        found[part] = any(one.lives for one in rows)
        if stopped:
            report[part] = f"down: {', '.join(stopped)}"
    return report


def _of_disk(disk: Disk) -> str:
    return "ok" if disk.room is Room.ENOUGH else f"{disk.room}: {disk.said}"


_WORDS = {True: "ok", False: "down", None: "unknown"}


def _database() -> bool:
    try:
        read_session().execute(text("SELECT 1"))
        return schema.fits(store().database)
    except Exception:  # whatever is wrong with it, the answer is the same
        return False


def _store() -> bool:
    """Whether mails can be stored, and in the right place. Nothing is waited for that is away."""
    try:
        store().blobs.place.check()
    except StoreAway:
        return False
    return True


def _spool() -> bool:
    folder = store().settings.spool_dir
    return os.access(folder, os.W_OK) if folder.exists() else True
