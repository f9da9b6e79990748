"""Subjects: the ticket's number in them once, and one Re: at most."""

from __future__ import annotations

import pytest

from helpdesk.mail_out.subjects import subject_with_number
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
