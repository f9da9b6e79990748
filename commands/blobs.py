"""``postdesk blobs``: the store of mails and attachments, moved to another place."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import click

from commands.environment import load_settings, plain_errors
from commands.stored_objects import fetched, several_at_once, written_to
from helpdesk.blobs import ObjectPlace, StoreAway, WrongStore, open_place
from helpdesk.blobs.place import SHARDS, check_identity
from helpdesk.blobs.proving import proved
from helpdesk.disks import size_words
from helpdesk.errors import NotFound
from helpdesk.setting_values import blob_url
from helpdesk.settings import Settings


@dataclass
class Copied:
    """What came of a copy."""

    files: int = 0
    size: int = 0
    there: int = 0
    """Files that were there already."""


@click.group("blobs")
def blobs_group() -> None:
    """The store of mails and attachments."""


@blobs_group.command("copy")
@click.argument("source", metavar="FROM")
@click.argument("target", metavar="TO")
@click.option(
    "--verify", is_flag=True, help="Read each file at its new place too, and compare its checksum."
)
def copy_command(source: str, target: str, verify: bool) -> None:
    """Copy all files of the store FROM to the store TO: folders, or s3://bucket/prefix.

    May be cut off at any moment and run again: what is there already is passed over. Each file's
    checksum is compared as it is copied. Stop Postdesk for the last run, and then name TO in
    POSTDESK_BLOB_URL; until a run is through, no part starts with TO.
    """
    settings = load_settings()
    with plain_errors(), _named_here():
        old, new = _place(settings, source, "FROM"), _place(settings, target, "TO")
        identity = _check(old, new)
        damaged: dict[str, str] = {}
        for key, place in _copy_all(old, new, verify=verify):
            damaged.setdefault(key, place)  # where it is damaged at its old place, that comes first
        if not damaged and identity:
            new.write_identity(identity)
    for key, place in sorted(damaged.items()):
        click.echo(f"{key} in {place}: its checksum is another; it is damaged.", err=True)
    if damaged:
        click.echo(
            f"{new.name} is not complete: remove what is damaged there, or bring what is damaged "
            f"in {old.name} back from a backup, and run this again.",
            err=True,
        )
        raise SystemExit(1)


@contextmanager
def _named_here() -> Iterator[None]:
    """What is wrong with a store in one line, without the setting: the command named the store."""
    try:
        yield
    except StoreAway as problem:
        raise click.ClickException(str(problem)) from None


def _place(settings: Settings, url: str, name: str) -> ObjectPlace:
    try:
        return open_place(settings, blob_url(url))
    except ValueError as problem:
        raise click.BadParameter(f"“{url}” {problem}", param_hint=name) from None


def _check(old: ObjectPlace, new: ObjectPlace) -> str:
    """The id of the store; empty where it was never used by a Postdesk that gives one.

    :raises StoreAway: there is nothing to copy, or it is no place to copy to.
    """
    identity = old.identity()
    if not identity and old.is_empty():
        raise StoreAway(f"{old.name} holds no files.")
    found = new.identity()
    if found and not identity:
        raise WrongStore(f"{new.name} belongs to another Postdesk: {old.name} has no id.")
    if found:
        check_identity(new.name, found, identity)
    return identity


def _copy_all(old: ObjectPlace, new: ObjectPlace, *, verify: bool) -> Iterator[tuple[str, str]]:
    """Copy a shard at a time; give the keys of what is damaged, and where."""
    done = Copied()
    bar = click.progressbar(
        SHARDS,
        label="Copying",
        file=sys.stderr,
        hidden=not sys.stderr.isatty(),
        item_show_func=lambda _: f"{done.files + done.there:,} files",
    )
    with bar:
        for shard in bar:
            if listed := sorted(old.listed(shard)):
                yield from ((key, old.name) for key in _copy(old, new, shard, listed, done))
                if verify:
                    yield from ((key, new.name) for key in _verified(new, listed))
    passed = f", {done.there:,} were there before" if done.there else ""
    click.echo(f"{done.files:,} files copied ({size_words(done.size)}){passed}.")
    if verify:
        click.echo(f"Each of them was read in {new.name}, and its checksum compared.")


def _copy(
    old: ObjectPlace, new: ObjectPlace, shard: str, listed: list[tuple[str, int]], done: Copied
) -> Iterator[str]:
    there = dict(new.listed(shard))
    wanted = []
    for key, size in listed:
        # Of another size: the two were packed by different versions, and hold the same.
        if key in there:
            done.there += 1
        else:
            wanted.append((key, size))
    with written_to(new) as put:
        for key, stored in fetched(old, wanted):
            if proved(key, iter([stored])) is None:
                yield key
                continue
            put(key, stored)
            done.files += 1
            done.size += len(stored)


def _verified(place: ObjectPlace, listed: list[tuple[str, int]]) -> Iterator[str]:
    def is_whole(key: str) -> bool:
        try:
            return proved(key, place.pieces(key)) is not None
        except NotFound:  # it was damaged at its old place, and not copied
            return False

    for key, whole in several_at_once(is_whole, listed):
        if not whole:
            yield key
