"""Previews: samples and drafts as the mail that would leave, whose links open nothing."""

from __future__ import annotations

import pytest

from helpdesk.db import Database
from helpdesk.links import TrackingRight, read_tracking_token
from helpdesk.mail_out.previews import draft_mail, sample_mail
from helpdesk.mail_out.render import render_mail
from helpdesk.mail_out.templates import TEMPLATES, Template, TemplateName
from helpdesk.models import Mailbox
from helpdesk.settings import Settings
from tests.support.factories import make_shop, make_ticket

MAILBOX = Mailbox(
    address="support@shop.example",
    name="The Shop",
    signature="The Shop team",
    colour="#2f6d4f",
    language="en",
)


@pytest.mark.parametrize("template", TEMPLATES.values(), ids=TEMPLATES)
def test_every_template_has_a_sample_that_renders(settings: Settings, template: Template) -> None:
    mail = sample_mail(template, MAILBOX, "en")
    assert mail.recipient == ("mia@shop.example" if template.to_staff else "ann@mail.example")
    assert (mail.ticket_number is not None) is template.on_ticket
    assert "The Shop" in render_mail(mail, settings).html


def test_a_status_can_be_chosen() -> None:
    template = TEMPLATES[TemplateName.STATUS_CHANGED_CUSTOMER]
    assert sample_mail(template, MAILBOX, "en", "waiting").values == {"status": "waiting"}
    assert sample_mail(template, MAILBOX, "en").values == template.sample


@pytest.mark.databases("sqlite")
def test_a_drafts_link_speaks_for_nobody(database: Database, settings: Settings) -> None:
    shop = make_shop(database)
    with database.transaction() as session:
        ticket = make_ticket(session, shop.ann)
        values = {"text": "A new seal.", "author_name": "Mia"}
        mail = draft_mail(ticket, shop.mailbox, shop.ann, values, "Re: My kettle leaks")
        text = render_mail(mail, settings).text
        assert "A new seal." in text
        token = text.partition("/t/")[2].split()[0]
        right = read_tracking_token((settings.secret_key,), token)
        assert right == TrackingRight(ticket.id, ticket.link_generation, 0)
