"""``/api/mail/``: what came in and what was decided; what leaves and how that went. Staff only."""

from __future__ import annotations

from typing import Any

from flask import Response

from helpdesk.models import InboundState
from helpdesk.queries.mails import inbound_mail, inbound_page, outbound_page
from web.api import mail_schemas, serializers, waiting
from web.api.access import actor
from web.api.blueprint import ApiBlueprint
from web.api.serializers import Serialized
from web.store import store

blueprint = ApiBlueprint("mail", "Mails, in and out")

_ID = "<int(max=9223372036854775807):mail_id>"
RAW_POLICY = "sandbox; default-src 'none'"


@blueprint.route("/mail/inbound/", methods=["GET"], operation="list_inbound_mails")
@blueprint.arguments(mail_schemas.InboundQuery, location="query")
@blueprint.response(200, mail_schemas.InboundPageSchema)
@blueprint.problems()
def inbound_list(wanted: dict[str, Any]) -> Serialized:
    """List inbound mails, newest first.

    “waiting” mails stand in the spool of this machine, or were released and are filed in a moment.
    """
    number, size, state = wanted["page"], wanted["page_size"], wanted.get("state", "")
    if state == InboundState.WAITING:
        with store().database.reading() as session:
            spool = store().settings.spool_dir
            count, results = waiting.page(session, actor(), spool, number, size)
        return serializers.page(count, results, wanted)
    with store().database.reading() as session:
        found = inbound_page(session, actor(), state, page=number, page_size=size)
    return serializers.page(
        found.count, [serializers.inbound(mail) for mail in found.mails], wanted
    )


@blueprint.route(f"/mail/inbound/{_ID}/", methods=["GET"], operation="get_inbound_mail")
@blueprint.response(200, mail_schemas.InboundDetail)
@blueprint.problems(404)
def inbound_detail(mail_id: int) -> Serialized:
    """Show an inbound mail, with the decision: why it is where it is."""
    with store().database.reading() as session:
        return serializers.inbound(inbound_mail(session, actor(), mail_id))


@blueprint.route(f"/mail/inbound/{_ID}/raw", methods=["GET"], operation="get_raw_mail")
@blueprint.response(200, {"type": "string", "format": "binary"}, content_type="message/rfc822")
@blueprint.problems(404)
def inbound_raw(mail_id: int) -> Response:
    """Give an inbound mail byte for byte as it was accepted."""
    with store().database.reading() as session:
        mail = inbound_mail(session, actor(), mail_id)
    raw = store().blobs.get(mail.raw_sha256)
    response = Response(raw, content_type="message/rfc822")
    response.headers["Content-Disposition"] = f'attachment; filename="mail-{mail.id}.eml"'
    response.headers["Content-Security-Policy"] = RAW_POLICY
    return response


@blueprint.route("/mail/outbound/", methods=["GET"], operation="list_outbound_mails")
@blueprint.arguments(mail_schemas.OutboundQuery, location="query")
@blueprint.response(200, mail_schemas.OutboundPageSchema)
@blueprint.problems()
def outbound_list(wanted: dict[str, Any]) -> Serialized:
    """List outbound mails, newest first, with each attempt to deliver them."""
    with store().database.reading() as session:
        found = outbound_page(
            session,
            actor(),
            wanted.get("state", ""),
            page=wanted["page"],
            page_size=wanted["page_size"],
        )
    return serializers.page(
        found.count, [serializers.outbound(mail) for mail in found.mails], wanted
    )
