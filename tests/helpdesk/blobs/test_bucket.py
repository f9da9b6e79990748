"""A bucket of S3, asked over a real connection."""

from __future__ import annotations

import os
import time
from datetime import UTC, datetime
from hashlib import sha256

import pytest

from helpdesk.blobs import Blobs, StoreAway, WrongStore
from helpdesk.blobs.bucket import BucketPlace
from helpdesk.blobs.place import SHARDS
from helpdesk.errors import NotFound
from tests.support.s3_server import Bucket

LATER = datetime(2100, 1, 1, tzinfo=UTC).timestamp()
ID, OTHER = "a1" * 16, "b2" * 16


def asked_again(place: BucketPlace) -> None:
    """Have it ask at once what it would leave in peace for some seconds."""
    place._away_until = 0.0


@pytest.mark.parametrize(
    "content", [b"", b"hello", b"a line\n" * 2000, os.urandom(5_000_000)], ids=len
)
def test_what_is_put_comes_back(bucket: Bucket, content: bytes) -> None:
    key = Blobs(bucket.place()).put(content)
    assert key == sha256(content).hexdigest()
    blobs = Blobs(bucket.place())
    assert blobs.get(key) == content
    assert b"".join(blobs.pieces(key)) == content


def test_put_twice_is_kept_once(bucket: Bucket) -> None:
    place = bucket.place()
    blobs = Blobs(place)
    keys = {blobs.put(b"hello") for _ in range(2)}
    assert [found for shard in SHARDS for found in place.listed(shard)] == [(*keys, 5)]
    (key,) = keys
    place.put(key, b"another")
    assert blobs.get(key) == b"hello", "what is there is never written over"


def test_what_is_not_there_is_said_to_be_missing(bucket: Bucket) -> None:
    blobs = Blobs(bucket.place())
    with pytest.raises(NotFound, match="missing"):
        blobs.get("a" * 64)
    assert blobs.size("a" * 64) == 0
    assert not blobs.remove("a" * 64, stored_before=LATER)


@pytest.mark.parametrize("stored", [b"hell", b"jello", b""], ids=["cut", "changed", "emptied"])
def test_a_wrong_checksum_is_no_content(bucket: Bucket, stored: bytes) -> None:
    place, key = bucket.place(), sha256(b"hello").hexdigest()
    place.put(key, stored or b" ")
    with pytest.raises(NotFound, match="damaged"):
        Blobs(place).get(key)


def test_what_is_removed_goes_aside_first(bucket: Bucket) -> None:
    blobs = Blobs(bucket.place())
    key = blobs.put(b"hello")
    assert not blobs.remove(key, stored_before=time.time() - 3600), "it is too young"
    assert blobs.get(key) == b"hello"
    assert not blobs.remove(key, stored_before=LATER), "it goes aside"
    assert blobs.size(key) == 5
    assert not blobs.remove(key, stored_before=time.time() - 3600), "it is not aside for long"
    assert blobs.remove(key, stored_before=LATER)
    assert blobs.size(key) == 0
    with pytest.raises(NotFound):
        blobs.get(key)


def test_what_somebody_has_comes_back(bucket: Bucket) -> None:
    blobs = Blobs(bucket.place())
    read, kept = blobs.put(b"read"), blobs.put(b"kept")
    for key in (read, kept):
        blobs.remove(key, stored_before=LATER)
    assert blobs.get(read) == b"read"
    blobs.keep(kept)
    found = [key for shard in SHARDS for key, _ in blobs.place.listed(shard)]
    assert sorted(found) == sorted([read, kept])


def test_where_nobody_stores_anything_it_is_gone_at_once(bucket: Bucket) -> None:
    blobs = Blobs(bucket.place())
    key = blobs.put(b"hello")
    assert blobs.remove(key, stored_before=0, at_once=True)
    assert blobs.place.is_empty()


def test_the_first_id_stays(bucket: Bucket) -> None:
    place = bucket.place()
    assert place.identity() == ""
    place.write_identity(ID)
    place.write_identity(OTHER)
    assert bucket.place().identity() == ID
    assert place.is_empty()


def test_nothing_is_written_into_another_store(bucket: Bucket) -> None:
    with pytest.raises(WrongStore, match="no id"):
        Blobs(bucket.place(ID)).put(b"hello")
    bucket.place().write_identity(OTHER)
    with pytest.raises(WrongStore, match=f"another .* {OTHER}"):
        Blobs(bucket.place(ID)).put(b"hello")
    with pytest.raises(WrongStore):
        Blobs(bucket.place(ID)).get("a" * 64)
    assert bucket.place().is_empty()
    Blobs(bucket.place(OTHER)).put(b"hello")


def test_refused_connections_are_said_at_once(bucket: Bucket) -> None:
    place = bucket.place()
    blobs = Blobs(place)
    key = blobs.put(b"hello")
    bucket.refuse()
    began = time.monotonic()
    for _ in range(50):
        with pytest.raises(StoreAway, match="cannot be reached"):
            blobs.get(key)
    assert time.monotonic() - began < 2
    bucket.answer()
    asked_again(place)
    assert blobs.get(key) == b"hello"


def test_a_silent_server_is_waited_for_once_and_not_long(bucket: Bucket) -> None:
    place = bucket.place()
    blobs = Blobs(place)
    key = blobs.put(b"hello")
    bucket.fall_silent()
    began = time.monotonic()
    place._answered = began - 60
    with pytest.raises(StoreAway, match="in time"):
        blobs.put(os.urandom(3_000_000))
    assert time.monotonic() - began < 9
    for _ in range(20):
        with pytest.raises(StoreAway):
            blobs.get(key)
    assert time.monotonic() - began < 10


def test_a_bucket_that_is_not_there(bucket: Bucket) -> None:
    object.__setattr__(bucket.address, "bucket", "nobodys-bucket")
    place = bucket.place()
    for ask in (place.identity, place.is_empty, lambda: place.put("a" * 64, b"x")):
        asked_again(place)
        with pytest.raises(StoreAway, match="does not exist"):
            ask()
