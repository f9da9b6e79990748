"""``postdesk backup --verify``: what is wrong with a backup is named, without bringing it back."""

from __future__ import annotations

import gzip
import io
import os
import tarfile
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result
from sqlalchemy import func, select, text, update

from commands.backup_file import ABOUT, DATABASE
from helpdesk.blobs import Blobs
from helpdesk.db import Database
from helpdesk.models import InboundMail, OutboundMail
from helpdesk.settings import Settings
from mailgate.spool.spool import Spool
from tests.commands.conftest import Postdesk
from tests.mailgate.filing.mails import file_all, filer_of, put, write
from tests.support.factories import make_shop
from tests.support.gateways import Pair, pair

__all__ = ["pair"]

Verify = Callable[..., Result]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "kept.tar.gz"


@pytest.fixture
def verify(database: Database, settings: Settings, postdesk: Postdesk, file: Path) -> Verify:
    """Two mails filed, one waiting; a backup of it; and what is said of that."""
    make_shop(database)
    spool = Spool(settings.spool_dir)
    with filer_of(settings, database) as filer:
        put(spool, write("One", files=[("a.pdf", b"%PDF" + bytes(5000))]))
        put(spool, write("Two"))
        file_all(filer, spool)
    put(spool, write("Waiting"))

    def make_and_verify(*, make: bool = True) -> Result:
        if make:
            file.unlink(missing_ok=True)
            assert postdesk("backup", str(file)).exit_code == 0
        return postdesk("backup", "--verify", str(file))

    return make_and_verify


def problems(result: Result) -> list[str]:
    assert result.exit_code == 1, result.output
    return result.stderr.strip().splitlines()


def test_a_whole_one_says_what_it_holds(verify: Verify, database: Database, file: Path) -> None:
    done = verify()
    assert done.exit_code == 0, done.output
    assert done.stderr == ""
    assert "It holds 2 tickets, 3 mails in, 2 mails out, 3 stored files" in done.stdout
    assert "1 accepted mails wait in the spool" in done.stdout
    assert "2 mails stand in the outbox (0 were just being sent)" in done.stdout
    assert ("SQLite" if database.is_sqlite else "PostgreSQL") in done.stdout
    assert "- the secret key (in the environment): without it" in done.stdout
    assert [path.name for path in file.parent.glob(".kept*")] == [], "nothing is left behind"


def _flipped(whole: bytes, place: int) -> bytes:
    """The file with a byte flipped there, or at the next place where that changes its content:
    zeros that are said to be copied from elsewhere are the same zeros.
    """
    while True:
        flipped = whole[:place] + bytes([whole[place] ^ 0x10]) + whole[place + 1 :]
        try:
            if gzip.decompress(flipped) != gzip.decompress(whole):
                return flipped
        except (OSError, EOFError, zlib.error):
            return flipped
        place += 1


def test_a_flipped_byte_and_a_missing_end(verify: Verify, file: Path) -> None:
    verify()
    whole = file.read_bytes()
    # Not in the name that gzip keeps at the beginning: it is of no use to anybody.
    for place in (500, len(whole) // 3, len(whole) // 2, len(whole) - 6):
        file.write_bytes(_flipped(whole, place))
        [line] = problems(verify(make=False))
        assert "is damaged or cut short" in line
    for content in (b"", b"no backup", whole[:-1], whole[: len(whole) // 3]):
        file.write_bytes(content)
        [line] = problems(verify(make=False))
        assert "is damaged or cut short" in line
    file.unlink()
    assert "No such file" in problems(verify(make=False))[0]


def test_a_stored_file_that_is_missing_or_another(
    verify: Verify, database: Database, settings: Settings
) -> None:
    with database.reading() as session:
        one, two = session.scalars(select(InboundMail.raw_sha256).order_by(InboundMail.id))
    blobs = Blobs(settings.blob_url)
    blobs.path(one).unlink()
    content = bytearray(blobs.path(two).read_bytes())
    content[7] ^= 1
    blobs.path(two).write_bytes(content)
    assert [line.split(": ", 1)[1] for line in problems(verify())] == [
        f"the stored file {two} is damaged: its checksum is another",
        f"the stored file {one} is missing, which inbound_mail.raw_sha256 names",
    ]


def test_what_a_mail_is_made_of_counts_where_a_row_names_the_mail(
    verify: Verify, database: Database, settings: Settings
) -> None:
    """A mail that came after the database was copied may be there without its parts."""
    blobs, photo = Blobs(settings.blob_url), os.urandom(30_000)
    part = blobs.put(photo)
    key, parts = blobs.put_mail(write("With a photo", files=[("a.png", photo)]), [(part, photo)])
    assert parts == [part]
    blobs.path(part).unlink()
    assert verify().exit_code == 0
    with database.transaction() as session:
        newest = select(func.max(InboundMail.id)).scalar_subquery()
        session.execute(update(InboundMail).where(InboundMail.id == newest).values(raw_sha256=key))
    [line] = problems(verify())
    assert line.endswith(f"the stored file {part} is missing, which a stored mail is made of")


def test_what_is_rendered_anew_may_be_missing(verify: Verify, database: Database) -> None:
    with database.transaction() as session:
        session.execute(update(OutboundMail).values(rendered_sha256="ab" * 32))
    assert verify().exit_code == 0


def test_a_mail_that_is_nowhere(verify: Verify, settings: Settings) -> None:
    [waiting] = (settings.spool_dir / "new").iterdir()
    waiting.unlink()
    [line] = problems(verify())
    assert line.endswith("the ledger does not balance: 3 accepted, 2 are in it")


def test_a_database_that_is_damaged_or_missing(verify: Verify, file: Path) -> None:
    verify()
    kept = gzip.decompress(file.read_bytes())

    def damaged(content: bytes) -> bytes:
        return content[:5000] + b"\xff" * 20_000 + content[25_000:]

    _rewrite(file, kept, lambda m, c: damaged(c) if m.name == DATABASE else c)
    assert "database" in problems(verify(make=False))[0]
    _rewrite(file, kept, lambda m, c: None if m.name == DATABASE else c)
    assert "there is no database in it" in problems(verify(make=False))[0]


def test_a_later_schema_is_not_called_damage(
    verify: Verify, database: Database, file: Path
) -> None:
    with database.transaction() as session:
        [known] = session.scalars(text("SELECT version_num FROM alembic_version"))
        session.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    found = problems(verify())
    with database.transaction() as session:
        session.execute(text("UPDATE alembic_version SET version_num = :was"), {"was": known})
    assert len(found) == 1
    assert "its schema is 9999, which this version does not know" in found[0]


def test_one_of_a_later_form(verify: Verify, file: Path) -> None:
    verify()
    kept = gzip.decompress(file.read_bytes())
    _rewrite(file, kept, lambda m, c: c.replace(b'"format": 2', b'"format": 9'))
    assert "of a later Postdesk" in problems(verify(make=False))[0]
    _rewrite(file, kept, lambda m, c: c.replace(b'"database"', b'"no"') if m.name == ABOUT else c)
    assert "no whole backup" in problems(verify(make=False))[0]


def _rewrite(
    file: Path, kept: bytes, change: Callable[[tarfile.TarInfo, bytes], bytes | None]
) -> None:
    """Write a backup anew; members that ``change`` makes None are left out."""
    with (
        tarfile.open(fileobj=io.BytesIO(kept)) as old,
        tarfile.open(file, "w:gz") as new,
    ):
        for member in old:
            content = old.extractfile(member)
            made = change(member, content.read() if content else b"")
            if made is not None:
                member.size = len(made)
                new.addfile(member, io.BytesIO(made))


def test_of_several_machines_each_backup_holds_what_its_own_gateway_accepted(
    pair: Pair, postdesk: Postdesk, file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = pair
    for one, subjects in ((first, ["One", "Two"]), (second, ["Three"])):
        one.takes(*subjects)
        one.files()
        one.tells()
    second.takes("Waits there")
    monkeypatch.setenv("POSTDESK_BLOB_URL", str(tmp_path / "blobs"))
    for folder, elsewhere in (("mx1", 1), ("mx2", 2), ("a machine of pages", 3)):
        monkeypatch.setenv("POSTDESK_DATA_DIR", str(tmp_path / folder))
        file.unlink(missing_ok=True)
        made = postdesk("backup", str(file))
        assert made.exit_code == 0, made.output
        done = postdesk("backup", "--verify", str(file))
        assert (done.exit_code, done.stderr) == (0, ""), folder
        assert f"{elsewhere} of these mails came in by gateways on other machines" in done.stdout
