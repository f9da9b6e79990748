"""Subjects that mail programs give to automatic answers, by language.

Each stands at the very start of the subject: "Re: Automatic reply" is a person's answer to one.
"""

from __future__ import annotations

import re

SUBJECT = re.compile(
    r"""^\s*\[?(?:
      auto(?:matic|mated)?[\s:-]*(?:reply|response|respons|answer)\b | auto:\s | autoreply
    | autorespon
    | out\ of\ (?:the\ )?office\b | ooo\s*: | vacation\ (?:reply|response|message) | on\ vacation
    | away\ from\ (?:the\ )?office | away\ until
    | automatische\ (?:antwort|e-?mail) | abwesenheits | abwesend | nicht\ im\ büro
    | réponse\ automatique | absence\ du\ bureau | message\ d['’]absence
    | absent\(?e?\)?\ du\ bureau
    | respuesta\ automática | fuera\ de\ (?:la\ )?oficina | ausencia\ de\ la\ oficina
    | risposta\ automatica | fuori\ (?:ufficio|sede)
    | resposta\ automática | ausência\ temporária | fora\ do\ escritório
    | automatisch\ antwoord | afwezig(?:heid)? | automatische\ beantwoording
    | autosvar | automatisk\ (?:svar|svarsbesked) | automatiskt\ svar | fraværende | frånvaro
    | ikke\ på\ kontoret
    | automaattinen\ vastaus | poissa | poissaolo
    | automatyczna\ odpowiedź | autoodpowiedź | nieobecność | poza\ biurem
    | automatická\ odpověď | mimo\ kancelář | automatická\ odpoveď | automatikus\ válasz
    | răspuns\ automat | automatski\ odgovor | samodejni\ odgovor | автоматичний\
    | автоматичен\ отговор
    | автоответ | автоматический\ ответ | вне\ офиса | otomatik\ (?:yanıt|cevap) | ofis\ dışında
    | αυτόματη\ απάντηση | εκτός\ γραφείου | תשובה\ אוטומטית | מענה\ אוטומטי | رد\ تلقائي
    | 自動返信 | 自動応答 | 自动回复 | 自動回覆 | 不在通知 | 자동\ ?(?:회신|응답|답장)
    | trả\ lời\ tự\ động
    | automatic\ (?:message|confirmation)
    )""",
    re.IGNORECASE | re.VERBOSE,
)
