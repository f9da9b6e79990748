"""What mail servers say when they give a mail back, in the words of the programs that say it."""

from __future__ import annotations

import re

SUBJECT = re.compile(
    r"""^\W*(?:
      (?:mail|message|e-?mail)?\ ?deliver[y]?\ (?:status\ notification|fail|error|report|problem
        |delay)
    | (?:mail|message|e-?mail)\ (?:could\ not\ be|not|was\ not|cannot\ be)\ (?:delivered|sent)
    | mail\ (?:system|delivery|failure|error)  | failed\ (?:mail|delivery)
    | failure\ (?:delivery|notice)
    | (?:message|mail)\ (?:status|failure|delivery|error)  | message\ delivery\ has
    | (?:re:\ ?)?(?:returned|undeliver(?:able|ed))\b | undeliverable
    | warning:\ (?:could\ not|message)
    | warning--could\ not | non\ ?delivery  | nondeliverable | could\ not\ (?:deliver|send)
    | delivery\ (?:failure|failed|notification|has\ failed|status|report) | dsn: | ndn: | ndr:
    | (?:your\ )?(?:message|mail)\ (?:could\ not|has\ not|was\ not) | bounce\b | rejected\ mail
    | there\ was\ an\ error\ sending | (?:permanent|temporary)\ (?:delivery|failure)
    | user\ unknown
    | unable\ to\ deliver | \*+\ ?message\ you\ sent\ blocked  | mail\ not\ delivered
    | unzustellbar | nicht\ zustellbar | mail\ konnte\ nicht | zustell(?:ung|fehler)
    | fehler\ bei\ der
    | non\ remis | échec\ de\ (?:la\ )?remise | message\ non\ (?:délivré|distribué|remis)
    | non\ recapitabile | mancato\ recapito | messaggio\ non  | errore\ di\ recapito
    | no\ se\ (?:puede|pudo|ha\ podido)\ entregar | correo\ (?:no|devuelto)
    | mensaje\ no\ entregado
    | não\ (?:foi\ )?(?:é\ )?possível\ entregar | mensagem\ não | falha\ na\ entrega
    | onbestelbaar | niet\ bestelbaar | olever(?:erbart|ans) | kan\ ikke\ leveres | ulevert
    | niedostarczon | nedoručiteln | nedoručen | kézbesíthetetlen | dostarczenie
    | не\ доставлено | ваше\ сообщение\ не | недоставлен | сообщение\ не\ доставлено
    | 配信不能 | 配信できません | メッセージを配信 | メールエラー | 送信できません | 未达
    | 退信 | 系统退信
    | 無法(?:傳遞|投遞) | 未送達 | 배달되지\ 않 | 반송 | teslim\ edilemedi
    )""",
    re.IGNORECASE | re.VERBOSE,
)

BODY = re.compile(
    r"""
      (?:could|can|was|were|has|have)\ ?n(?:o|')t\ (?:be\ |been\ )?(?:sent|deliver)
    | (?:un|not\ )able\ to\ deliver | undeliver(?:able|ed)
    | delivery\ (?:to\ the\ following|has\ failed|failed)
    | delivery\ (?:status\ notification|failure|attempts?)
    | permanent\ (?:fatal\ )?(?:error|failure)
    | had\ (?:permanent\ )?(?:fatal\ |delivery\ )(?:errors|problems) | did\ not\ reach
    | (?:following|these)\ (?:address|recipient)(?:\(?e?s\)?)?\ (?:failed|could|had|were|was|did)
    | error\ (?:occurred\ while\ trying\ to\ deliver|delivering|sending)\
    | transcript\ of\ (?:the\ )?session
    | mail(?:box)?\ (?:is\ )?(?:full|unavailable|exceeds) | user\ (?:unknown|mailbox\ exceeds)
    | unknown\ user | unknown\ recipient | invalid\ (?:user|recipient)\ address | no\ such\ user
    | recipient\ (?:address\ )?(?:rejected|not\ found|unknown) | rejected\ (?:recipient|by)
    | host\ unknown
    | had\ trouble\ delivering | returned\ (?:to\ (?:you|sender)|below|message)
    | returning\ message
    | (?:smtp|remote)\ (?:error|server|host)\ (?:from|said|responded) | not\ listed\ in
    | did\ not\ like\ our | message\ (?:was\ )?(?:aborted|rejected|blocked|bounced)
    | delivery\ temporarily\ suspended | (?:was|has\ been)\ delayed | will\ be\ retried
    | \b[45]\d\d[\ -][245]\.\d{1,3}\.\d{1,3}\b
    | \bfinal-recipient: | nicht\ (?:zugestellt|zustellen|erreich) | n['’]a\ pas\ (?:pu\ )?être
    | nicht\ an\ [^\n]{1,120}\ (?:zugestellt|gesendet) | échec\ de\ la\ remise
    | n['’]a\ pas\ été\ (?:remis|distribué|délivré) | adresse\ (?:nicht\ gefunden|introuvable)
    | не\ может\ быть\ доставлено | не\ (?:было\ |было\ )?доставлен
    | impossibile\ (?:recapitare|consegnare) | non\ è\ stat[oa]\ (?:consegnat|recapitat)
    | não\ (?:foi\ (?:entregue|possível)|pôde\ ser) | niet\ (?:worden\ )?(?:bezorgd|afgeleverd)
    | no\ se\ ha\ entregado | nie\ (?:została?|mogła?\ zostać)\ dostarczon
    | (?:inte|kunde\ inte)\ leverer | teslim\ edilemedi | 被退回 | 无法(?:送达|投递|发送)
    | 無法(?:送達|投遞|傳送) | 전송(?:되지|에\ 실패|하지\ 못) | 반송 | 배달(?:되지|하지\ 못)
    | no\ (?:se\ )?(?:ha\ )?(?:podido|pudo)\ (?:ser\ )?entreg | 送信できません | 配信でき
    | 送信でき
    """,
    re.IGNORECASE | re.VERBOSE,
)

DELAY = re.compile(
    r"""
      (?:this\ is\ a\ )?warning\ message\ only | do\ not\ need\ to\ resend | will\ be\ retried
    | (?:still|not\ yet)\ (?:been\ )?(?:trying|deliver) | delivery\ (?:has\ been\ |is\ )?delayed
    | (?:message|mail)\ (?:has\ been\ |was\ |is\ )?delayed
    | could\ not\ (?:be\ )?(?:send|sent)\ mail\ for
    | warning:\ (?:could\ not\ send|message) | will\ (?:keep|continue)\ (?:try|to\ try)
    | notification\ \(delay
    | delay\ reason | delivery\ attempts\ will\ continue
    """,
    re.IGNORECASE | re.VERBOSE,
)

# Where the returned mail begins inside the notice's own text
RETURNED = re.compile(
    r"""^(?:
      [ \t>*=]{0,8}-{2}[-\ ]{0,80}[^\n]{0,60}?(?:original|copy\ of|below\ this|returned
      |undelivered|unsent
        |your\ message|message\ header|header\ of|body\ of|元の|原始)[^\n]{0,80}
    | [ \t]*(?:the\ )?original\ (?:message|mail)(?:\ (?:follows|headers?|below
    |text))?[ \t]*[.:]?[ \t]*
    | [ \t]*(?:message|mail)\ headers?\ follows?.*
    | [ \t]*(?:below|here)\ is\ (?:a\ copy\ of\ )?(?:the|your)\ (?:original|message).*
    | [ \t]*--[-\ ]*message\ (?:text|body).*
    | [ \t]*(?:the\ )?(?:first|top)\ \d+\ lines.*
    | (?:received|return-path|x-originating-ip|dkim-signature):\ .*
    | [ \t]*the\ following\ is\ the\ (?:beginning|original).*
    | [ \t]*-*[ \t]*(?:included|attached)\ is\ .*
    | \*{3,}[ \t]*(?:original|returned).* | [ \t]*={3,}[ \t]*original.*
    )\r?$""",
    re.IGNORECASE | re.VERBOSE | re.MULTILINE,
)

# What stands before the address in a notice, with a colon or a bracket between
RECIPIENT = (
    r"recipient|address|user|to|for|destination|account|mailbox|empfänger(?:adresse)?|adresse"
    r"|benutzer|destinataire|destinatari[oa]|dirección|indirizzo|endereço|geadresseerde|ontvanger"
    r"|adresat(?:a|em)?|odbiorc[aęy]|příjemce|mottagare|modtager|mottaker|vastaanottaja|címzett"
    r"|alıcı|получател[ья]|адресат[ау]?|одержувач|παραλήπτης|người nhận|penerima"
    r"|收[ \t]?件[ \t]?人(?:邮件地址|郵件地址|地址)?|邮箱地址|收信人|受取人|宛先|受信者|送信先"
    r"|받는[ \t]?사람|수신자|받는[ \t]?이"
)

# "… was not delivered to": the last words before the address
SENT_TO = (
    r"(?:nachricht|e-?mail|mail|zustellung)[^\n@]{0,60}\b(?:an|bei|für)(?: den empfänger)?"
    r"|(?:message|courriel|remis|distribué|remise)[^\n@]{0,60}(?:\bà|\bau destinataire)"
    r"|(?:mensaje|correo|entreg\w*)[^\n@]{0,60}\b(?:a|para)"
    r"|(?:messaggio|consegn\w*|recapit\w*)[^\n@]{0,60}\b(?:a|ad|all'indirizzo)"
    r"|(?:mensagem|entreg\w*)[^\n@]{0,60}\b(?:para|a|em)"
    r"|(?:bericht|bezorgd|afgeleverd)[^\n@]{0,60}\b(?:bij|aan|naar)"
    r"|(?:wiadomoś\w+|dostarczon\w+|dostarczyć)[^\n@]{0,60}\bdo"
    r"|(?:meddeland\w+|beskeden|meldingen|lever\w+)[^\n@]{0,60}\b(?:till|til)"
    r"|(?:сообщени\w+|письм\w+|доставлен\w*)[^\n@]{0,60}(?:\bна адрес|\bадресату|\bпользователю"
    r"|\bдля|\bна)"
    r"|(?:发送|投递|传送|發送|投遞|傳送|送达|送達)(?:到|至|给|給)"
)

# The first letters behind it, in the languages that say "to" there
TO_AFTER = (
    r"(?:さん)?(?:へ|に|宛|は(?:存在|見つか))|에게|께|[(（]?으?[)）]?로|[(（]?으?[)）]?로의"
    r"|(?:不存在|的邮件|的郵件|无法|無法|退回)|adresine|alıcısına|címre|részére"
)
