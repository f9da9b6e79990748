"""The API against its own description: hundreds of requests made from it, good and bad ones.

No answer may be a fault of ours, and every answer must be as described: its status, its type, its
fields; and what the description does not allow must be refused.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, field

import pytest
import schemathesis
from schemathesis.config import SchemathesisConfig
from schemathesis.engine import from_schema
from schemathesis.engine.events import EngineEvent, NonFatalError, ScenarioFinished

from helpdesk.actions.api_tokens import issue_token
from helpdesk.actions.edit_canned_reply import CannedReplyDraft, add_canned_reply
from helpdesk.actions.edit_custom_field import FieldDraft, add_custom_field
from helpdesk.actor import SYSTEM
from helpdesk.vocabulary import USUAL_SCOPES
from mailgate.spool.mailbox_snapshot import SNAPSHOT, write_snapshot
from tests.support.factories import NOW
from tests.web.api.conftest import Api, add_inbound_mail

EXAMPLES = int(os.environ.get("POSTDESK_API_EXAMPLES", "3"))
"""Made by chance for each operation, beside those that walk along every limit; many more with
``make fuzz-api``."""

SERVICES = {
    "POST /api/mail/inbound/ses/{key}/",
    "POST /api/mail/inbound/mailgun/{key}/mime",
    "POST /api/mail/inbound/postmark/{key}/",
    "POST /api/mail/inbound/sendgrid/{key}/",
}
"""Open to whoever knows the key alone: nobody guesses it."""


@schemathesis.serializer("message/rfc822")
def _raw(_context: object, value: object) -> object:
    """A mail is bytes, or the text of a bad example."""
    return value if isinstance(value, bytes) else str(value).encode("utf-8", "replace")


def _config(token: str) -> SchemathesisConfig:
    return SchemathesisConfig.from_dict(
        {
            "seed": 20261123,
            "cache": {"enabled": False},
            "headers": {"Authorization": f"Bearer {token}"},
            "generation": {
                "max-examples": EXAMPLES,
                "deterministic": True,
                "no-shrink": True,
                "database": "none",
            },
            "phases": {"stateful": {"enabled": False}},
            "checks": {
                # What a description in JSON Schema cannot say is refused with 422: an order that
                # is not the customer's, a subject of blanks alone, a word for an address. And who
                # tries many wrong passwords is slowed down.
                "positive_data_acceptance": {
                    "expected-statuses": ["2xx", "401", "403", "404", "409", "422", "429"]
                },
            },
        }
    )


@dataclass
class Run:
    """What a run of schemathesis came to."""

    failures: list[str] = field(default_factory=list)
    answers: dict[str, set[int]] = field(default_factory=dict)
    """The statuses that each operation answered with."""

    def note(self, event: EngineEvent) -> None:
        if isinstance(event, NonFatalError):
            self.failures.append(str(event.info))
        elif isinstance(event, ScenarioFinished):
            recorder = event.recorder
            for case_id, interaction in recorder.interactions.items():
                method = recorder.label.partition(" ")[0]
                if interaction.response is not None and interaction.request.method == method:
                    code = interaction.response.status_code
                    self.answers.setdefault(recorder.label, set()).add(code)
                for check in recorder.checks.get(case_id, []):
                    if found := check.failure_info:
                        self.failures.append(
                            f"{recorder.label}: {found.failure}\n{found.code_sample}"
                        )


@pytest.mark.slow
def test_every_answer_is_as_described(api: Api, address: str) -> None:
    # What the description gives as examples, so that requests find something.
    api.agent("PUT", "/api/orders/A-1001/", {"customer": "ann@mail.example"})
    for subject in ("One", "Two", "Three"):
        add_inbound_mail(api, ticket_id=api.ann.create(subject=subject)["id"], subject=subject)
    # One message stays where the first is split off.
    api.agent("POST", "/api/tickets/1/comment/", {"comment": "Have you closed the lid?"})
    with api.database.transaction() as session:
        draft = CannedReplyDraft("Urgent", "", priority="urgent")
        add_canned_reply(session, api.shop.agent, draft, now=NOW)
        kind = FieldDraft("Order kind", kind="choice", choices=("Gift",), on_form=True)
        add_custom_field(session, api.shop.admin, kind, now=NOW)
        scopes = (*USUAL_SCOPES, "mail")
        token = issue_token(session, SYSTEM, "agent@shop.example", NOW, scopes=scopes)
    write_snapshot(api.store.settings.spool_dir / SNAPSHOT, ["support@shop.example"])
    run = Run()
    schema = schemathesis.openapi.from_url(f"{address}/api/openapi.json", config=_config(token))
    schema.config.update(base_url=address)
    for event in from_schema(schema).execute():
        run.note(event)
    assert not run.failures, "\n\n".join(run.failures)
    # It reached every operation, and got in; only a right password, and an address of ours beside
    # a mail, are beyond guessing.
    assert len(run.answers) == 36
    slowed = {label for label, codes in run.answers.items() if 429 in codes}
    assert slowed <= {"POST /api/auth/token/"}
    without = {label for label, codes in run.answers.items() if min(codes) >= 300}
    assert without == {"POST /api/auth/token/", "POST /api/mail/inbound/", *SERVICES}
    assert not any(code >= 500 for codes in run.answers.values() for code in codes)
