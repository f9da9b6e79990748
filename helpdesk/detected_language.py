"""Which language a text is written in: by its script, or by the commonest words of each language.

Tables and counting, no model: a few microseconds a mail, and no memory to speak of. A text of few
words may be of no language that can be told; then none is said. The caller passes the new part of a
mail alone, since a long quotation would decide.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from functools import lru_cache

LANGUAGE_NAMES = {
    "ar": "Arabic",
    "zh": "Chinese",
    "cs": "Czech",
    "da": "Danish",
    "nl": "Dutch",
    "en": "English",
    "fr": "French",
    "de": "German",
    "el": "Greek",
    "he": "Hebrew",
    "hu": "Hungarian",
    "it": "Italian",
    "ja": "Japanese",
    "ko": "Korean",
    "no": "Norwegian",
    "pl": "Polish",
    "pt": "Portuguese",
    "ro": "Romanian",
    "ru": "Russian",
    "es": "Spanish",
    "sv": "Swedish",
    "th": "Thai",
    "tr": "Turkish",
    "uk": "Ukrainian",
}
"""Those that can be told apart: code (ISO 639-1) and English name."""
FEWEST_LETTERS = 10

_MOST_READ = 2_000
_ENOUGH = 1.4
"""What a language's words must come to."""
_LEAD = 1.4
"""How often the second best must go into the best."""
_SIGN = 0.7
"""What a word counts that has a letter of one language alone."""
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")
_SKIPPED = re.compile(r"https?://\S+|\S+@\S+|\S*\d\S*")

_WORDS = {
    "en": """the and is are was were you your my have has had with for this that not of to it what
        when where which please thanks thank hello hi dear would could can cannot been from i we on
        in be do does did don't doesn't isn't can't i'm it's but if they there will how why who any
        an as at me us our need still yet get got help after before since
        order last longer bought""",
    "de": """der die das und ist sind war ich sie wir nicht mit für auf den dem des ein eine einen
        einem einer habe haben hat bitte danke hallo guten liebe lieber mein meine meinen meiner ihr
        ihre ihren wie wann wird wurde werden noch von vom zu zum zur bei aber dass grüßen grüße im
        am es er mich mir uns kann können möchte wo was warum schon auch nur seit nach als wenn oder
        kein keine welcher welche welches meinem sehr geehrte damen herren bestellung rechnung""",
    "fr": """le la les des du un une et est sont je nous vous ne pas pour avec sur dans mon ma mes
        votre vos que qui où quand comment pourquoi bonjour merci cordialement madame monsieur j'ai
        n'est c'est ce cette ces il elle mais ou si plus bien très été avoir être fait toujours
        reçu commande s'il plaît depuis au aux""",
    "es": """el la los las un una y es son yo nosotros usted ustedes no por para con en mi mis su
        sus que qué cuándo dónde cómo hola gracias saludos buenos buenas días tardes he ha han del
        al pero si más muy está están tengo tiene quiero puedo puede favor pedido desde todavía
        este esta me se lo le""",
    "it": """il lo la gli un una e è sono io noi voi non per con su mio mia miei suo sua che chi
        dove quando come perché buongiorno salve grazie cordiali saluti ho ha hanno del della dei
        delle nel nella ma se più molto ancora vorrei posso può ordine favore questo questa mi ci
        al alla di da""",
    "pt": """o a os as um uma e é são eu nós você vocês não por para com em no na meu minha seu sua
        que quando onde como olá bom boa dia tarde obrigado obrigada cumprimentos tenho tem do da
        dos das mas se mais muito ainda está estão quero posso pode favor pedido encomenda este esta
        me ao à""",
    "nl": """de het een en is zijn ik wij u uw niet met voor op mijn jullie van dat dit wat wanneer
        waar hoe waarom hallo goedemorgen bedankt dank groet groeten vriendelijke heb heeft hebben
        maar als nog wel graag kan kunnen kunt bestelling geen ook naar bij aan om te er je we
        beste alvast""",
    "sv": """och är jag vi ni inte med för på min mitt mina er era att det den detta vad när var hur
        varför hej tack hälsningar vänliga har hade kan men om eller också från till ett en av som
        mig oss skulle vill beställning ännu""",
    "da": """og er jeg vi i ikke med for på min mit mine jeres at det den dette hvad hvornår hvor
        hvordan hvorfor hej tak hilsen venlig har havde kan men om eller også fra til et en af som
        mig os ville vil bestilling endnu af blevet""",
    "no": """og er jeg vi dere ikke med for på min mitt mine deres at det den dette hva når hvor
        hvordan hvorfor hei takk hilsen vennlig har hadde kan men om eller også fra til et en av som
        meg oss ville vil bestilling ennå blitt""",
    "pl": """i jest są ja my nie z na w do dla mój moja moje państwo pan pani że to co kiedy gdzie
        jak dlaczego dzień dobry dziękuję proszę pozdrawiam mam ma czy ale jeśli już jeszcze się o
        od po przez za zamówienie witam został""",
    "cs": """a je jsou já my vy ne s na v do pro můj moje vaše že to co kdy kde jak proč dobrý den
        děkuji prosím pozdravem mám má ale jestli už ještě se o od po za objednávka objednávku jsem
        byl bych""",
    "hu": """a az és van vagyok nem hogy egy ez mi mikor hol hogyan miért kérem köszönöm üdvözlettel
        tisztelt jó napot szeretnék már még de ha vagy meg rendelés kérdésem nekem""",
    "ro": """și este sunt eu noi nu cu pentru pe în la de un o meu mea dumneavoastră că ce când unde
        cum bună ziua mulțumesc vă rog am are dar dacă mai din comanda comandă""",
    "tr": """ve bir bu ben biz siz değil için ile ne zaman nerede nasıl neden merhaba teşekkürler
        teşekkür ederim lütfen saygılarımla var yok ama eğer daha çok sipariş siparişim mi mı da de
        bana iyi günler""",
}
_COMMON = frozenset(word for words in _WORDS.values() for word in words.split())
_LANGUAGES_OF = {
    word: tuple(code for code, words in _WORDS.items() if word in words.split()) for word in _COMMON
}
_LETTERS = {
    "ß": "de", "ñ": "es", "¿": "es", "ã": "pt", "õ": "pt", "œ": "fr", "ł": "pl", "ż": "pl",
    "ś": "pl", "ź": "pl", "ř": "cs", "ě": "cs", "ů": "cs", "ő": "hu", "ű": "hu", "ț": "ro",
    "ș": "ro", "ă": "ro", "ğ": "tr", "ı": "tr", "ş": "tr",
}  # fmt: skip
_SCRIPTS = {
    "GREEK": "el",
    "HEBREW": "he",
    "ARABIC": "ar",
    "THAI": "th",
    "HANGUL": "ko",
    "HIRAGANA": "ja",
    "KATAKANA": "ja",
    "CJK": "zh",
    "CYRILLIC": "ru",
}
_UKRAINIAN = re.compile("[іїєґ]")


@lru_cache(maxsize=16)  # a mail's is asked for its ticket and for its acknowledgement
def detected_language(text: str) -> str:
    """The code of the language that a text is written in; empty where that cannot be told.

    :param text: without quotations: what somebody else wrote does not tell what this one writes.
    """
    said = unicodedata.normalize("NFC", _SKIPPED.sub(" ", text[:_MOST_READ]).lower())
    letters = sum(map(str.isalpha, said))
    script = _by_script(said, letters)
    if script and (letters >= FEWEST_LETTERS or script in ("zh", "ja", "ko")):
        return script
    return _by_words(said) if letters >= FEWEST_LETTERS else ""


def _by_script(said: str, letters: int) -> str:
    """The language of a script that is not Latin, where most of the letters are of it."""
    if said.isascii():
        return ""
    scripts: Counter[str] = Counter()
    for letter in said:
        if letter.isalpha() and not letter.isascii() and ord(letter) > 0x24F:
            scripts[unicodedata.name(letter, "").partition(" ")[0]] += 1
    known = Counter[str]()
    for script, count in scripts.items():
        if code := _SCRIPTS.get(script):
            known[code] += count
    if 2 * known.total() <= letters or known.total() < 2:
        return ""
    if known["ja"] and 5 * known["ja"] >= known["zh"]:
        return "ja"
    code = known.most_common(1)[0][0]
    return "uk" if code == "ru" and _UKRAINIAN.search(said) else code


def _by_words(said: str) -> str:
    scores: Counter[str] = Counter()
    for word in _WORD.findall(said):
        codes = _LANGUAGES_OF.get(word.replace("’", "'"), ())
        for code in codes:
            scores[code] += 1 / len(codes)  # type: ignore[assignment]
        if not word.isascii():
            for code in {_LETTERS[letter] for letter in word if letter in _LETTERS}:
                scores[code] += _SIGN  # type: ignore[assignment]
    if not scores:
        return ""
    (best, first), (_, second) = (*scores.most_common(2), ("", 0))[:2]
    return best if first >= _ENOUGH and first >= _LEAD * second else ""
