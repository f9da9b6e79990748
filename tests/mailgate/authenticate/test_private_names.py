"""What dkimpy and pyspf do not document and we rely on: an upgrade that changes it fails here."""

from __future__ import annotations

import hashlib
import inspect
from typing import Any

import dkim
import pytest
import spf
from dkim.canonicalization import CanonicalizationPolicy
from dkim.crypto import RSASSA_PKCS1_v1_5_verify
from dkim.util import parse_tag_value

from tests.mailgate.authenticate.zone import SIGNED, TEXT, rsa_key


def parameters(function: object) -> list[str]:
    return list(inspect.signature(function).parameters)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("function", "expected"),
    [
        (dkim.hash_headers, "hasher canonicalize_headers headers include_headers sigheader sig"),
        (dkim.load_pk_from_dns, "name dnsfunc timeout"),
        (RSASSA_PKCS1_v1_5_verify, "hash signature public_key"),
        (parse_tag_value, "tag_list"),
        (spf.query.dns, "self name qtype cnames ignore_void"),
        (spf.query.get_explanation, "self spec"),
    ],
)
def test_functions_take_what_we_give(function: object, expected: str) -> None:
    assert parameters(function) == expected.split()


def test_tags_are_bytes_and_checked_by_one_function() -> None:
    tags = parse_tag_value(b"v=1; a=rsa-sha256; b=AA==; bh=AA==; d=example.com; h=from; s=s1")
    assert tags[b"d"] == b"example.com"
    dkim.validate_signature_fields(tags)
    with pytest.raises(dkim.ValidationError, match=r"^x="):
        dkim.validate_signature_fields({**tags, b"t": b"1", b"x": b"2"})


def test_a_canonical_form_names_that_of_the_body() -> None:
    form = CanonicalizationPolicy.from_c_value(b"simple/relaxed")
    assert form.body_algorithm.name == b"relaxed"
    (field,) = form.canonicalize_headers([[b"A", b" 1\r\n"]])
    assert tuple(field) == (b"A", b" 1\r\n")


def test_a_digest_is_handed_through() -> None:
    digest = dkim.HashThrough(hashlib.sha256())
    digest.update(b"x")
    assert digest.digest() == hashlib.sha256(b"x").digest()


def test_a_key_is_told_with_its_length_and_kind() -> None:
    def txt(name: bytes, timeout: float = 0) -> bytes:
        return rsa_key().record.encode()

    key, bits, kind, _ = dkim.load_pk_from_dns(b"s1._domainkey.example.com", txt)
    assert (bits >= 1024, kind) == (True, b"rsa")
    assert key["modulus"]
    with pytest.raises(dkim.KeyFormatError):
        dkim.load_pk_from_dns(b"s1._domainkey.example.com", lambda *_, **__: None)


def test_a_chain_may_be_given_fields_and_body_and_gives_its_sets() -> None:
    key = rsa_key()
    wrote = b"Authentication-Results: example.org; dmarc=pass header.from=example.com\r\n"
    fields = dkim.arc_sign(wrote + TEXT, b"s1", b"example.org", key.private, b"example.org", SIGNED)
    chain = dkim.ARC()
    assert {"headers", "body"} <= vars(chain).keys()
    whole = dkim.ARC(b"".join(fields) + wrote + TEXT)
    chain.headers, chain.body = whole.headers, whole.body
    status, sets, _ = chain.verify(lambda *_, **__: key.record.encode())
    assert status == dkim.CV_Pass
    assert [one["instance"] for one in sets] == [1]
    assert b"dmarc=pass" in sets[0]["aar-value"]


def test_a_query_of_spf_asks_by_its_own_method_and_counts_what_is_not_there() -> None:
    asked: list[tuple[str, str]] = []

    class Query(spf.query):  # type: ignore[misc]
        def dns(self, name: str, qtype: Any, *_: object, **__: object) -> list[Any]:
            asked.append((str(name), str(qtype)))
            return [(b"v=spf1 ip4:203.0.113.5 -all",)] if qtype == "TXT" else []

    query = Query("203.0.113.5", "ann@example.com", "mx.example.com")
    assert query.void_lookups == 0
    assert query.check()[0] == "pass"
    assert ("example.com", "TXT") in asked
    assert spf.MAX_VOID_LOOKUPS == 2
    assert issubclass(spf.TempError, Exception)
    assert issubclass(spf.PermError, Exception)
