"""A mail full of secrets."""

from __future__ import annotations

from email.message import EmailMessage

KEY = b"the same words each run"


SECRETS = ("Gwendolyn", "Hawthorne", "gwen.hawthorne", "Größenwahn", "Привет", "田中", "4111",
           "teapot", "invoice-hawthorne")  # fmt: skip


def secret_mail() -> bytes:
    mail = EmailMessage()
    mail["From"] = "Gwendolyn Hawthorne <gwen.hawthorne@mail.example>"
    mail["To"] = "support@shop.example"
    mail["Subject"] = "Größenwahn: mein Привет an 田中"
    mail["Message-ID"] = "<gwen.hawthorne.4111@mail.example>"
    mail["Date"] = "Mon, 23 Nov 2026 09:00:00 +0000"
    mail.set_content(
        "Hello, my teapot is broken, says 田中. Card 4111 1111 1111 1111. " + "Größenwahn " * 9
        + "\n\nOn Mon, 23 Nov 2026 at 10:00, Shop <support@shop.example> wrote:\n"
        "> Dear Gwendolyn Hawthorne,\n> which teapot?\n",
        cte="quoted-printable",
    )  # fmt: skip
    mail.add_alternative(
        '<div class="gmail_quote">My <b title="teapot">teapot</b>&nbsp;Привет '
        '<img src="cid:teapot@x"></div>', subtype="html", cte="base64",
    )  # fmt: skip
    mail.add_attachment(
        b"%PDF-1.4 Gwendolyn Hawthorne", maintype="application", subtype="pdf",
        filename="invoice-hawthorne.pdf",
    )  # fmt: skip
    return mail.as_bytes()
