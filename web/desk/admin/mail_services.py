"""Services that post a mailbox's mail: where they post to, and what proves that it is them."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit

from flask import abort, flash, redirect, request, url_for
from werkzeug.wrappers import Response

from helpdesk.actions.edit_mail_service import (
    WITH_PASSWORD,
    ServiceSettings,
    close_mail_service,
    new_service_password,
    set_mail_service,
)
from helpdesk.errors import InvalidInput
from helpdesk.models import MailProvider
from helpdesk.queries.administration import mailbox_of_id
from helpdesk.queries.mail_services import ServiceView, services_of
from web.desk.blueprint import blueprint, desk_page
from web.sign_in import admin_only, signed_in
from web.store import now, read_session, store, transaction

USER = "postdesk"
"""The name that stands before the password in an address; none is asked for."""


@dataclass(frozen=True)
class ServiceWords:
    """What a service is called, what is asked of it here, and what is to be done there."""

    name: str
    key: str
    """What its secret is called there; empty where we make one."""
    topic: bool
    believed: str
    """How its server names itself, where it writes what it found; empty where it writes nothing."""
    steps: tuple[str, ...]


SERVICES = {
    MailProvider.POSTMARK: ServiceWords(
        "Postmark", "", False, "",
        (
            "Open Servers › your server › the inbound stream › Settings.",
            "Paste the address, with its password, as the Webhook URL.",
            "Tick “Include raw email content in JSON payload”, and save.",
            "Have your domain’s MX lead to inbound.postmarkapp.com, or forward to the address that "
            "the stream shows.",
        ),
    ),
    MailProvider.MAILGUN: ServiceWords(
        "Mailgun", "HTTP webhook signing key", False, "mxa.mailgun.org",
        (
            "Copy the HTTP webhook signing key under Settings › API security, and save it here.",
            "Open Receive › Create route, and match the recipient.",
            "Tick Forward and paste the address: it ends in “mime”, and so Mailgun posts the mail "
            "raw.",
            "Tick Stop, and save the route.",
        ),
    ),
    MailProvider.SENDGRID: ServiceWords(
        "SendGrid", "", False, "",
        (
            "Open Settings › Inbound Parse › Add Host & URL.",
            "Choose the domain whose MX leads to mx.sendgrid.net.",
            "Paste the address, with its password, as the Destination URL.",
            "Tick “POST the raw, full MIME message”, and save.",
        ),
    ),
    MailProvider.SES: ServiceWords(
        "Amazon SES", "", True, "amazonses.com",
        (
            "Make a standard topic in Amazon SNS, in the region that receives, and save its ARN "
            "here.",
            "Add a subscription to it: HTTPS, the address below, raw message delivery off. It is "
            "confirmed by itself.",
            "In Amazon SES, add a receipt rule with the action “Publish to Amazon SNS topic”, "
            "encoding Base64.",
            "Amazon posts mails of up to 150 KB so, and no larger ones. Mails that a rule puts "
            "into S3 are not fetched: they are held here, with where they are.",
        ),
    ),
}  # fmt: skip


@blueprint.get("/admin/mailboxes/<int:mailbox_id>/services")
@admin_only
def mail_services(mailbox_id: int) -> Response:
    """The services that can post this mailbox's mail."""
    return _page(mailbox_id)


@blueprint.post("/admin/mailboxes/<int:mailbox_id>/services")
@admin_only
def change_mail_service(mailbox_id: int) -> Response:
    """Set one up or change it, make it another password, or close it."""
    provider, verb = _provider(), request.form.get("do", "save")
    actor, box = signed_in().actor, mailbox_id
    password = ""
    try:
        if verb == "close":
            with transaction() as session:
                close_mail_service(session, actor, box, provider, now=now())
        else:
            password = _saved(box, provider, new=verb == "password")
    except InvalidInput as problem:
        return _page(mailbox_id, 422, provider, {problem.field: problem.message})
    if password:
        return _page(mailbox_id, 200, provider, password=password)
    flash("Nothing is taken there any more." if verb == "close" else "Saved.")
    return redirect(url_for("desk.mail_services", mailbox_id=box, _anchor=provider), 303)


def _saved(mailbox_id: int, provider: MailProvider, *, new: bool) -> str:
    """Save what was typed; returns the password, where one was made."""
    form, actor = request.form, signed_in().actor
    wanted = ServiceSettings(form.get("key", ""), form.get("topic", ""), form.get("believed", ""))
    with transaction() as session:
        before = services_of(session, actor, mailbox_id).get(provider)
        secret = store().settings.secret_key
        if not new or before is None:
            set_mail_service(session, actor, mailbox_id, provider, wanted, secret=secret, now=now())
        if provider in WITH_PASSWORD and (new or before is None):
            return new_service_password(session, actor, mailbox_id, provider, now=now())
    return ""


def _provider() -> MailProvider:
    try:
        return MailProvider(request.form.get("provider", ""))
    except ValueError:
        abort(400)


def _page(
    mailbox_id: int,
    status: int = 200,
    changed: MailProvider | None = None,
    errors: dict[str, str] | None = None,
    *,
    password: str = "",
) -> Response:
    actor = signed_in().actor
    found = services_of(read_session(), actor, mailbox_id)
    return desk_page(
        "desk/admin/mail_services.html",
        status,
        box=mailbox_of_id(read_session(), actor, mailbox_id),
        words=SERVICES,
        services=found,
        addresses={name: _address(one) for name, one in found.items()},
        changed=changed,
        errors=errors or {},
        form=request.form,
        with_password=WITH_PASSWORD,
        secret_address=_address(found[changed], password) if changed and password else "",
    )


def _address(service: ServiceView, password: str = "") -> str:
    parts = urlsplit(store().settings.public_url)
    host = f"{USER}:{password}@{parts.netloc}" if password else parts.netloc
    return parts._replace(netloc=host, path=parts.path.rstrip("/") + service.path).geturl()
