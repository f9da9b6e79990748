"""``/api/mail/inbound/<service>/<key>/``: where mail services post what came in for a mailbox.

Each proves itself in its own way. It is answered that a mail is taken only once that is safe on the
disk; until then it tries again.
"""

from __future__ import annotations

import structlog
from flask import Response, request
from werkzeug.exceptions import RequestEntityTooLarge

from helpdesk.actions import note_post
from helpdesk.actions.edit_mail_service import SEALED_FOR, check_service_password
from helpdesk.errors import NotAllowed
from helpdesk.mail_door import NotTaken, OpenDoor, PostedMail
from helpdesk.models import MailProvider
from helpdesk.queries.mail_services import PostingService, posting_service
from helpdesk.sealing import CannotOpen, unseal
from web import limits
from web.api import mail_schemas, problems
from web.api.blueprint import ApiBlueprint
from web.api.raw_mail import mail_door
from web.api.serializers import Serialized
from web.posts import mailgun, postmark, sendgrid, ses, sns
from web.posts.amazon import AmazonAway, NotAmazon
from web.posts.json_body import json_body, text_of
from web.posts.post import (
    TOO_LARGE,
    BadPost,
    BrokenPost,
    Post,
    PostTooLarge,
    SetUpWrong,
    Unproven,
    stand_in,
)
from web.store import now, store

blueprint = ApiBlueprint("mail_services", "Mail services", public=True)
log = structlog.get_logger("web.api")

_HEAD = 100 * 1024
_FINAL = {MailProvider.MAILGUN: 406, MailProvider.POSTMARK: 403}
"""How a service is told that it is no use to try again; others take any 4xx for that."""
_CHALLENGE = 'Basic realm="Postdesk", charset="UTF-8"'
_NO_ROOM = "There is no room for it on the disk just now: try again later."
Answer = tuple[Serialized, int] | Response


@blueprint.before_request
def allow_posts() -> None:
    """A post may be larger than the mail in it."""
    request.max_content_length = store().settings.largest_post


@blueprint.route("/mail/inbound/ses/<key>/", methods=["POST"], operation="post_ses")
@blueprint.response(200, mail_schemas.TakenPost)
@blueprint.problems(401, 404, 413, 503)
def post_ses(key: str) -> Answer:
    """Take what Amazon SES posts by an SNS topic: signed by Amazon, for the topic that is set."""
    return _taken(MailProvider.SES, key)


@blueprint.route("/mail/inbound/mailgun/<key>/mime", methods=["POST"], operation="post_mailgun")
@blueprint.response(200, mail_schemas.TakenPost)
@blueprint.problems(401, 404, 413, 503)
def post_mailgun(key: str) -> Answer:
    """Take what a route of Mailgun posts: a form with the raw mail, signed."""
    return _taken(MailProvider.MAILGUN, key)


@blueprint.route("/mail/inbound/postmark/<key>/", methods=["POST"], operation="post_postmark")
@blueprint.response(200, mail_schemas.TakenPost)
@blueprint.problems(401, 404, 413, 503)
def post_postmark(key: str) -> Answer:
    """Take what Postmark posts: JSON with the raw mail, and the password in its address."""
    return _taken(MailProvider.POSTMARK, key)


@blueprint.route("/mail/inbound/sendgrid/<key>/", methods=["POST"], operation="post_sendgrid")
@blueprint.response(200, mail_schemas.TakenPost)
@blueprint.problems(401, 404, 413, 503)
def post_sendgrid(key: str) -> Answer:
    """Take what SendGrid posts: a form with the raw mail, and the password in its address."""
    return _taken(MailProvider.SENDGRID, key)


def _taken(provider: MailProvider, key: str) -> Answer:
    with store().database.reading() as session:
        service = posting_service(session, provider, key)
    if service is None:
        limits.rate_limits().count(limits.STRANGERS, limits.remote_address())
        return problems.problem(404, "No mail is taken at this address (any more).")
    try:
        post = _read(service)
        name = _spooled(service, post) if post is not None else None
    except BadPost as problem:
        return _refused(service, problem)
    except NotAllowed as problem:
        return _refused(service, Unproven(str(problem)))
    except RequestEntityTooLarge:
        return _refused(service, PostTooLarge(_too_large()))
    except NotTaken as problem:
        return _not_taken(service, problem)
    except OSError:  # where a large form waits while it is read
        return _not_taken(service, NotTaken(451, _NO_ROOM))
    moment = now()
    if service.taken_at is None or moment - service.taken_at >= note_post.NOTED_EVERY:
        # Not with every mail: the database has one writer.
        with store().database.transaction() as session:
            note_post.note_taken(session, service.id, now=moment)
    return {"mail": name}, 200


def _read(service: PostingService) -> Post | None:
    """The mail, where the post proves to be the service's; None where it is about none.

    :raises BadPost, NotAllowed:
    """
    if service.provider == MailProvider.SES:
        return _of_amazon(service)
    if service.provider == MailProvider.MAILGUN:
        try:
            signing_key = unseal(service.sealed_key, store().settings.keys, SEALED_FOR)
        except CannotOpen:
            raise SetUpWrong(
                "Its key was sealed with another POSTDESK_SECRET_KEY: set it again."
            ) from None
        return mailgun.read(request, signing_key, now())
    _check_password(service)
    read = postmark.read if service.provider == MailProvider.POSTMARK else sendgrid.read
    try:
        return read(request)
    except BadPost as problem:
        if problem.status != 422:
            raise
        raise BrokenPost(str(problem)) from None


def _check_password(service: PostingService) -> None:
    given = request.authorization
    password = given.password if given is not None and given.type == "basic" else None
    check_service_password(service, password or "")


def _of_amazon(service: PostingService) -> Post | None:
    body, amazon = json_body(request), store().amazon
    kind = sns.check(body, service.topic, amazon, now())
    if kind == "Notification":
        return ses.read(text_of(body, "Message"))
    if kind == "SubscriptionConfirmation":
        try:
            amazon.confirm(text_of(body, "SubscribeURL"))
        except NotAmazon:
            raise Unproven("It is not to be confirmed at an address of Amazon’s.") from None
        except AmazonAway:
            raise SetUpWrong(
                "The subscription could not be confirmed at Amazon just now."
            ) from None
        with store().database.transaction() as session:
            note_post.note_confirmed(session, service.id, now=now())
    return None


def _spooled(service: PostingService, post: Post) -> str | None:
    """The spool's name of the mail; None where it was taken before, by the same token.

    :raises BadPost, NotAllowed, NotTaken:
    """
    digest = post.digest() if post.token else ""
    if post.token:
        with store().database.reading() as session:
            if note_post.was_taken(session, service.id, post.token, digest):
                return None
    name = _take(service, post)
    if post.token:
        with store().database.transaction() as session:
            kept_for = 2 * mailgun.RETRIED_FOR
            note_post.keep_token(
                session, service.id, post.token, digest, kept_for=kept_for, now=now()
            )
    return name


def _take(service: PostingService, post: Post) -> str:
    try:
        return _opened(service, post).take(post.pieces())
    except NotTaken as problem:
        if problem.code != 552:
            raise
    post.content.seek(0, 2)
    why = (
        f"This mail has {post.content.tell():,} bytes, more than are taken here "
        f"(POSTDESK_SMTP_SIZE): only its header was kept. Its service had it whole."
    )
    post.content.seek(0)
    post.content, post.hold = stand_in(post.content.read(_HEAD), why), TOO_LARGE
    return _opened(service, post).take(post.pieces())


def _opened(service: PostingService, post: Post) -> OpenDoor:
    """The door, open for this mail: for those of its recipients that are of the mailbox, with their
    plus-tags; the mailbox itself where there are none, as behind a service's own address."""
    door = mail_door()
    ours = [one for one in post.recipients[:100] if door.mailbox_at(one) == service.mailbox]
    mail = PostedMail(post.sender, tuple(ours) or (service.mailbox,), service.believed, post.hold)
    try:
        return door.open(mail)
    except NotTaken as problem:
        if problem.field != "from":
            raise
    # What is no address says nothing; the mail is taken all the same.
    return door.open(PostedMail(None, mail.recipients, mail.believed, mail.hold))


def _too_large() -> str:
    size, largest = request.content_length or 0, store().settings.largest_post
    return (
        f"The post is too large: it has {size:,} bytes or more, and {largest:,} are taken "
        "(64 MiB, or twice POSTDESK_SMTP_SIZE)."
    )


def _refused(service: PostingService, problem: BadPost) -> Response:
    if problem.status == 401:
        limits.rate_limits().count(limits.STRANGERS, limits.remote_address())
    _note(service, str(problem))
    answer = problems.problem(_status(service, problem.status), str(problem))
    if problem.status == 401:
        answer.headers["WWW-Authenticate"] = _CHALLENGE
    return answer


def _not_taken(service: PostingService, problem: NotTaken) -> Response:
    _note(service, problem.words)
    status = 503 if problem.try_later else _status(service, 422)
    answer = problems.problem(status, problem.words)
    if status == 503:
        answer.headers["Retry-After"] = "60"
    return answer


def _status(service: PostingService, status: int) -> int:
    return _FINAL.get(service.provider, status) if status == 422 else status


def _note(service: PostingService, why: str) -> None:
    log.info("post_refused", service=str(service.provider), why=why)
    with store().database.transaction() as session:
        note_post.note_refused(session, service.id, why, now=now())
