"""Notices of confidentiality: apart from the reply, wherever they stand."""

from __future__ import annotations

import textwrap

import pytest

from mailgate.parse.quotes import split

EN = (
    "This email and any files transmitted with it are confidential and intended solely\n"
    "for the use of the individual or entity to whom they are addressed."
)
NOTICES = {
    "en": EN,
    "en, long": "The information in this message is privileged. If you are not the intended recipient,"
    " you must not copy it; please notify the sender and delete it.",
    "de": "Diese E-Mail enthält vertrauliche Informationen und ist ausschließlich für den Adressaten"
    " bestimmt. Sind Sie nicht der richtige Empfänger, informieren Sie bitte den Absender und"
    " vernichten Sie diese E-Mail.",
    "fr": "Ce message et ses pièces jointes sont confidentiels et destinés à l'usage exclusif du"
    " destinataire. Si vous l'avez reçu par erreur, merci d'avertir l'expéditeur et de le détruire.",
    "es": "Este mensaje es confidencial y va dirigido exclusivamente a su destinatario. Si lo ha"
    " recibido por error, le rogamos que lo comunique al remitente y lo elimine.",
    "it": "Questo messaggio è riservato e indirizzato esclusivamente al destinatario. Se lo avete"
    " ricevuto per errore, vi preghiamo di cancellarlo e di avvisare il mittente.",
    "nl": "Dit bericht is vertrouwelijk en uitsluitend bestemd voor de geadresseerde. Als u het ten"
    " onrechte ontvangt, verwijder het dan en breng de afzender op de hoogte.",
    "sv": "Detta meddelande är konfidentiellt och endast avsett för mottagaren. Har du fått det av"
    " misstag, radera det och meddela avsändaren.",
    "pl": "Ta wiadomość jest poufna i przeznaczona wyłącznie dla adresata. Jeżeli otrzymali ją"
    " Państwo przez pomyłkę, prosimy o jej usunięcie i poinformowanie nadawcy.",
    "pt": "Esta mensagem é confidencial e destina-se exclusivamente ao destinatário. Se a recebeu por"
    " engano, apague-a e avise o remetente.",
    "tr": "Bu e-posta gizli bilgiler içerebilir ve yalnızca alıcısı içindir. Yanlışlıkla aldıysanız"
    " lütfen siliniz ve göndericiye haber veriniz.",
    "ru": "Это сообщение является конфиденциальным и предназначено исключительно для адресата. Если вы"
    " получили его по ошибке, удалите его и сообщите отправителю.",
    "zh": "本邮件及其附件含有保密信息,仅限于发送给上面地址中列出的收件人。如果您错收了本邮件,请您立即通知发件人并删除本邮件。",
    "ja": "このメールには機密情報が含まれている場合があり、宛先の方のみを対象としています。誤って受信された場合は、削除のうえご連絡ください。",
}  # fmt: skip
RULE = "*" * 70


@pytest.mark.parametrize("notice", NOTICES.values(), ids=NOTICES.keys())
@pytest.mark.parametrize(
    "shape",
    ["{wish}\n\n{notice}", "{wish}\n\n{rule}\n{notice}\n{rule}", "{wish}\n\n-- \nAnn\n\n{notice}",
     "{wish}\n\n{notice}\n\n-- \nAnn", "{wish}\n\n{rule}\n\n{notice}"],
)  # fmt: skip
def test_a_notice_is_a_part_of_its_own(notice: str, shape: str) -> None:
    found = split(shape.format(wish="Please cancel order 10077.", notice=notice, rule=RULE))
    assert found.reply == "Please cancel order 10077."
    assert notice in found.disclaimer
    assert notice not in found.signature
    assert ("Ann" in found.signature) == ("Ann" in shape)


def test_what_stands_below_a_notice_stays() -> None:
    found = split(f"Please cancel it.\n\n{EN}\n\nP.S. And send the bill.")
    assert found.reply == "Please cancel it.\n\n\nP.S. And send the bill."


def test_a_notice_below_the_quoted_mail() -> None:
    quote = "On 12 Oct 2026 at 10:46, Shop <shop@shop.example> wrote:\n> Shall we?\n"
    found = split(f"Yes.\n\n{quote}\n{RULE}\n{EN}\n{RULE}")
    assert (found.reply, EN in found.disclaimer) == ("Yes.", True)


@pytest.mark.parametrize(
    "text",
    [
        "Hello,\n\nthis email is confidential: please tell nobody what I ordered.",
        "Hello,\n\nI got your message in error. Please delete my account.",
        "Hello,\n\nlegal notice of withdrawal: I hereby cancel my order of 12 October.",
        EN,
    ],
)
def test_what_a_person_says_is_no_notice(text: str) -> None:
    assert (split(text).reply, split(text).disclaimer) == (text, "")


@pytest.mark.parametrize("notice", NOTICES.values(), ids=NOTICES.keys())
def test_a_notice_that_was_broken_into_lines_is_taken_whole(notice: str) -> None:
    lines = textwrap.fill(notice, 60, break_on_hyphens=False)
    for above in ("Kind regards\nAnn Example\n\n-----\n", "Kind regards\nAnn Example\n", ""):
        found = split(f"Please send me a new lid.\n\n{above}{lines}\n")
        assert found.disclaimer.strip("-\n") == lines
        assert found.reply.startswith("Please send me a new lid.")
