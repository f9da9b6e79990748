"""``POST /api/mail/inbound/``: raw mail, from a program that has it: into the spool, as by SMTP."""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import sha256
from typing import Any, NoReturn

from flask import abort, request

from helpdesk.actions.bring_mail import check_may_bring
from helpdesk.errors import InvalidInput
from helpdesk.mail_door import MailDoor, NotTaken, OpenDoor, PostedMail
from helpdesk.tickets import idempotency
from web.api import mail_schemas, schemas
from web.api.access import actor
from web.api.blueprint import ApiBlueprint
from web.api.serializers import Serialized
from web.api.transactions import in_transaction
from web.store import now, store

blueprint = ApiBlueprint("raw_mail", "Mail that came in elsewhere", writing="mail")

_TYPES = ("message/rfc822", "message/global", "application/octet-stream")
_PIECE = 64 * 1024
_BODY = {
    "required": True,
    "content": {"message/rfc822": {"schema": {"type": "string", "format": "binary"}}},
}
_AGAIN = {"Idempotent-Replayed": "true"}


class _AnsweredBefore(Exception):
    """The same mail was posted under the same key: the first answer stands."""


@blueprint.before_request
def allow_mail() -> None:
    """A mail may be as large as by SMTP."""
    request.max_content_length = store().settings.smtp_size


@blueprint.route("/mail/inbound/", methods=["POST"], operation="post_raw_mail")
@blueprint.doc(requestBody=_BODY)
@blueprint.arguments(mail_schemas.RawMailQuery, location="query")
@blueprint.arguments(schemas.IdempotencyHeaders, location="headers")
@blueprint.response(202, mail_schemas.TakenMail)
@blueprint.problems(413, 415, 503)
def post_mail(
    wanted: dict[str, Any], headers: dict[str, str]
) -> tuple[Serialized, int, dict[str, str]]:
    """Take a mail byte for byte, for the mailboxes that `to` names; of staff who decide there.

    202 says that it is safe on the disk; it is filed in a moment, as if it had come by SMTP. The
    same mail again is filed once. Without `from` its From counts as the envelope's sender. Nothing
    in it is believed of who wrote it but a signature that holds (DKIM).
    """
    if request.mimetype not in _TYPES:
        abort(415, "Send the raw mail, with “Content-Type: message/rfc822”.")
    try:
        opened = mail_door().open(PostedMail(wanted.get("sender"), tuple(wanted["to"])))
        with store().database.reading() as session:
            check_may_bring(session, actor(), opened.mailboxes)
        return _take_once(opened, wanted, headers.get("idempotency_key", ""))
    except NotTaken as refused:
        raise_as_problem(refused)


def mail_door() -> MailDoor:
    """Where mail goes in.

    :raises NotTaken: this process has no gateway beside it.
    """
    door = store().mail_door
    if door is None:
        raise NotTaken(451, "No gateway runs beside this server: try again later.")
    return door


def raise_as_problem(refused: NotTaken) -> NoReturn:
    """Answer what the door said, with the field it is about.

    :raises HTTPException, InvalidInput: always.
    """
    if refused.try_later:
        abort(503, refused.words)
    if refused.code == 552:
        abort(413, refused.words)
    raise InvalidInput(refused.field or "body", refused.words) from None


def _take_once(
    opened: OpenDoor, wanted: dict[str, Any], key: str
) -> tuple[Serialized, int, dict[str, str]]:
    """Take it, unless the same was taken under this key: then give the first answer again."""
    who, digest = actor(), sha256()
    asked = {"post": request.path, "to": wanted["to"], "from": wanted.get("sender")}
    answer: Serialized = {}

    def pieces() -> Iterator[bytes]:
        while piece := request.stream.read(_PIECE):
            digest.update(piece)
            yield piece
        # All is there, and nothing is accepted yet: whether it came before is known only now.
        asked["body"] = digest.hexdigest()
        if key and who.person_id is not None:
            with store().database.reading() as session:
                kept = idempotency.answered_before(session, who.person_id, key, asked, now())
            if kept is not None:
                answer.update(kept)
                raise _AnsweredBefore

    try:
        answer["mail"] = opened.take(pieces())
    except _AnsweredBefore:
        return answer, 202, _AGAIN
    if key:
        answer = _kept(key, asked, answer)
    return answer, 202, {}


def _kept(key: str, asked: dict[str, Any], answer: Serialized) -> Serialized:
    """The answer, once it is kept; that of another request, where one with this key was faster."""
    person_id = actor().person_id
    if person_id is None:
        return answer
    kept = in_transaction(
        lambda session: idempotency.once(session, person_id, key, asked, lambda: answer, now())
    )
    return kept.response
