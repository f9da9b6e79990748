"""Subjects: the ticket's number in them once, and one Re: at most."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpdesk.mail_out.subjects import one_line, subject_with_number
from tests.jobs.sample_mails import NUMBER


@pytest.mark.parametrize(
    ("subject", "result"),
    [
        ("Parcel late", f"[{NUMBER}] Parcel late"),
        ("Re: Parcel late", f"Re: [{NUMBER}] Parcel late"),
        (f"AW: Re: [{NUMBER}] Re[2]: Parcel late", f"Re: [{NUMBER}] Parcel late"),
        (f"[{NUMBER}] [{NUMBER.lower()}] Parcel late", f"[{NUMBER}] Parcel late"),
        ("Fwd: Parcel late", f"[{NUMBER}] Parcel late"),
        ("", f"[{NUMBER}] (no subject)"),
        ("[TKT20260101001] Parcel late", f"[{NUMBER}] [TKT20260101001] Parcel late"),
    ],
)
def test_the_number_stands_in_the_subject_once(subject: str, result: str) -> None:
    assert subject_with_number(subject, NUMBER) == result


@given(st.text(st.characters(exclude_categories=[])))
def test_no_text_makes_a_second_field(text: str) -> None:
    line = one_line(text)
    assert len(line.splitlines()) <= 1
    assert "=?" not in line
    assert len(line) <= 250
    line.encode()


@pytest.mark.parametrize(
    ("subject", "with_number"),
    [
        ("Kettle", f"[{NUMBER}] Kettle"),
        ("Re: Kettle", f"Re: [{NUMBER}] Kettle"),
        (f"AW: Re: RE[3]: [{NUMBER}] Kettle", f"Re: [{NUMBER}] Kettle"),
        (f"[{NUMBER.lower()}] [{NUMBER}] Kettle", f"[{NUMBER}] Kettle"),
        ("Fwd: Kettle", f"[{NUMBER}] Kettle"),
        ("", f"[{NUMBER}] (no subject)"),
        ("Re: ", f"Re: [{NUMBER}] (no subject)"),
        ("x\r\nBcc: eve@evil.example", f"[{NUMBER}] x Bcc: eve@evil.example"),
        ("=?utf-8?q?x=0D=0ABcc=3A?=", f"[{NUMBER}] = ?utf-8?q?x=0D=0ABcc=3A?="),
    ],
)
def test_a_subject_has_its_number_once(subject: str, with_number: str) -> None:
    assert subject_with_number(subject, NUMBER) == with_number
