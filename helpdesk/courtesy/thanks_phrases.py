"""The words with which people thank, and those that stand beside them and say nothing more.

Divided by ``|``. What is missing here costs a look at a ticket that is opened again; what is here
and should not be would leave one unseen: so whole phrases, and no word that may be about anything.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Thanks:
    """One language's thanks, and what is said with them."""

    thanks: str
    beside: str = ""


THANKS: dict[str, Thanks] = {
    "en": Thanks(
        "thanks|received with thanks|with thanks|thank you|tysm|i really appreciate|i really appreciate it|thankyou|thx|tnx|ty|many thanks|much appreciated|appreciate it|i appreciate it|cheers|thank u|thanx",
        "both|both of you|all|all of you|mate|all good now|your help|very much|so very much|so much|ever so|kindly|really|truly|a lot|a million|a bunch|again|ever so much|indeed|great|perfect|awesome|excellent|brilliant|wonderful|super|fantastic|amazing|lovely|cool|nice"
        "|alright|all right|noted|understood|very kind|so kind|very kind of you|so kind of you|greatly appreciated|very|guys|folks|ok|okay|all good|got it|received|for your help|for the help|for all your help|for your support|for your quick help"
        "|for your answer|for the answer|for your reply|for the reply|for your quick reply|for the quick reply|for the quick response"
        "|for your quick response|for your prompt reply|for the prompt reply|for the information|for the info|for the update"
        "|for letting me know|for getting back to me|for your time|for helping|for everything|that's great|that is great|that helps"
        "|that helped|you're the best|you are the best|and|to you|all|team|everyone|have a nice day|have a great day|have a good day"
        "|have a nice weekend|have a great weekend|have a good weekend|so quickly|so fast|so promptly|so soon|with this|with that|you too|sir|madam|mr|mrs|ms"),
    "de": Thanks(
        "danke|dankeschön|danke schön|danke sehr|vielen dank|herzlichen dank|besten dank|lieben dank|tausend dank|merci"
        "|vielen lieben dank|ich danke ihnen|ich danke dir|ich bedanke mich|recht herzlichen dank|haben sie vielen dank|dankend",
        "ihnen|dir|euch|top|alles gut|für schnelle rückerstattung|passt|passt so|passt alles|das passt|passt soweit|sehr|schön|vielmals|herzlich|nochmal|nochmals|noch einmal|super|perfekt|prima|toll|klasse|wunderbar|alles klar|in ordnung|für ihre hilfe"
        "|für die hilfe|für deine hilfe|für die schnelle hilfe|für ihre schnelle hilfe|für die antwort|für ihre antwort"
        "|für die schnelle antwort|für ihre schnelle antwort|für die rückmeldung|für ihre rückmeldung|für die schnelle rückmeldung"
        "|für ihre schnelle rückmeldung|für die info|für die information|für die auskunft|für ihre mühe|für die mühe|für alles|für ihre bemühungen"
        "|für die unterstützung|für ihre unterstützung|und|und ihnen|einen schönen tag|einen schönen tag noch|schönen tag noch"
        "|schönes wochenende|ein schönes wochenende|einen schönen abend|damen und herren|herr|frau|team|zusammen|an alle"),
    "fr": Thanks(
        "merci|merci beaucoup|mille mercis|un grand merci|grand merci|merci bien|je vous remercie|je te remercie|avec mes remerciements",
        "encore|beaucoup|bien|infiniment|parfait|super|génial|très bien|c'est parfait|pour votre aide|pour ton aide|pour votre réponse"
        "|pour votre réponse rapide|pour votre retour|pour votre retour rapide|pour l'information|pour l'info|pour tout|pour votre rapidité"
        "|pour votre réactivité|pour le retour|et|à vous|bonne journée|bonne soirée|bon week-end|bonne fin de journée|monsieur|madame|à tous"),
    "es": Thanks(
        "gracias|muchas gracias|mil gracias|muchísimas gracias|se lo agradezco|te lo agradezco|muy agradecido|muy agradecida",
        "de nuevo|otra vez|perfecto|genial|estupendo|muy bien|vale|por su ayuda|por tu ayuda|por la ayuda|por su respuesta|por la respuesta"
        "|por su pronta respuesta|por la rápida respuesta|por la información|por todo|por su tiempo|y|a usted|a ustedes|a todos|buen día"
        "|que tenga un buen día|que tengan un buen día|feliz día|buen fin de semana|señor|señora"),
    "ca": Thanks("gràcies|moltes gràcies|mercès|moltíssimes gràcies", "perfecte|molt bé|per la seva ajuda|per la resposta|i|bon dia|de nou"),
    "gl": Thanks("grazas|moitas grazas|graciñas", "perfecto|moi ben|pola axuda|pola resposta|e|de novo"),
    "pt": Thanks(
        "obrigado|obrigada|muito obrigado|muito obrigada|agradeço|agradecido|agradecida|obg|valeu|grato|grata",
        "mais uma vez|novamente|perfeito|ótimo|óptimo|tudo bem|tudo certo|pela ajuda|pela sua ajuda|pela resposta|pela rápida resposta"
        "|pelo retorno|pela atenção|pela informação|por tudo|e|a todos|tenha um bom dia|bom fim de semana|bom final de semana|senhor|senhora"),
    "it": Thanks(
        "grazie|grazie mille|mille grazie|molte grazie|tante grazie|la ringrazio|vi ringrazio|ti ringrazio|ringrazio",
        "ancora|di nuovo|perfetto|ottimo|benissimo|va bene|per l'aiuto|per il suo aiuto|per il vostro aiuto|per la risposta"
        "|per la rapida risposta|per la vostra risposta|per la sua risposta|per le informazioni|per tutto|per la disponibilità|e|a lei|a voi|a tutti"
        "|buona giornata|buona serata|buon fine settimana|signor|signora"),
    "nl": Thanks(
        "bedankt|dank u|dank je|dank u wel|dank je wel|dankjewel|dankuwel|hartelijk dank|hartelijk bedankt|heel erg bedankt|veel dank"
        "|vriendelijk bedankt|super bedankt",
        "nogmaals|heel erg|perfect|super|prima|top|helemaal goed|voor uw hulp|voor je hulp|voor de hulp|voor uw antwoord|voor je antwoord"
        "|voor het snelle antwoord|voor de snelle reactie|voor uw reactie|voor uw snelle reactie|voor de informatie|voor alles|en|fijne dag"
        "|fijne dag nog|nog een fijne dag|fijn weekend|een fijn weekend|meneer|mevrouw|allemaal"),
    "sv": Thanks("tack|tack så mycket|tusen tack|stort tack|tackar|många tack|tack tack",
                 "så mycket|igen|perfekt|toppen|super|jättebra|för hjälpen|för din hjälp|för er hjälp|för svaret|för snabbt svar|för det snabba svaret"
                 "|för informationen|för allt|och|ha en bra dag|ha en fin dag|trevlig helg"),
    "nb": Thanks("takk|tusen takk|mange takk|takk skal du ha|hjertelig takk",
                 "igjen|perfekt|supert|flott|topp|for hjelpen|for svaret|for raskt svar|for informasjonen|for alt|og|ha en fin dag|god helg"),
    "da": Thanks("tak|mange tak|tusind tak|tak skal du have",
                 "igen|perfekt|super|fint|dejligt|for hjælpen|for din hjælp|for svaret|for det hurtige svar|for hurtigt svar|for alt|og"
                 "|hav en god dag|god weekend"),
    "is": Thanks("takk|takk kærlega|kærar þakkir|þakka þér|þakka ykkur|þakka", "fyrir|aftur|frábært|fyrir hjálpina|fyrir svarið|og|eigðu góðan dag"),
    "fi": Thanks("kiitos|paljon kiitoksia|kiitos paljon|kiitoksia|suuri kiitos|suuret kiitokset|iso kiitos|kiitti",
                 "vielä|paljon|hienoa|loistavaa|hyvä|selvä|avusta|vastauksesta|nopeasta vastauksesta|ja|hyvää päivänjatkoa|mukavaa päivää|hyvää viikonloppua"),
    "et": Thanks("aitäh|tänan|suur tänu|suur aitäh|tänud|palju tänu", "veelkord|väga|suurepärane|abi eest|vastuse eest|ja|ilusat päeva"),
    "lv": Thanks("paldies|liels paldies|liels paldies jums|pateicos", "vēlreiz|lieliski|par palīdzību|par atbildi|un|jauku dienu"),
    "lt": Thanks("ačiū|labai ačiū|dėkoju|dėkui|labai dėkoju|nuoširdžiai dėkoju", "dar kartą|puiku|už pagalbą|už atsakymą|ir|geros dienos"),
    "pl": Thanks("dziękuję|dziekuje|dziękuję bardzo|bardzo dziękuję|dzięki|dziękujemy|wielkie dzięki|serdecznie dziękuję",
                 "bardzo|jeszcze raz|super|świetnie|doskonale|w porządku|za pomoc|za odpowiedź|za szybką odpowiedź|za informację|za wszystko|i"
                 "|miłego dnia|życzę miłego dnia|dobrego dnia|miłego weekendu|pan|pani|państwu"),
    "cs": Thanks("děkuji|děkuju|díky|moc děkuji|mockrát děkuji|děkuji moc|děkuji mnohokrát|díky moc|děkujeme|děkuji vám",
                 "moc|ještě jednou|super|výborně|skvělé|v pořádku|za pomoc|za odpověď|za rychlou odpověď|za informaci|za vše|a|hezký den|pěkný den"),
    "sk": Thanks("ďakujem|dakujem|veľmi pekne ďakujem|ďakujem veľmi pekne|ďakujem pekne|vďaka|ďakujeme|ďakujem vám",
                 "ešte raz|super|výborne|skvelé|v poriadku|za pomoc|za odpoveď|za rýchlu odpoveď|za všetko|a|pekný deň|prajem pekný deň"),
    "sl": Thanks("hvala|najlepša hvala|hvala lepa|hvala vam|lepa hvala", "še enkrat|super|odlično|v redu|za pomoč|za odgovor|za hiter odgovor|in|lep dan"),
    "hr": Thanks("hvala|hvala lijepa|hvala vam|puno hvala|najljepša hvala|zahvaljujem", "još jednom|super|odlično|u redu|na pomoći|na odgovoru|na brzom odgovoru|i|ugodan dan|lijep dan"),
    "sr-Latn": Thanks("hvala|hvala vam|puno hvala|hvala lepo|mnogo hvala|zahvaljujem", "još jednom|super|odlično|u redu|na pomoći|na odgovoru|na brzom odgovoru|i|prijatan dan|lep dan"),
    "sr-Cyrl": Thanks("хвала|хвала вам|пуно хвала|хвала лепо|много хвала|захваљујем", "још једном|супер|одлично|у реду|на помоћи|на одговору|на брзом одговору|и|пријатан дан|леп дан"),
    "hu": Thanks("köszönöm|köszönöm szépen|nagyon köszönöm|köszi|köszönjük|köszönettel|hálásan köszönöm",
                 "szépen|mégegyszer|még egyszer|szuper|rendben|nagyszerű|a segítséget|a segítségét|a választ|a gyors választ|és|szép napot|további szép napot"),
    "ro": Thanks("mulțumesc|multumesc|mulțumesc mult|mulțumesc frumos|vă mulțumesc|va multumesc|mersi|mulțumim|multumim",
                 "mult|frumos|încă o dată|inca o data|perfect|super|foarte bine|pentru ajutor|pentru răspuns|pentru tot|și|si|o zi frumoasă|o zi frumoasa"),
    "bg": Thanks("благодаря|благодаря ви|много благодаря|благодаря много|мерси|благодарим", "още веднъж|супер|чудесно|отлично|за помощта|за отговора|за бързия отговор|и|хубав ден|приятен ден"),
    "uk": Thanks("дякую|щиро дякую|дуже дякую|дякую вам|дякуємо|спасибі", "ще раз|чудово|супер|добре|за допомогу|за відповідь|за швидку відповідь|за все|і|гарного дня"),
    "ru": Thanks("спасибо|большое спасибо|спасибо большое|благодарю|огромное спасибо|благодарю вас|спасибо вам|спс|благодарим",
                 "большое|ещё раз|еще раз|отлично|супер|прекрасно|замечательно|хорошо|всё получил|за помощь|за ответ|за быстрый ответ|за оперативность|за информацию|за всё|за все"
                 "|и|хорошего дня|всего доброго"),
    "el": Thanks("ευχαριστώ|ευχαριστώ πολύ|σας ευχαριστώ|σας ευχαριστώ πολύ|ευχαριστούμε|χίλια ευχαριστώ", "πολύ|και πάλι|τέλεια|υπέροχα|εντάξει|για τη βοήθεια|για την απάντηση|για την άμεση απάντηση|για όλα|και|καλή σας μέρα"),
    "tr": Thanks("teşekkürler|teşekkür ederim|çok teşekkürler|çok teşekkür ederim|sağ olun|sağol|sağolun|teşekkür ederiz|tesekkurler|tesekkur ederim",
                 "çok|tekrar|tamam|tamamdır|süper|harika|mükemmel|yardımınız için|yardımlarınız için|cevabınız için|cevap için|hızlı cevap için|ilginiz için|her şey için|ve|iyi günler|iyi haftasonları|bey|hanım"),
    "sq": Thanks("faleminderit|faleminderit shumë|shumë faleminderit|ju faleminderit", "shumë|përsëri|shkëlqyeshëm|në rregull|për ndihmën|për përgjigjen|dhe|ditë të mbarë"),
    "he": Thanks("תודה|תודה רבה|המון תודה|רוב תודות|תודה לכם", "שוב|מעולה|מצוין|בסדר|על העזרה|על התשובה|על המענה המהיר|ו|יום טוב|יום נעים"),
    "ar": Thanks("شكرا|شكراً|شكرا جزيلا|شكراً جزيلاً|شكرا لك|شكراً لك|شكرا لكم|شكراً لكم|أشكرك|أشكركم|جزاك الله خيرا", "جزيلا|جزيلاً|مرة أخرى|ممتاز|رائع|تمام|حسنا|على المساعدة|على مساعدتكم|على الرد|على سرعة الرد|على كل شيء|يوم سعيد"),
    "fa": Thanks("ممنون|ممنونم|متشکرم|خیلی ممنون|با تشکر|سپاس|سپاسگزارم|مرسی|تشکر", "خیلی|دوباره|عالی|بسیار|از شما|از کمک شما|از پاسخ شما|بابت کمک|بابت پاسخ|و|روز خوش"),
    "hi": Thanks("धन्यवाद|बहुत धन्यवाद|बहुत बहुत धन्यवाद|आपका धन्यवाद|शुक्रिया|बहुत शुक्रिया|आभार", "बहुत|फिर से|बढ़िया|ठीक है|आपकी मदद के लिए|मदद के लिए|उत्तर के लिए|जी|और"),
    "th": Thanks("ขอบคุณ|ขอบคุณมาก|ขอบคุณครับ|ขอบคุณค่ะ|ขอบคุณมากครับ|ขอบคุณมากค่ะ|ขอบคุณนะคะ|ขอบคุณนะครับ|ขอบใจ", "ครับ|ค่ะ|คะ|มาก|มากๆ|อีกครั้ง|สำหรับความช่วยเหลือ|เยี่ยม|โอเค"),
    "vi": Thanks("cảm ơn|cám ơn|cảm ơn bạn|xin cảm ơn|cảm ơn nhiều|cảm ơn rất nhiều|chân thành cảm ơn|cảm ơn các bạn", "nhiều|rất nhiều|một lần nữa|tuyệt vời|tốt quá|đã giúp đỡ|vì đã giúp đỡ|đã trả lời|đã phản hồi|và|chúc một ngày tốt lành|anh|chị|em|ạ|shop"),
    "id": Thanks("terima kasih|terimakasih|makasih|terima kasih banyak|terima kasih kembali|trims", "banyak|sekali lagi|lagi|oke|bagus|sempurna|mantap|atas bantuannya|atas bantuan anda|atas jawabannya|atas balasannya|atas responnya|ya|dan|pak|bu|kak|semoga harimu menyenangkan"),
    "ms": Thanks("terima kasih|terima kasih banyak|ribuan terima kasih|tq", "banyak|sekali lagi|baik|bagus|atas bantuan|atas bantuan anda|atas jawapan|atas maklum balas|dan|encik|cik"),
    "tl": Thanks("salamat|maraming salamat|salamat po|maraming salamat po|salamat sa inyo", "po|ulit|muli|okay|ayos|sa tulong|sa inyong tulong|sa sagot|at"),
    "zh-CN": Thanks("谢谢|谢谢你|谢谢您|非常感谢|多谢|十分感谢|感谢|谢谢你们|感谢您|感谢你", "非常|好的|收到|太好了|再次|的帮助|您的帮助|你的帮助|您的回复|你的回复|的回复|了|啦|祝好"),
    "zh-TW": Thanks("謝謝|謝謝你|謝謝您|非常感謝|多謝|十分感謝|感謝|謝謝你們|感謝您|感恩", "非常|好的|收到|太好了|再次|的幫助|您的幫助|您的回覆|您的回復|的回覆|了|喔"),
    "ja": Thanks("ありがとう|ありがとうございます|ありがとうございました|どうもありがとうございます|どうもありがとうございました|感謝します|感謝いたします|有難うございます|有難うございました|誠にありがとうございます|誠にありがとうございました",
                 "どうも|本当に|大変|早速の|ご返信|ご返信いただき|ご連絡|ご連絡いただき|ご対応|ご対応いただき|ご回答|ご回答いただき|迅速な|了解しました|承知しました|承知いたしました|確認しました|助かりました|様"),
    "ko": Thanks("감사합니다|고맙습니다|감사드립니다|정말 감사합니다|대단히 감사합니다|감사해요|고마워요|감사", "정말|매우|다시 한번|네|확인했습니다|알겠습니다|도움에|답변|답변에|빠른 답변|빠른 답변에|좋은 하루 되세요|님"),
}  # fmt: skip
