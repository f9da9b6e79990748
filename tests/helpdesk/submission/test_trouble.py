"""What a refusal is about: the mail, or the account that sends it."""

from __future__ import annotations

import pytest

from helpdesk.submission.trouble import (
    FAULT_FIELDS,
    FAULTS,
    RelayFault,
    RelayTrouble,
    fault_of_refusal,
)


@pytest.mark.parametrize(
    ("code", "text", "of_sender", "fault"),
    [
        (550, "5.1.1 no such user", False, None),
        (552, "5.3.4 too large", True, None),
        (451, "4.7.1 greylisted", False, None),
        (530, "5.7.0 Authentication Required", False, RelayFault.REFUSED),
        (550, "5.7.1 not yours", True, RelayFault.SENDER),
        (550, "5.7.60 SMTP; Client does not have permissions", False, RelayFault.SENDER),
        (554, "5.2.252 SendAsDenied; me not allowed", False, RelayFault.SENDER),
        (550, "5.4.5 Daily user sending limit exceeded", False, RelayFault.LIMIT),
    ],
)
def test_a_refusal_is_about(
    code: int, text: str, of_sender: bool, fault: RelayFault | None
) -> None:
    assert fault_of_refusal(code, text, of_sender=of_sender) == fault


def test_each_has_a_sentence_and_a_field_and_says_the_servers_words_on_one_line() -> None:
    assert set(FAULTS) == set(FAULT_FIELDS) == set(RelayFault)
    trouble = RelayTrouble(RelayFault.REFUSED, "535 no\r\n entry")
    assert str(trouble) == "The server does not let this account in. It says: 535 no entry."
    assert trouble.field == "password"
