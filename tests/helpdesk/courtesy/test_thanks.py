"""Messages that only thank, and those that say more."""

from __future__ import annotations

import pytest

from helpdesk.courtesy.courtesy_phrases import COURTESIES
from helpdesk.courtesy.thanks import left_of_thanks
from helpdesk.courtesy.thanks_phrases import THANKS
from helpdesk.courtesy.upshot_phrases import SAYINGS
from mailgate.parse.languages import LANGUAGES
from mailgate.parse.thanks import left_of_mailed_thanks

ONLY_THANKS = (
    "Thanks :D",
    "Thanks ;-)",
    "Thank you ‹3",
    "Thanks, that fixed it",
    "Thanks that solved my problem",
    "All good now thanks",
    "Received with thanks",
    "Thank you both",
    "Thanks for your email",
    "Thanks for fixing this",
    "I really appreciate your help",
    "Cheers mate",
    "Danke Ihnen",
    "Ok, danke dir",
    "Top, danke",
    "Alles gut, danke",
    "Danke, Geld ist da",
    "Danke, ist angekommen",
    "Danke, das Paket ist da!",
    "Thanks!",
    "thank you. bye",
    "Thanks, have a nice day",
    "thx!! cheers",
    "ok thank you very much, goodbye",
    "Thank you very much for your help!\n\nBest regards\n",
    "Great, thanks a lot 👍",
    "Thank you so much for your quick and friendly reply. Have a really nice rest of the day!",
    "THANKS A MILLION!!!\nTake care",
    "Hello team,\n\nthank you for getting back to me and for your help.\n\nKind regards",
    "Perfect, thank you. See you soon! xx",
    "Many thanks for the update, enjoy your weekend everyone 🙏🏽",
    "Thanks, you too, all the best",
    "Danke, schönes Wochenende",
    "Danke schön!\n\nViele Grüße",
    "thx, schoenes WE",
    "Guten Tag,\n\nvielen Dank für die schnelle Antwort.\nMit freundlichen Grüßen",
    "Super, vielen Dank für Ihre schnelle und freundliche Hilfe und noch einen schönen Tag!",
    "Herzlichen Dank für die Info. Bleiben Sie gesund!",
    "Merci vielmals, ich wünsche Ihnen einen angenehmen Abend. Tschüss!",
    "merci, bonne journée",
    "Bonjour, merci beaucoup et bonne journée ! Cordialement",
    "Merci pour l’aide et bonne fin d’année",
    "Un grand merci pour votre réponse rapide. Je vous souhaite un excellent week-end. À bientôt",
    "¡Muchas gracias! Saludos",
    "Muchas gracias por su ayuda, que tenga un buen fin de semana. Hasta luego",
    "Gracias por la rápida respuesta. Feliz día",
    "Obrigada pela ajuda! Tenha uma boa semana. Abraço",
    "Muito obrigado pela resposta rápida, bom fim de semana",
    "Grazie mille per la rapida risposta, buona giornata!",
    "La ringrazio per la disponibilità. Le auguro una buona serata. Arrivederci",
    "Bedankt voor de snelle reactie, nog een fijne dag!",
    "Dank u wel, fijn weekend. Tot ziens",
    "Tack så mycket för hjälpen, ha en trevlig helg! Hejdå",
    "Tusen takk for raskt svar. Ha en fin dag!",
    "Mange tak for hjælpen og god weekend. Hej hej",
    "Kiitos avusta! Mukavaa viikonloppua",
    "Dziękuję bardzo za szybką pomoc, życzę miłego dnia!",
    "dziekuje za pomoc, milego weekendu",
    "Děkuji. S pozdravem",
    "Děkuji moc za rychlou odpověď, hezký víkend. Na shledanou",
    "Ďakujem za pomoc, prajem pekný deň",
    "Köszönöm szépen a gyors választ, további szép napot kívánok!",
    "Mulțumesc pentru ajutor, o zi frumoasă!",
    "Hvala lijepa na pomoći, ugodan vikend!",
    "Большое спасибо за помощь!",
    "Спасибо за быстрый ответ, хорошего дня! До свидания",
    "Дякую за допомогу, гарного дня!",
    "Ευχαριστώ πολύ για τη βοήθεια, καλό βράδυ",
    "Yardımınız için teşekkür ederim, iyi günler dilerim",
    "תודה רבה, יום טוב",
    "شكراً جزيلاً على المساعدة، مع السلامة",
    "خیلی ممنون، روز خوبی داشته باشید",
    "ありがとうございました。",
    "ご返信いただきありがとうございました。良い週末を。",
    "谢谢您的帮助!",
    "谢谢,祝您周末愉快!再见",
    "ขอบคุณมากค่ะ",
    "감사합니다! 좋은 하루 되세요",
    "Cảm ơn shop rất nhiều, chúc một ngày tốt lành",
    "Terima kasih atas bantuannya, sampai jumpa",
    "Thanks for the refund",
    "Thank you for the quick refund! Kind regards",
    "Danke für das Geld",
    "Vielen Dank für die schnelle Rückerstattung. Viele Grüße",
    "Merci pour le remboursement",
    "Grazie per il rimborso",
    "Bedankt voor de terugbetaling",
    "Ok danke, passt",
    "Passt alles, danke!",
    "Danke, gute Besserung",
    "Thanks, get well soon",
    "Merci et bon rétablissement",
    "Thank you. Sent from my iPhone",
    "Thank you.\nSent from my iPhone",
    "Thank you Sent from my iPad",
    "Danke! Von meinem iPhone gesendet",
    "Merci. Envoyé de mon iPhone",
    "Thanks. Get Outlook for iOS",
    "Thanks. Get Outlook for iOS<https://aka.ms/o0ukef>",
    "Thank you!\nOn Mon, Ann wrote:\n> We solved it",
    "Thank you!\n\nOn Mon, Ann wrote:\n\n> Did you get all 3?\n> Ann\n",
    "Thank you!\nSent from my iPhone\n\nOn Mon, Ann wrote:\n> We solved it",
    "Danke\nAm Montag schrieb Ann:\n> Erledigt",
    "Thank you!\nOn Mon, Ann wrote:",
    "Thanks for the quick refund and your help",
    "Thank you for the fast reply and the refund!",
    "Thanks for the quick refund, your help and your patience",
    "Thanks again for all your help and patience, much obliged",
    "Thank you, it works now.",
    "Thank you, the parcel has arrived safely.",
    "Much appreciated, all sorted now",
    "Brilliant, thank you so much for sorting this out so quickly",
    "Vielen Dank für die schnelle Erstattung und Ihre Hilfe",
    "Danke, hat alles geklappt. Weiter so!",
    "Danke, das Paket ist heute angekommen",
    "Merci pour le remboursement rapide et votre aide",
    "Merci, bien reçu. C'est très gentil",
    "Gracias por el reembolso y por su ayuda, muy amables",
    "Gracias, ya funciona",
    "Obrigado pelo reembolso e pela ajuda. Ótimo atendimento!",
    "Grazie per il rimborso e per l'aiuto, gentilissimi",
    "Bedankt voor de snelle terugbetaling en je hulp, het is gelukt",
    "Tack för snabb återbetalning och hjälp",
    "Kiitos nopeasta palautuksesta ja avusta",
    "Dziękuję za szybki zwrot i pomoc",
    "Спасибо за быстрый возврат и помощь, всё работает",
    "Para iadesi ve yardımınız için teşekkürler, kolay gelsin",
    "Terima kasih atas pengembalian dana dan bantuannya",
    "بارك الله فيكم",
    "よろしくお願いします",
    "承知しました。よろしくお願いいたします。",
    "ご対応ありがとうございました。今後ともよろしくお願い申し上げます。",
    "大変お世話になりました、またよろしくお願いします",
    "수고하세요",
    "감사합니다. 앞으로도 잘 부탁드립니다.",
    "谢谢,麻烦您了",
    "辛苦了",
)
"""Mails of thanks, wishes, greetings and leave."""

SAYS_MORE = (
    "Danke, ist das Paket angekommen",
    "Danke ist alles erledigt",
    "Vielen Dank! Haben Sie das erledigt",
    "Dank je, is het pakket aangekomen",
    "Tack, har paketet kommit",
    "Takk, er pakken kommet",
    "Tak, er pakken modtaget",
    "Thanks :(",
    "Thanks for fixing this, and the other one",
    "Danke, Geld ist nicht da",
    "Thanks, but it leaks",
    "Thanks for the refund of the other one",
    "Danke für das Geld, passt nicht",
    "Danke, passt leider nicht",
    "Danke, noch keine Besserung",
    "Thanks for the refund in advance",
    "Thank you. Sent from my iPhone that leaks",
    "Thank you. Sent from my husband",
    "Thank you. It leaks. Sent from my iPhone",
    "It leaks. Sent from my iPhone",
    "Thank you, it was sent from my iPhone",
    "Thank you!\nOn Mon, Ann wrote:\n> We solved it\nThat is not true",
    "Thank you, it leaks!\nOn Mon, Ann wrote:\n> We solved it",
    "Thank you!\nOn Mon Ann wrote to me:\n> It leaks",
    "Thank you!\nMy sister wrote:\n> It leaks",
    "Thank you!\n> It leaks",
    "No thanks",
    "Thanks for nothing",
    "Thanks for wasting my time. Goodbye.",
    "Thank you. It still does not work. Bye",
    "Thanks, I will wait for the parcel",
    "Thanks in advance!",
    "Many thanks. Please cancel it",
    "Thanks 👎",
    "thanks a lot 🙄",
    "Great, thanks :(",
    "Thank you, have a nice day. Not received.",
    "Thanks, yes",
    "ok thanks, tomorrow",
    "Thanks and goodbye forever, I go to your competitor",
    "Thank you for your help with the red one, now the blue one",
    "Thanks, have a nice day and send it again",
    "Danke, aber nein",
    "Danke, bitte stornieren",
    "Danke im Voraus, schönes Wochenende",
    "Danke, leider immer noch kaputt. Schönen Tag noch",
    "Vielen Dank für die Absage, auf Wiedersehen",
    "Danke, schönes Paket",
    "Merci, mais il manque une pièce. Bonne journée",
    "Merci d'avance",
    "Gracias, todavía no llega. Buen día",
    "Gracias. Caro.",
    "Obrigado, mas ainda não chegou",
    "Grazie, ma è rotto. Buona giornata",
    "Bedankt, maar hij doet het niet. Fijne dag",
    "Tack, men den är trasig. Trevlig helg",
    "Kiitos, mutta rikki",
    "Dziękuję, ale nadal nie działa. Miłego dnia",
    "Спасибо, но не работает. Хорошего дня",
    "Teşekkürler ama bozuk, iyi günler",
    "شكرا لكن لم يصل",
    "谢谢,请退款",
    "ありがとうございます。まだ届きません。",
    "감사합니다 아직 안 왔어요",
    "It still leaks.",
    "Thanks. When does it come?",
    "Thanks, and order 4711",
    "Danke. Meine Nummer ist ٣٤",
    "Ευχαριστώ; πότε;",
    "Thanks, write to ann@mail.example",
    "Thanks http://shop.example",
    "Thanks 100 %",
    "Thank you. " + "It is all as it should be now and we are happy with it. " * 5,
    "Thanks that is all that I wanted to say about this",
    "Thanks, but when does it come?",
    "Danke, und die zweite Tasse?",
    "Danke und die zweite Tasse",
    "Thanks for the quick refund and your help with the second cup",
    "Thanks for the refund and the promised voucher code",
    "Thank you, it works now but the lid leaks",
    "Thank you, the parcel has not arrived",
    "Thanks. Is it solved",
    "Thank you, awaiting your reply",
    "Danke, ist nicht angekommen",
    "Danke für Ihre Hilfe und die Zusendung der zweiten Tasse",
    "Danke für eine kurze Rückmeldung",
    "Merci, et le deuxième colis",
    "Merci, je n'ai rien reçu",
    "Gracias, y el otro pedido",
    "Gracias, no llegó",
    "Obrigado, e a segunda xícara",
    "Grazie, e la seconda tazza",
    "Bedankt, nog niet ontvangen",
    "Tack, och den andra koppen",
    "Dziękuję, a druga filiżanka",
    "Спасибо, деньги не пришли",
    "Teşekkürler, ikinci fincan",
    "ご返信よろしくお願いします",
    "ご返信を、\nよろしくお願いします",
    "返金よろしくお願いします",
    "ご対応のほどよろしくお願いいたします",
    "ありがとうございます。ご連絡よろしくお願いします。",
    "ありがとうございます。お願いします。",
    "ご対応ありがとうございました。引き続きよろしくお願いします。",
    "답변 잘 부탁드립니다",
    "감사합니다. 빠른 답변 부탁드립니다",
    "快速回复麻烦您了",
    "还没收到,谢谢",
    "Terima kasih, paketnya belum sampai",
    "شكرا، والطلب الثاني",
    "",
    "Bye. Have a nice day",
    "Kind regards",
)
"""Mails that ask, add something or complain, however kindly; and some that do not thank."""


@pytest.mark.parametrize("text", ONLY_THANKS)
def test_what_only_thanks_leaves_nothing(text: str) -> None:
    assert left_of_mailed_thanks(text) == ()


@pytest.mark.parametrize("text", SAYS_MORE)
def test_what_says_more_is_no_mere_thanks(text: str) -> None:
    assert left_of_mailed_thanks(text) != ()


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("Hi Maya,\nthanks!\nAnn Lee", ("maya", "ann", "lee")),
        ("Danke, Herr Kim-Groß\nLG\nO'Neil", ("kim", "gross", "o", "neil")),
        ("Dziękuję, do widzenia\nŁukasz Jørgensen", ("lukasz", "jorgensen")),
        ("Thanks, but it leaks", ("but", "it", "leaks")),
        ("谢谢,请退款", ("请退款",)),
        ("", None),
        ("Thanks. When does it come?", None),
        ("Thanks that is all that I wanted to say about this", None),
    ],
)
def test_what_else_it_says_is_left_for_others_to_know_as_names(
    text: str, left: tuple[str, ...] | None
) -> None:
    assert left_of_thanks(text) == left


def test_each_language_that_the_reader_knows_has_its_thanks_and_its_leave() -> None:
    assert tuple(THANKS) == tuple(COURTESIES) == LANGUAGES
    for code, words in THANKS.items():
        for phrase in words.thanks.split("|"):
            assert left_of_thanks(phrase) == (), (code, phrase)
        for leave in COURTESIES[code].leave.split("|"):
            assert left_of_thanks(f"{phrase}. {leave}") == (), (code, leave)


def test_what_is_said_in_place_of_thanks_asks_for_nothing_by_itself() -> None:
    for code, said in SAYINGS.items():
        for phrase in filter(None, said.instead.split("|")):
            assert left_of_thanks(phrase) == (), (code, phrase)
        if said.upshot:
            thanks, happened = THANKS[code].thanks.partition("|")[0], said.upshot.happened
            for phrase in happened.split("|"):
                assert left_of_thanks(f"{thanks}, {phrase}") == (), (code, phrase)


def test_a_plea_is_one_only_where_something_is_wanted() -> None:
    wanted = {"ja": "交換", "ko": "교환", "zh-CN": "换货", "zh-TW": "換貨"}
    assert set(wanted) == {code for code, said in SAYINGS.items() if said.plea}
    for code, what in wanted.items():
        for plea in SAYINGS[code].plea.split("|"):
            assert left_of_thanks(f"{THANKS[code].thanks.partition('|')[0]} {what} {plea}") is None


def test_what_each_language_wishes_and_thanks_for_fits_together() -> None:
    for code, said in COURTESIES.items():
        thanks = THANKS[code].thanks.partition("|")[0]
        if said.wish:
            good, when = (one.partition("|")[0] for one in (said.wish.good, said.wish.when))
            assert left_of_thanks(f"{thanks}, {good} {when}") == (), code
        if said.reason:
            words, what = (one.partition("|")[0] for one in (said.reason.words, said.reason.what))
            assert left_of_thanks(f"{thanks} {words} {what}") == (), code


def test_however_it_repeats_itself_it_says_more() -> None:
    for text in ("thanks " + "wish you a " * 21, "thanks for " + "the your " * 25):
        assert left_of_thanks(text) is None
