"""Subjects that mail programs give to automatic answers, by language.

Each stands at the very start of the subject: "Re: Automatic reply" is a person's answer to one.
Words that a person could begin with too count only before a colon, a dash or the end: nobody's
"Out of office chairs?" may be taken for a machine's.
"""

from __future__ import annotations

import re

SUBJECT = re.compile(
    r"""^\s*\[?(?:
      auto(?:matic|mated)?[\s:-]*(?:reply|response|respons|answer)\b | autoreply | autorespon
    | (?:vacation|holiday)\ (?:auto-?)?(?:reply|response|responder)
    | automatische\ (?:antwort|beantwoording) | automatisch\ antwoord
    | abwesenheits(?:notiz|meldung|assistent|agent)
    | réponse\ automatique | message\ d['’]absence | respuesta\ automática | risposta\ automatica
    | resposta\ automática | autosvar
    | automatisk[t]?\ (?:svar|svarsbesked) | automaattinen\ vastaus
    | automatyczna\ odpowiedź | odpowiedź\ automatyczna | autoodpowiedź
    | automatická\ odpov[eě]ď | automatikus\ válasz
    | răspuns\ automat | automatski\ odgovor | samodejni\ odgovor | автоматична\ відповідь
    | автоматичен\ отговор | автоответ | автоматический\ ответ | otomatik\ (?:yanıt|cevap)
    | αυτόματη\ απάντηση | תשובה\ אוטומטית | מענה\ אוטומטי | رد\ تلقائي
    | 自動返信 | 自動応答 | 自动回复 | 自動回覆 | 不在通知 | 자동\ ?(?:회신|응답|답장)
    | trả\ lời\ tự\ động | ตอบกลับอัตโนมัติ | balasan\ otomatis | auto:\ re:
    | (?:
        out\ of\ (?:the\ )?office(?:\ (?:notification|message|reply))? | ooo | absence\ du\ bureau
      | absent\(?e?\)?\ du\ bureau | fuera\ de\ (?:la\ )?oficina | ausencia\ de\ la\ oficina
      | fuori\ (?:ufficio|sede) | ausência\ temporária | fora\ do\ escritório | afwezig(?:heid)?
      | abwesend | frånvarande | 부재중 | nicht\ im\ büro
      | fraværende | frånvaro(?:meddelande)? | ikke\ på\ kontoret
      | poissa(?:olo)? | nieobecność | poza\ biurem | mimo\ kancelář | вне\ офиса | ofis\ dışında
      | εκτός\ γραφείου
      )\s*(?:[:;(–-]|re\b|aw\b|$)
    )""",
    re.IGNORECASE | re.VERBOSE,
)
