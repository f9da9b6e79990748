"""What people say beside their thanks, in parts: what for, what they wish, how they take leave.

Each part is a list divided by ``|``; :mod:`helpdesk.courtesy.thanks` puts them together. Whole
phrases, and no word that may be about anything: what is missing here costs a look at a ticket that
is opened again.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Wish:
    """“Have a · very nice · rest of the · day · too”: all but what is good, and when, may be left
    out."""

    good: str
    when: str
    before: str = ""
    between: str = ""
    after: str = ""


@dataclass(frozen=True)
class Reason:
    """“For · your quick · answer”: the words between may be left out, or be several."""

    words: str
    """“For”."""
    what: str
    between: str = ""
    joined: str = ""
    """“And”, before something more."""


@dataclass(frozen=True)
class Courtesies:
    """One language's."""

    leave: str = ""
    """How they take leave."""
    wish: Wish | None = None
    reason: Reason | None = None


COURTESIES: dict[str, Courtesies] = {
    "en": Courtesies(
        "bye|bye bye|bye now|bye for now|goodbye|good bye|see you|see you soon|see ya|take care|so long|farewell|ciao|adieu"
        "|good night|good day|ttyl|stay safe|stay well|stay healthy|until next time|talk soon|god bless|god bless you|bless you"
        "|have a good one|have a great one|have a nice one|hugs|xx|xxx|xo|xoxo|merry christmas|happy holidays|happy new year|happy easter|get well|get well soon|feel better soon|speedy recovery|enjoy your weekend|enjoy the weekend|enjoy your day|enjoy your evening|enjoy the day|enjoy the rest of your day",
        Wish("nice|good|great|lovely|wonderful|pleasant|beautiful|fantastic|fabulous|happy|relaxing|peaceful|blessed|brilliant|super|safe",
             "day|weekend|evening|week|afternoon|morning|night|time|holiday|holidays|vacation|summer|christmas|easter|year|start to the week"
             "|monday|tuesday|wednesday|thursday|friday|saturday|sunday",
             "have|have a|have an|enjoy|enjoy a|enjoy your|enjoy the|wish you|wish you a|i wish you|i wish you a|we wish you a|wishing you a|wishing you|wishing you all a"
             "|a|an|the|and a|and have a|and enjoy your|also a|hope you have a|i hope you have a|to you a|you all a|all a|really|very|your",
             "rest of the|rest of your|remaining|new|long",
             "too|as well|ahead|everyone|everybody|all|you all|to you|to you all|to you too|to all|there|yourself|also"),
        Reason("for", "help|email|e-mail|mail|message|fixing this|fixing it|fixing that|support|assistance|service|customer service|answer|answers|reply|replies|response|responses|info|information|update|updates"
               "|feedback|clarification|explanation|time|patience|understanding|effort|efforts|work|job|confirmation|confirming|solution|advice|tip|tips|hint|guidance|cooperation"
               "|kindness|attention|care|everything|everything you did|all|that|this|it|getting back to me|getting back to us|getting back|letting me know|letting us know"
               "|helping|helping me|helping us|helping out|helping me out|refund|reimbursement|money|money back|refunding|refunding me|quick solution|replacement|exchange|credit|voucher|courtesy|friendliness|efficiency|fast service|compensation|handling|follow-up|taking care of it|taking care of this|taking care of that|sorting it out|sorting this out|sorting that out|your",
               "the|your|all|all the|all your|all of your|such a|so|very|really|this|that|quick|fast|prompt|speedy|swift|rapid|kind|great|good|excellent|amazing|fantastic|wonderful|friendly|helpful|super|superb|nice|lovely|hard|immediate|additional|detailed|competent|professional|continued|quickly|promptly|swiftly|efficiently|and",
               "and|and for|as well as|&")),
    "de": Courtesies(
        "tschüss|tschüß|tschüs|tschau|ciao|bye|auf wiedersehen|auf wiederhören|bis bald|bis dann|bis zum nächsten mal|mach's gut|machen sie es gut|pfiat di|pfiat eich|servus"
        "|alles gute|alles liebe|bleiben sie gesund|bleib gesund|bleibt gesund|frohe weihnachten|frohes fest|frohe ostern|guten rutsch|frohes neues|frohes neues jahr|gute nacht"
        "|ebenfalls|gleichfalls|ebenso|ihnen auch|dir auch|euch auch|danke ebenfalls|danke gleichfalls|herzlichst",
        Wish("schönen|schönes|schöne|guten|gutes|gute|angenehmen|angenehmes|angenehme|tollen|tolles|wunderschönen|wunderschönes|wundervollen|wundervolles|entspannten|entspanntes|ruhiges|ruhigen|sonnigen|sonniges|erholsames|erholsamen|frohe|frohes|besinnliche|netten|nettes|feinen|feines|super|herrlichen",
             "tag|abend|wochenende|we|woche|wochenstart|wochenbeginn|feierabend|nachmittag|vormittag|morgen|montag|dienstag|mittwoch|donnerstag|freitag|samstag|sonntag|sonntagabend|feiertage|feiertag|zeit|besserung|genesung|urlaub|ferien|weihnachten|weihnachtszeit|ostern|osterfest|pfingsten|fest|jahr|sommer|start in die woche|start ins wochenende|rest der woche|resttag|restwoche|advent",
             "einen|ein|eine|und|und einen|und ein|und eine|ihnen|dir|euch|ich wünsche|wünsche|wünsche ihnen|wünsche dir|wünsche euch|ich wünsche ihnen|ich wünsche dir|ich wünsche euch|wir wünschen ihnen|wir wünschen|haben sie|hab|habt|genießen sie das|genieß das|noch|noch einen|noch ein|noch eine|allen|allen einen|ihnen allen|dem ganzen team|dem team|auch|sehr|recht|ganz",
             "neue|neues|rest|langes|drittes|zweiten",
             "noch|ihnen|dir|euch|auch|zusammen|allen|allerseits|ihnen auch|gewünscht|wünsche ich|und bis bald"),
        Reason("für", "hilfe|hilfestellung|unterstützung|antwort|antworten|rückmeldung|rückmeldungen|rückantwort|info|infos|information|informationen|auskunft|mühe|mühen|bemühung|bemühungen|bearbeitung|erledigung|nachricht|mail|email|e-mail|zeit|geduld|verständnis|entgegenkommen|service|kundenservice|kundendienst|support|erklärung|erläuterung|bestätigung|lösung|einsatz|engagement|freundlichkeit|kompetenz|beratung|tipp|hinweis|reaktion|arbeit|zusammenarbeit|geld|rückerstattung|erstattung|rückzahlung|gutschrift|ersatz|umtausch|austausch|ersatzlieferung|kulanz|lieferung|zusendung|abwicklung|schnelligkeit|aufmerksamkeit|gutschein|verständigung|alles|das feedback|ihr feedback|feedback",
               "ihre|ihren|ihr|deine|deinen|dein|eure|euren|euer|die|das|den|alle|all|so|sehr|super|tolle|tollen|tolles|schnelle|schnellen|schnelles|rasche|raschen|rasches|prompte|prompten|zügige|freundliche|freundlichen|nette|netten|gute|guten|kompetente|große|unkomplizierte|umgehende|ausführliche|hilfreiche|wunderbare|und",
               "und|und für|sowie")),
    "fr": Courtesies(
        "au revoir|à bientôt|à plus|à la prochaine|à très bientôt|ciao|bye|adieu|bises|bisous|prenez soin de vous|prends soin de toi|portez vous bien|de même|pareillement|vous aussi|à vous aussi|également|bonne nuit|joyeux noël|bonne année|joyeuses fêtes|meilleurs vœux|joyeuses pâques|bon rétablissement|prompt rétablissement",
        Wish("bonne|bon|bonnes|excellente|excellent|belle|agréable|très bonne|très bon|très belle|douce",
             "journée|soirée|après-midi|après midi|matinée|semaine|week-end|weekend|week end|we|nuit|fêtes|vacances|année|continuation|réception|courage|dimanche|samedi|lundi|mardi|mercredi|jeudi|vendredi|route|été|noël",
             "et|une|un|de|et une|et un|passez|passez une|passez un|passe une|passe un|je vous souhaite|je vous souhaite une|je vous souhaite un|je te souhaite une|je te souhaite un|nous vous souhaitons une|en vous souhaitant une|en vous souhaitant un|vous souhaitant une|également",
             "fin de|fin d'|fin|fêtes de fin d'|reste de|début de",
             "à vous|à toi|à tous|à toutes|à vous aussi|à toute l'équipe|également|aussi|de même"),
        Reason("pour|de", "aide|assistance|réponse|réponses|retour|retours|information|informations|info|infos|temps|patience|compréhension|rapidité|réactivité|efficacité|gentillesse|disponibilité|professionnalisme|diligence|confirmation|explication|explications|précisions|précision|solution|soutien|service|travail|intervention|accueil|écoute|attention|amabilité|suivi|remboursement|échange|avoir|remplacement|renvoi|envoi|bon d'achat|geste commercial|livraison|traitement|courtoisie|solution rapide|tout|message|mail|conseil|conseils|prise en charge|m'avoir aidé|m'avoir aidée|m'avoir répondu",
               "votre|vos|ton|tes|ta|l'|la|le|les|cette|ce|ces|toute|tout|toutes|tous|d'|de|si|très|grande|excellente|excellent|rapide|bon|bonne|précieuse|précieux|réponse|retour",
               "et|et pour|ainsi que")),
    "es": Courtesies(
        "adiós|hasta luego|hasta pronto|hasta la próxima|hasta la vista|chao|chau|nos vemos|cuídese|cuídate|cuídense|igualmente|un abrazo|abrazos|besos|bendiciones|dios le bendiga|dios los bendiga|feliz navidad|felices fiestas|feliz año|feliz año nuevo|buenas noches|buenas tardes|buenos días",
        Wish("buen|buena|buenos|buenas|feliz|felices|excelente|excelentes|bonito|bonita|lindo|linda|gran|bello|maravilloso",
             "día|días|tarde|tardes|noche|noches|semana|finde|fin de semana|jornada|descanso|fiestas|navidad|año|domingo|sábado|lunes|martes|miércoles|jueves|viernes|vacaciones|verano|puente",
             "que tenga|que tengan|que tengas|que pase|que pasen|que pases|que tenga un|que tengan un|que tengas un|que tenga una|que tengan una|que pase un|que pasen un|que pases un|que pase una|tenga|tenga un|tenga una|ten un|pase un|pasen un|le deseo|le deseo un|les deseo un|te deseo un|le deseo una|un|una|y|y que tenga un|y que tengan un|y un|y una|muy|también",
             "fin de|resto de|resto del",
             "a todos|a todas|también|igualmente|nuevo|novo|para usted|para ustedes|para ti|para todos"),
        Reason("por|de", "ayuda|respuesta|respuestas|atención|información|tiempo|paciencia|comprensión|apoyo|soporte|gestión|gestiones|rapidez|reembolso|devolución|reposición|cambio|cortesía|dinero|vale|seguimiento|amabilidad|servicio|aclaración|aclaraciones|explicación|solución|colaboración|confirmación|todo|interés|trabajo|esfuerzo|contestar|responder|avisar|avisarme|ayudarme",
               "su|sus|tu|tus|vuestra|vuestro|la|el|las|los|toda|todo|tan|muy|pronta|rápida|rápido|excelente|buena|buen|gran|inmediata|amable|y",
               "y|y por|así como")),
    "ca": Courtesies("adéu|adéu-siau|a reveure|fins aviat|fins ara|fins la propera|igualment|salut|una abraçada|bon nadal|bones festes|bona nit",
                     Wish("bon|bona|bons|bones|feliç|molt bon|molt bona", "dia|tarda|nit|setmana|cap de setmana|vacances|festes|vespre|estiu|any",
                          "que tingui|que tingui un|que tingueu|que tingueu un|que passi|que passi un|que vagi|us desitjo|li desitjo un|un|una|i", "", "a tothom|també|igualment"),
                     Reason("per|de", "ajuda|resposta|atenció|informació|temps|paciència|rapidesa|amabilitat|suport|tot|gestió|servei",
                            "la|el|l'|seva|seu|teva|teu|vostra|vostre|ràpida|tota", "i|i per")),
    "gl": Courtesies("adeus|ata logo|ata pronto|igualmente|un abrazo|apertas|boas noites|bo nadal|boas festas",
                     Wish("bo|boa|bos|boas|feliz", "día|tarde|noite|semana|fin de semana|vacacións|festas|finde",
                          "que teña|que teña un|que teñan un|que pase un|un|unha|e", "", "a todos|tamén|igualmente"),
                     Reason("pola|polo|por", "axuda|resposta|atención|información|tempo|paciencia|rapidez|todo", "súa|seu|túa|teu|rápida|a|o|toda", "e|e pola|e polo")),
    "pt": Courtesies(
        "tchau|adeus|até logo|até breve|até mais|até à próxima|até a próxima|igualmente|um abraço|abraço|abraços|beijos|beijinhos|fique com deus|boas festas|feliz natal|feliz ano novo|boa noite|bjs|abs",
        Wish("bom|boa|bons|boas|ótimo|ótima|óptimo|óptima|excelente|feliz|lindo|linda|maravilhoso|maravilhosa|abençoado|abençoada|belo|bela",
             "dia|tarde|noite|semana|fim de semana|final de semana|fds|feriado|férias|festas|natal|ano|domingo|sábado|segunda|sexta|sexta-feira|trabalho|descanso|páscoa",
             "tenha|tenha um|tenha uma|tenham|tenham um|tenham uma|que tenha um|que tenham um|desejo|desejo um|desejo uma|desejo-lhe um|desejo-lhes um|desejo-vos um|desejo-lhe uma|um|uma|e|e um|e uma|e tenha um|muito",
             "resto de|continuação de", "a todos|a todas|novo|para você|para vocês|para si|também|igualmente|pra você"),
        Reason("pela|pelo|pelas|pelos|por", "ajuda|resposta|respostas|retorno|atenção|informação|informações|tempo|paciência|compreensão|apoio|suporte|rapidez|reembolso|devolução|troca|estorno|dinheiro|cortesia|vale|reposição|agilidade|gentileza|simpatia|disponibilidade|esclarecimento|esclarecimentos|atendimento|serviço|colaboração|confirmação|prontidão|tudo|trabalho",
               "sua|seu|suas|seus|tua|teu|vossa|vosso|a|o|toda|todo|tão|rápida|rápido|pronta|ótimo|excelente|ótima|grande|e", "e|e pela|e pelo")),
    "it": Courtesies(
        "arrivederci|arrivederla|a presto|alla prossima|ciao|ciao ciao|addio|a risentirci|altrettanto|un abbraccio|baci|buon natale|buone feste|buon anno|buona pasqua|buonanotte|buona notte|ci sentiamo|stammi bene",
        Wish("buona|buon|buone|buoni|bella|bel|felice|splendida|splendido|ottima|ottimo|serena|sereno|piacevole",
             "giornata|serata|settimana|weekend|week end|week-end|fine settimana|domenica|sabato|lunedì|venerdì|pomeriggio|lavoro|notte|proseguimento|vacanze|feste|natale|anno|estate|ferie|pasqua|continuazione",
             "le auguro|le auguro una|le auguro un|vi auguro una|vi auguro un|ti auguro una|ti auguro un|auguro una|auguro un|auguro|passi una|passate una|e|una|un|e una|e un|le|vi|ancora|di nuovo",
             "proseguimento di|continuazione di|fine",
             "a lei|a voi|a te|a tutti|a tutto lo staff|anche a lei|anche a voi|altrettanto"),
        Reason("per|della|del|dell'|dello|delle", "aiuto|risposta|risposte|riscontro|assistenza|supporto|informazione|informazioni|tempo|pazienza|comprensione|disponibilità|gentilezza|cortesia|rapidità|velocità|celerità|attenzione|tempestività|collaborazione|chiarimento|chiarimenti|conferma|servizio|professionalità|sollecitudine|soluzione|efficienza|rimborso|sostituzione|cambio|reso|buono|soldi|spedizione|tutto",
               "la|il|lo|l'|le|i|gli|sua|suo|tua|tuo|vostra|vostro|vostre|rapida|rapido|veloce|pronta|pronto|tempestiva|tempestivo|ottima|ottimo|cortese|gentile|immediata|preziosa|prezioso|così|e", "e|e per")),
    "nl": Courtesies(
        "doei|doeg|dag|daag|tot ziens|tot snel|tot de volgende keer|tot horens|houdoe|ciao|bye|insgelijks|hetzelfde|jij ook|u ook|jullie ook|veel liefs|liefs|fijne feestdagen|prettige feestdagen|prettige kerst|gelukkig nieuwjaar|goedenavond|slaap lekker",
        Wish("fijne|fijn|prettige|prettig|mooie|mooi|goede|goed|leuke|leuk|zonnige|zonnig|gezellige|gezellig|heerlijk|heerlijke|hele fijne",
             "dag|avond|weekend|week|middag|ochtend|vakantie|feestdagen|kerst|werkweek|weekeinde|zondag|zaterdag|maandag|dinsdag|woensdag|donderdag|vrijdag|jaarwisseling|pasen|dagen|nacht",
             "nog|nog een|een|en|en een|en nog een|ik wens u|ik wens u een|ik wens je een|ik wens jullie een|wens u een|wens je een|u|je|jullie|alvast een|ook een|heel|hele",
             "verdere", "verder|nog|toegewenst|gewenst|allemaal|ook|samen"),
        Reason("voor", "hulp|ondersteuning|antwoord|reactie|informatie|info|tijd|moeite|geduld|begrip|uitleg|terugkoppeling|service|bevestiging|oplossing|inzet|medewerking|afhandeling|bericht|mail|tip|terugbetaling|teruggave|vervanging|vervangende|ruiling|retour|creditering|geld|snelheid|vriendelijkheid|alles|goede zorgen|goede service|feedback",
               "uw|je|jouw|jullie|de|het|al|alle|zo|snelle|vlotte|goede|fijne|prettige|vriendelijke|duidelijke|uitstekende|spoedige|en", "en|en voor")),
    "sv": Courtesies("hejdå|hej då|adjö|vi hörs|vi ses|ha det|ha det bra|ha det så bra|ha det gott|ha de|detsamma|tack detsamma|kram|kramar|god jul|gott nytt år|glad påsk|god natt|må så gott|hej hej",
                     Wish("bra|fin|trevlig|trevligt|skön|skönt|härlig|härligt|god|gott|glad|underbar|mysig", "dag|kväll|helg|vecka|eftermiddag|jul|påsk|semester|sommar|fortsättning|natt|midsommar|måndag|fredag|veckoslut",
                          "ha|ha en|ha ett|ha en riktigt|önskar|önskar en|önskar er en|önskar dig en|jag önskar dig en|en|ett|och|och en|och ha en|också en|riktigt|fortsatt", "fortsatt", "allihop|alla|också|till er|själv|endnu"),
                     Reason("för", "hjälp|hjälpen|svar|svaret|återkoppling|återkopplingen|information|informationen|info|tid|tålamod|support|supporten|service|servicen|bemötande|bemötandet|besked|beskedet|förklaring|förklaringen|allt|uppdateringen|bekräftelsen|återbetalning|återbetalningen|pengarna|ersättning|ersättningen|bytet|hanteringen|leveransen",
                            "din|er|ert|ditt|den|det|all|så|snabb|snabbt|snabba|bra|fin|fint|trevligt|trevlig|god|utmärkt|fantastisk|och", "och|och för")),
    "nb": Courtesies("ha det|ha det bra|ha det fint|ha det godt|hadet|hade|adjø|vi snakkes|vi høres|snakkes|i like måte|klem|god jul|godt nytt år|god påske|god natt",
                     Wish("fin|god|godt|flott|hyggelig|strålende|nydelig|riktig god|riktig fin|kjempefin", "dag|kveld|helg|uke|ettermiddag|ferie|jul|påske|sommer|formiddag|natt|fredag|mandag",
                          "ha|ha en|ha ei|ønsker|ønsker deg en|ønsker dere en|en|ei|og|og ha en|fortsatt|riktig", "fortsatt", "alle|også|videre|alle sammen"),
                     Reason("for", "hjelp|hjelpen|svar|svaret|tilbakemelding|tilbakemeldingen|informasjon|informasjonen|info|tid|tålmodighet|service|servicen|støtten|alt|oppklaringen|bekreftelsen|oppfølgingen|tilbakebetaling|tilbakebetalingen|refusjon|refusjonen|pengene|erstatningen|byttet|leveringen",
                            "din|deres|ditt|all|så|rask|raskt|raske|god|bra|fin|hyggelig|den|det|og", "og|og for")),
    "da": Courtesies("farvel|hej hej|vi ses|vi snakkes|ha' det|hav det godt|ha det godt|i lige måde|lige måde|knus|glædelig jul|godt nytår|god påske|god nat|kh",
                     Wish("god|godt|dejlig|rigtig god|rigtig dejlig|fin|skøn|fantastisk|fortsat god", "dag|aften|weekend|uge|eftermiddag|ferie|jul|påske|sommer|formiddag|nat|fredag|mandag|dag endnu",
                          "hav en|ha en|ha' en|ønsker|ønsker jer en|ønsker dig en|en|og|og en|og hav en|fortsat|rigtig", "fortsat", "alle|også|endnu|til jer|selv|alle sammen"),
                     Reason("for", "det|hjælp|hjælpen|svar|svaret|tilbagemelding|tilbagemeldingen|information|informationen|info|tid|tålmodighed|tålmodigheden|service|servicen|support|supporten|alt|bekræftelsen|ulejligheden|besvarelsen|tilbagebetaling|tilbagebetalingen|refundering|refunderingen|pengene|erstatningen|ombytningen|leveringen",
                            "din|jeres|dit|den|det|al|så|hurtig|hurtigt|hurtige|god|gode|fin|fine|venlige|og", "og|og for")),
    "is": Courtesies("bless|bless bless|vertu sæl|vertu sæll|sjáumst|heyrumst|gleðileg jól|góða nótt",
                     Wish("góðan|góða|góðrar|gott|frábæran|frábæra", "dag|daginn|helgi|helgina|viku|kvöld|helgar|sumar|jól", "eigðu|eigið|hafðu|hafið|og|og eigðu", "", "sömuleiðis|áfram"),
                     Reason("fyrir", "hjálpina|aðstoðina|svarið|svörin|upplýsingarnar|skjót svör|þjónustuna|allt|tímann|þolinmæðina", "skjót|góða|frábæra|alla", "og|og fyrir")),
    "fi": Courtesies("hei hei|heippa|moikka|moi moi|näkemiin|kuulemiin|samoin|kiitos samoin|hyvää joulua|hyvää uutta vuotta|hyvää yötä|heissan|terkuin|voi hyvin|voikaa hyvin",
                     Wish("hyvää|mukavaa|ihanaa|aurinkoista|kivaa|hauskaa|oikein hyvää|rentouttavaa", "päivää|päivänjatkoa|päivän jatkoa|viikonloppua|iltaa|viikkoa|viikonjatkoa|jatkoa|kesää|joulua|lomaa|aamua|iltapäivää|pääsiäistä|illanjatkoa|syksyä|talvea|kevättä",
                          "ja|oikein|toivotan|teille|sinulle|toivottelen", "", "teille|sinulle|kaikille|sinne|myös teille|myös sinulle"),
                     Reason("", "avusta|avustasi|avustanne|vastauksesta|vastauksestasi|vastauksestanne|tiedosta|tiedoista|palvelusta|asiakaspalvelusta|ajasta|kärsivällisyydestä|kaikesta|vaivannäöstä|selvityksestä|tuesta|palautteesta|palautuksesta|hyvityksestä|rahoista|vaihdosta|toimituksesta|korvauksesta",
                            "nopeasta|ripeästä|hyvästä|loistavasta|ystävällisestä|hienosta|pikaisesta|ja", "ja")),
    "et": Courtesies("head aega|nägemist|tsau|nägemiseni|kohtumiseni|teile ka|samuti|häid jõule|head uut aastat|head ööd",
                     Wish("head|ilusat|kena|toredat|mõnusat", "päeva|päeva jätku|nädalavahetust|õhtut|nädalat|nädalat jätkuks|puhkust|aega|nädalalõppu", "ja|soovin|teile|soovin teile", "", "teile|ka teile|kõigile|jätku"),
                     Reason("", "abi eest|vastuse eest|info eest|kiire vastuse eest|kiire abi eest|aja eest|mõistmise eest|kõige eest|teie abi eest|teenuse eest", "", "ja")),
    "lv": Courtesies("uz redzēšanos|atā|visu labu|uz tikšanos|jums arī|tāpat|priecīgus ziemassvētkus|ar labu nakti",
                     Wish("jauku|labu|skaistu|lielisku|veiksmīgu", "dienu|nedēļu|nedēļas nogali|vakaru|brīvdienu|dienas turpinājumu|atpūtu", "novēlu|un|jums|lai jums", "", "jums|arī jums|visiem"),
                     Reason("par", "palīdzību|atbildi|informāciju|laiku|sapratni|pacietību|visu|atbalstu|servisu", "ātro|ātru|jūsu|operatīvo|un", "un|un par")),
    "lt": Courtesies("viso gero|iki|iki pasimatymo|sudie|jums taip pat|taip pat|linksmų kalėdų|labanakt|viso labo",
                     Wish("geros|gražios|puikios|gero|gražaus|puikaus|malonaus|malonios", "dienos|savaitės|savaitgalio|vakaro|poilsio|laiko", "linkiu|ir|jums|linkime|tegul", "", "jums|ir jums|visiems"),
                     Reason("už|dėl", "pagalbą|atsakymą|informaciją|laiką|supratimą|kantrybę|viską|aptarnavimą", "greitą|jūsų|operatyvų|ir", "ir|ir už")),
    "pl": Courtesies("do widzenia|do zobaczenia|do usłyszenia|pa|pa pa|papa|cześć|na razie|trzymaj się|trzymajcie się|nawzajem|wzajemnie|wesołych świąt|szczęśliwego nowego roku|dobranoc|serdeczności|ściskam|buziaki|wszystkiego dobrego",
                     Wish("miłego|dobrego|udanego|spokojnego|pięknego|słonecznego|przyjemnego|miłej|dobrej|udanej|spokojnej|wesołych|spokojnych|świetnego",
                          "dnia|weekendu|wieczoru|tygodnia|popołudnia|urlopu|poranka|nocy|niedzieli|soboty|pracy|świąt|roku|piątku|poniedziałku|wypoczynku|dzionka",
                          "życzę|i życzę|życzymy|i|państwu|pani|panu|oraz|życzę państwu|życzę pani|życzę panu|bardzo|również", "nowego|dalszego",
                          "wszystkim|również|państwu|pani|panu|życzę|i wzajemnie"),
                     Reason("za", "pomoc|odpowiedź|odpowiedzi|informację|informacje|info|czas|cierpliwość|wyrozumiałość|wsparcie|obsługę|kontakt|wyjaśnienie|wyjaśnienia|potwierdzenie|zaangażowanie|reakcję|poświęcony czas|życzliwość|fatygę|zwrot|zwrot pieniędzy|zwrot kosztów|wymianę|pieniądze|rekompensatę|realizację|bon|wszystko|to|fachową obsługę",
                            "szybką|szybki|sprawną|miłą|wspaniałą|okazaną|tak|bardzo|twoją|waszą|państwa|pani|pana|całą|błyskawiczną|udzieloną|ekspresową|i", "i|oraz|i za|oraz za")),
    "cs": Courtesies("na shledanou|nashledanou|ahoj|čau|mějte se|mějte se hezky|měj se|opatrujte se|nápodobně|veselé vánoce|šťastný nový rok|dobrou noc|zatím|vám taky|vám také|vše dobré|vše nejlepší",
                     Wish("hezký|pěkný|krásný|příjemný|hezké|pěkné|krásné|příjemné|klidný|klidné|dobrý|úspěšný", "den|víkend|večer|týden|odpoledne|dopoledne|svátky|zbytek dne|zbytek týdne|dovolenou|léto|prožití svátků",
                          "přeji|přeju|i|a|přeji vám|přeju vám|a přeji|mějte|měj|ať máte|přejeme|vám", "zbytek", "vám|i vám|všem|přeji|přeju"),
                     Reason("za", "pomoc|odpověď|informaci|informace|info|čas|trpělivost|pochopení|podporu|vyřízení|vysvětlení|potvrzení|ochotu|vrácení|vrácení peněz|výměnu|peníze|náhradu|doručení|reakci|vše|všechno|spolupráci|snahu|zprávu", "vaši|tvou|vaše|vám|tak|váš|rychlou|rychlé|skvělou|bleskovou|veškerou|milou|a", "a|a za|i za")),
    "sk": Courtesies("dovidenia|do videnia|ahoj|čau|majte sa|majte sa pekne|maj sa|podobne|veselé vianoce|šťastný nový rok|dobrú noc|zatiaľ|aj vám|všetko dobré",
                     Wish("pekný|krásny|príjemný|pekné|krásne|príjemné|dobrý|pokojný|úspešný", "deň|víkend|večer|týždeň|popoludnie|sviatky|zvyšok dňa|dovolenku|leto",
                          "prajem|želám|i|a|prajem vám|želám vám|a prajem|majte|vám|prajeme", "zvyšok", "vám|aj vám|všetkým|prajem|želám"),
                     Reason("za", "pomoc|odpoveď|informáciu|informácie|info|čas|trpezlivosť|pochopenie|podporu|vybavenie|vysvetlenie|potvrdenie|ochotu|vrátenie|vrátenie peňazí|výmenu|peniaze|náhradu|doručenie|reakciu|všetko|spoluprácu|snahu|správu", "vašu|tvoju|váš|rýchlu|rýchle|skvelú|bleskovú|a", "a|a za|aj za")),
    "sl": Courtesies("nasvidenje|na svidenje|adijo|čao|enako|prav tako|vesel božič|srečno|lahko noč|vse dobro",
                     Wish("lep|lepo|prijeten|prijetno|uspešen|miren|lepe|prijeten", "dan|vikend|večer|teden|popoldne|praznike|konec tedna|preostanek dneva", "želim|želim vam|in|vam|imejte|tudi|in želim", "", "vam|tudi vam|vsem|še naprej|želim"),
                     Reason("za", "pomoč|odgovor|informacijo|informacije|čas|potrpežljivost|razumevanje|podporo|vse|trud|pojasnilo|odzivnost", "vašo|vaš|tvojo|hiter|hitro|ves|vso|in", "in|in za")),
    "hr": Courtesies("doviđenja|do viđenja|bok|adio|ćao|također|isto tako|i vama|sretan božić|laku noć|sve najbolje|sretno|čujemo se|vidimo se",
                     Wish("ugodan|lijep|dobar|ugodnu|lijepu|sretan|ugodno|lijepo|prijatan", "dan|vikend|tjedan|večer|popodne|ostatak dana|blagdane|godišnji|odmor|nastavak dana", "želim|želim vam|i|vam|imajte|i želim|i želim vam", "", "svima|i vama|vam želim|želim|također"),
                     Reason("na|za", "pomoći|pomoć|odgovoru|odgovor|informaciji|informacijama|informacije|vremenu|strpljenju|razumijevanju|podršci|povratu|povrat|povratu novca|zamjeni|zamjenu|dostavi|svemu|sve|trudu|uslugi|ažurnosti", "vašoj|vašu|vašem|vaš|brzom|brz|brzu|brzoj|svoj|i", "i|i na|i za")),
    "sr-Latn": Courtesies("doviđenja|do viđenja|ćao|zdravo|takođe|i vama|srećan božić|laku noć|sve najbolje|srećno|čujemo se|vidimo se|pozdrav",
                          Wish("prijatan|lep|dobar|prijatno|lepo|srećan|ugodan|prijatnu|lepu", "dan|vikend|nedelju|veče|popodne|ostatak dana|praznike|odmor|nastavak dana", "želim|želim vam|i|vam|imajte|i želim|i želim vam", "", "svima|i vama|vam želim|želim|takođe"),
                          Reason("na|za", "pomoći|pomoć|odgovoru|odgovor|informaciji|informacijama|informacije|vremenu|strpljenju|razumevanju|podršci|svemu|sve|trudu|usluzi|ažurnosti", "vašoj|vašu|vašem|vaš|brzom|brz|brzu|brzoj|i", "i|i na|i za")),
    "sr-Cyrl": Courtesies("довиђења|до виђења|ћао|здраво|такође|и вама|срећан божић|лаку ноћ|све најбоље|срећно|чујемо се|видимо се|поздрав",
                          Wish("пријатан|леп|добар|пријатно|лепо|срећан|угодан|пријатну|лепу", "дан|викенд|недељу|вече|поподне|остатак дана|празнике|одмор|наставак дана", "желим|желим вам|и|вам|имајте|и желим|и желим вам", "", "свима|и вама|вам желим|желим|такође"),
                          Reason("на|за", "помоћи|помоћ|одговору|одговор|информацији|информацијама|информације|времену|стрпљењу|разумевању|подршци|свему|све|труду|услузи", "вашој|вашу|вашем|ваш|брзом|брз|брзу|брзој|и", "и|и на|и за")),
    "hu": Courtesies("viszlát|viszontlátásra|szia|sziasztok|helló|puszi|minden jót|minden jót kívánok|önnek is|önöknek is|viszont|boldog karácsonyt|jó éjszakát|üdv|hasonlóan",
                     Wish("szép|jó|kellemes|további szép|további jó|további kellemes|boldog|szuper", "napot|hétvégét|estét|hetet|délutánt|délelőttöt|pihenést|munkát|ünnepeket|nyarat|karácsonyt|éjszakát|szabadságot",
                          "és|kívánok|kívánunk|önnek|önöknek|további|nagyon|legyen", "további", "kívánok|kívánunk|önnek|önöknek|mindenkinek|is"),
                     Reason("", "a segítséget|segítséget|a segítségét|segítségét|a segítségüket|segítségüket|a választ|választ|a visszatérítést|visszatérítést|a visszafizetést|a cserét|a pénzt|a válaszát|válaszát|válaszukat|a tájékoztatást|tájékoztatást|az információt|információt|a türelmét|a türelmet|az idejét|az ügyintézést|ügyintézést|mindent|a megerősítést|a gyorsaságot",
                            "a|az|gyors|szíves|nagyon|kedves|és", "és")),
    "ro": Courtesies("la revedere|pa|pa pa|ciao|pe curând|pe curand|cu bine|numai bine|toate cele bune|la fel|asemenea|crăciun fericit|la mulți ani|noapte bună|sărbători fericite",
                     Wish("bună|bun|frumoasă|frumos|plăcută|plăcut|minunată|excelentă|buna", "zi|seară|săptămână|weekend|week-end|după-amiază|sfârșit de săptămână|sărbători|vacanță|duminică|noapte",
                          "o|un|vă doresc|vă doresc o|vă doresc un|îți doresc o|să aveți o|să aveți un|să ai o|și|și o|doresc o|va doresc o", "", "frumoasă|bună|plăcută|bun|frumos|plăcut|minunată|excelentă|și dumneavoastră|vă doresc|tuturor|la fel|în continuare"),
                     Reason("pentru", "ajutor|ajutorul|răspuns|răspunsul|răspunsuri|informație|informația|informații|informațiile|timp|timpul|timpul acordat|răbdare|răbdarea|înțelegere|înțelegerea|sprijin|sprijinul|promptitudine|amabilitate|suport|suportul|tot|confirmare|solicitudine|asistență|rezolvare|rambursare|rambursarea|restituire|bani|banii|înlocuire|livrare|servicii",
                            "dumneavoastră|dvs|tău|prompt|promptul|rapid|rapidul|tot|toată|acordat|oferit|și", "și|și pentru")),
    "bg": Courtesies("довиждане|чао|до скоро|всичко хубаво|всичко добро|и на вас|подобно|весела коледа|лека нощ|бъдете здрави|лек ден|лека вечер|лека седмица",
                     Wish("хубав|приятен|хубава|приятна|хубави|приятни|успешен|успешна|лек|лека|прекрасен|чудесен", "ден|уикенд|вечер|седмица|следобед|празници|почивка|почивни дни|работа", "пожелавам|желая|ви желая|и|пожелавам ви|желая ви|имайте", "", "и на вас|на всички|ви желая|желая|ви пожелавам"),
                     Reason("за", "помощта|отговора|информацията|времето|търпението|разбирането|съдействието|възстановяването|парите|замяната|доставката|подкрепата|всичко|обслужването|отзивчивостта|реакцията|отделеното време", "бързия|бързата|вашата|вашия|цялата|оказаната|оказаното|и", "и|и за")),
    "uk": Courtesies("до побачення|бувайте|бувай|па|до зустрічі|на все добре|усього найкращого|всього найкращого|усього доброго|всього доброго|навзаєм|і вам|взаємно|з різдвом|на добраніч",
                     Wish("гарного|гарних|хорошого|хороших|приємного|приємних|чудового|чудових|доброго|вдалого|гарної|спокійного|мирного", "дня|вечора|тижня|вихідних|ранку|настрою|відпочинку|свят|неба|роботи|ночі", "бажаю|бажаю вам|і|та|вам|і вам|та бажаю", "", "і вам|всім|вам|навзаєм"),
                     Reason("за", "допомогу|відповідь|відповіді|інформацію|час|терпіння|розуміння|підтримку|оперативність|повернення|повернення коштів|обмін|гроші|заміну|доставку|сервіс|швидкість|консультацію|роз'яснення|все|увагу|співпрацю|обслуговування", "вашу|твою|швидку|оперативну|ваш|таку|якісну|і|та", "і|та|і за|та за")),
    "ru": Courtesies("до свидания|пока|до встречи|всего хорошего|всего наилучшего|удачи|успехов|взаимно|и вам|и вам того же|с рождеством|с новым годом|с наступающим|спокойной ночи|до связи|счастливо|будьте здоровы|добра вам|мира и добра",
                     Wish("хорошего|хороших|приятного|приятных|отличного|отличных|доброго|добрых|прекрасного|чудесного|удачного|удачной|хорошей|замечательного|продуктивного", "дня|вечера|выходных|недели|утра|настроения|отдыха|праздников|времени суток|рабочего дня|работы|ночи|года",
                          "желаю|желаю вам|и|вам|и вам|и желаю|всем|вам всем", "", "и вам|вам|всем|взаимно|и удачи"),
                     Reason("за", "помощь|ответ|ответы|информацию|инфу|время|терпение|понимание|поддержку|оперативность|возврат|возврат денег|возврат средств|обмен|деньги|замену|доставку|компенсацию|сервис|скорость|консультацию|разъяснение|разъяснения|всё|все|внимание|сотрудничество|обслуживание|отклик|отзывчивость|работу|содействие|подсказку|обратную связь",
                            "вашу|твою|быструю|быстрый|быстрое|быструю и|оперативное|оперативный|оперативную|ваш|такой|такую|качественную|отличную|отличный|подробный|скорый|и", "и|и за|а также за")),
    "el": Courtesies("αντίο|γεια|γεια χαρά|τα λέμε|καλή συνέχεια|επίσης|να είστε καλά|να είσαι καλά|φιλιά|καλά χριστούγεννα|καληνύχτα|καλό βράδυ|χαιρετώ",
                     Wish("καλή|καλό|όμορφη|όμορφο|ευχάριστη|καλές|καλά", "μέρα|ημέρα|σαββατοκύριακο|εβδομάδα|βραδιά|βράδυ|απόγευμα|συνέχεια|διακοπές|γιορτές|μήνα|χρονιά", "να έχετε|να έχετε μια|να έχετε ένα|σας εύχομαι|εύχομαι|και|να έχεις μια|μια|ένα|πολύ", "σας|υπόλοιπο", "σας|να έχετε|σε όλους|επίσης|και σε εσάς"),
                     Reason("για", "βοήθεια|απάντηση|απαντήσεις|ενημέρωση|επιστροφή|επιστροφή χρημάτων|αντικατάσταση|χρήματα|πληροφορίες|πληροφορία|χρόνο|υπομονή|κατανόηση|εξυπηρέτηση|υποστήριξη|ανταπόκριση|όλα|διευκρίνιση|επιβεβαίωση", "τη|την|το|τον|τις|της|σας|σου|άμεση|γρήγορη|όλη|και", "και|και για")),
    "tr": Courtesies("görüşmek üzere|görüşürüz|hoşça kalın|hoşçakalın|hoşça kal|güle güle|kendinize iyi bakın|kolay gelsin|size de|sizlere de|bilmukabele|iyi geceler|mutlu yıllar|iyi bayramlar|esen kalın|allaha emanet olun|selametle",
                     Wish("iyi|güzel|hayırlı|mutlu|keyifli|harika", "günler|haftasonları|hafta sonları|akşamlar|haftalar|çalışmalar|geceler|tatiller|gün|hafta sonu|haftasonu|bayramlar|yıllar|öğlenler|sabahlar|işler",
                          "size|sizlere|ve|herkese|sana|bir", "bir", "dilerim|diliyorum|dileriz|olsun|size|herkese|de"),
                     Reason("", "yardımınız|yardımlarınız|para iadesi|iade|değişim|para iadeniz|iadeniz|teslimat|yardımın|cevabınız|cevabın|yanıtınız|dönüşünüz|desteğiniz|bilgi|bilgilendirme|bilgilendirmeniz|ilginiz|ilgi ve alakanız|zamanınız|sabrınız|anlayışınız|emeğiniz|hızınız|hizmetiniz|her şey|geri dönüşünüz|açıklamanız", "hızlı|değerli|nazik|güzel|çok|tüm|bütün|ve|için", "ve|için|ve hızlı")),
    "sq": Courtesies("mirupafshim|tung|ciao|shihemi|gjithë të mirat|po ashtu|natën e mirë|gëzuar|gjithashtu",
                     Wish("të mirë|të mbarë|të bukur|të këndshme|mbarë", "ditë|fundjavë|javë|mbrëmje|fund javë|pushime", "një|ju uroj|ju uroj një|kalofshi një|dhe|paçi një|paçi", "", "të mirë|të mbarë|të bukur|edhe juve|të këndshme"),
                     Reason("për", "ndihmën|përgjigjen|informacionin|kohën|durimin|mirëkuptimin|gjithçka|mbështetjen|shërbimin", "tuaj|e|juaj|shpejtë|dhe", "dhe|dhe për")),
    "he": Courtesies("להתראות|ביי|נתראה|כל טוב|בהצלחה|גם לך|גם לכם|לילה טוב|חג שמח|שבת שלום|שבוע טוב|ולהתראות|שיהיה לכם יום טוב|שיהיה לך יום טוב|המשך יום נעים|המשך יום טוב|סוף שבוע נעים|סוף שבוע טוב|ערב טוב|ערב נעים|שבוע נעים|יום נפלא|יום מקסים",
                     None, Reason("על", "העזרה|התשובה|המענה|הסיוע|המידע|הזמן|הסבלנות|השירות|ההבנה|הכל|התמיכה|הטיפול|העדכון", "המהירה|המהיר|כל|שלך|שלכם|הרבה", "ועל|ו")),
    "ar": Courtesies("مع السلامة|إلى اللقاء|وداعا|في أمان الله|يوم سعيد|يوما سعيدا|أتمنى لكم يوما سعيدا|أتمنى لك يوما سعيدا|نهاركم سعيد|عطلة سعيدة|نهاية أسبوع سعيدة|تصبح على خير|طاب يومكم|بارك الله فيكم|بارك الله فيك|دمتم بخير|والسلام عليكم|والسلام|وعليكم السلام|ورحمة الله وبركاته|ورحمة الله|يعطيكم العافية",
                     None, Reason("على|لـ", "المساعدة|مساعدتكم|مساعدتك|الرد|استرداد المبلغ|إعادة المبلغ|الاستبدال|التوصيل|سرعة الاسترداد|ردكم|ردك|الدعم|دعمكم|المعلومات|وقتكم|وقتك|صبركم|تفهمكم|تعاونكم|تعاونك|سرعة الرد|سرعة الاستجابة|الخدمة|كل شيء|الاهتمام|اهتمامكم", "حسن|سرعة|كل|السريع|السريعة", "و|وعلى")),
    "fa": Courtesies("خداحافظ|خدانگهدار|خدا نگهدار|به امید دیدار|روز خوبی داشته باشید|روز خوش|روز خوب|شب خوش|شب بخیر|آخر هفته خوبی داشته باشید|موفق باشید|خسته نباشید|همچنین|پیروز باشید|وقت بخیر",
                     None, Reason("از|بابت|برای|به خاطر", "کمک|کمکتان|کمک شما|پاسخ|پاسختان|پاسخ شما|پاسخگویی|پاسخگویی شما|راهنمایی|راهنمایی شما|اطلاعات|وقت|وقتتان|صبر شما|همکاری شما|پشتیبانی|لطف شما|همه چیز|پیگیری شما", "سریع|خوب|شما|و", "و|و بابت")),
    "hi": Courtesies("अलविदा|फिर मिलेंगे|नमस्कार|नमस्ते|आपका दिन शुभ हो|शुभ दिन|शुभ रात्रि|आपका दिन अच्छा रहे|शुभकामनाएं|शुभकामनाएँ|आपको भी|शुभ संध्या",
                     None, Reason("", "आपकी मदद|मदद|सहायता|आपकी सहायता|जवाब|आपके जवाब|उत्तर|आपके उत्तर|जानकारी|समय|सहयोग|आपके सहयोग|धैर्य|सब कुछ", "आपकी|आपके|त्वरित|की|के|लिए|और", "और|के लिए|के लिए और")),
    "th": Courtesies("ลาก่อน|สวัสดี|สวัสดีครับ|สวัสดีค่ะ|ขอให้เป็นวันที่ดี|ขอให้มีวันที่ดี|ขอให้มีความสุข|สุขสันต์วันหยุด|ราตรีสวัสดิ์|เช่นกัน|แล้วพบกันใหม่|สำหรับคำตอบ|สำหรับข้อมูล|สำหรับความช่วยเหลือ|ที่ช่วยเหลือ|ที่ตอบกลับ|ที่ช่วย|จ้า|จ้ะ|นะ"),
    "vi": Courtesies("tạm biệt|chào tạm biệt|hẹn gặp lại|chào bạn|chúc ngủ ngon|bạn cũng vậy|bye|chúc mừng năm mới|chúc sức khỏe",
                     Wish("tốt lành|vui vẻ|tốt đẹp|an lành|hạnh phúc", "ngày|cuối tuần|buổi tối|tuần|buổi chiều|ngày mới|tuần mới|kỳ nghỉ", "chúc|chúc bạn|chúc bạn một|chúc anh chị|chúc các bạn|chúc một|một|chúc shop một|chúc mọi người", "", "tốt lành|vui vẻ|tốt đẹp|an lành|hạnh phúc|nhé|nha"),
                     Reason("vì|vì đã|đã|về|cho", "giúp đỡ|hỗ trợ|hoàn tiền|đổi hàng|đổi trả|giao hàng|trả lời|phản hồi|thông tin|giải đáp|tư vấn|mọi thứ|thời gian|sự giúp đỡ|sự hỗ trợ|câu trả lời", "sự|nhanh|nhanh quá|rất|nhanh chóng|nhiệt tình|tôi|mình|của bạn|và", "và|và đã")),
    "id": Courtesies("dadah|dah|sampai jumpa|sampai jumpa lagi|selamat tinggal|sampai ketemu|sama-sama|semoga sukses|salam sehat|wassalam|selamat malam|selamat siang|selamat sore|selamat natal|selamat berakhir pekan|bye",
                     Wish("menyenangkan|baik|indah|bahagia|lancar", "hari|harimu|hari anda|akhir pekan|minggu|malam|sore", "semoga|semoga anda|semoga hari|selamat|dan|semoga hari ini", "anda|ini|ini jadi", "menyenangkan|yang menyenangkan|yang baik|yang indah|anda menyenangkan|bahagia|lancar|ya"),
                     Reason("atas|untuk", "bantuan|bantuannya|pengembalian|pengembalian dana|refund|refundnya|penggantian|pengiriman|bantuan anda|jawaban|jawabannya|balasan|balasannya|respon|responnya|informasi|informasinya|waktu|waktunya|kesabarannya|pengertiannya|dukungannya|pelayanannya|kerjasamanya|semuanya|perhatiannya|infonya", "cepat|cepatnya|yang|semua|anda|dan|jawaban|respon", "dan|dan atas")),
    "ms": Courtesies("selamat tinggal|jumpa lagi|sama-sama|selamat malam|selamat petang|selamat hujung minggu|bye|wassalam|salam sejahtera|selamat hari raya",
                     Wish("baik|indah|ceria|menyeronokkan|gembira", "hari|hujung minggu|minggu|malam|petang", "semoga|selamat|dan|semoga anda|semoga hari|semoga mempunyai", "anda|yang|ini", "yang baik|yang indah|yang ceria|baik|indah|ceria"),
                     Reason("atas|untuk|di atas", "bantuan|bantuan anda|jawapan|maklum balas|maklumat|masa|kesabaran|kerjasama|sokongan|perkhidmatan|semuanya|segalanya|respon", "anda|yang|pantas|cepat|segala|dan", "dan|dan atas")),
    "tl": Courtesies("paalam|paalam po|ingat|ingat po|ingat kayo|hanggang sa muli|magandang gabi|bye|bye po|kayo rin po|pagpalain kayo ng diyos|god bless po|maligayang pasko",
                     Wish("magandang|masayang|mabuting|maganda", "araw|gabi|linggo|weekend|umaga|hapon", "isang|at|sana|magkaroon kayo ng|sa inyo ang", "", "po|sa inyo|sa inyong lahat|din po"),
                     Reason("sa|para sa", "tulong|sagot|impormasyon|oras|pasensya|pag-unawa|suporta|serbisyo|lahat|pagtugon|pagtulong", "inyong|mabilis na|iyong|ang|po|lahat ng|at", "at|at sa")),
    "zh-CN": Courtesies("再见|拜拜|祝您生活愉快|祝生活愉快|祝你生活愉快|祝您工作愉快|祝工作顺利|祝您工作顺利|周末愉快|祝周末愉快|祝您周末愉快|祝你周末愉快|祝您一天愉快|祝您有美好的一天|祝你有美好的一天|节日快乐|新年快乐|辛苦了|您辛苦了|你们辛苦了|麻烦您了|麻烦你了|晚安|顺祝商祺|的支持|您的支持|的耐心|您的耐心|的解答|您的解答|及时回复|的及时回复|您的及时回复|快速回复|的快速回复"),
    "zh-TW": Courtesies("再見|掰掰|祝您生活愉快|祝生活愉快|祝您工作愉快|祝工作順利|週末愉快|祝週末愉快|祝您週末愉快|祝您順心|祝順心|祝您有美好的一天|祝你有美好的一天|佳節愉快|新年快樂|辛苦了|您辛苦了|你們辛苦了|麻煩您了|麻煩你了|晚安|順頌商祺|的支持|您的支持|的耐心|您的耐心|的解答|您的解答|快速回覆|的快速回覆|您的快速回覆"),
    "ja": Courtesies("失礼します|失礼いたします|失礼致します|それでは失礼します|それでは|それではまた|また|良い一日を|よい一日を|良い週末を|よい週末を|良い週末をお過ごしください|よい週末をお過ごしください|良いお年を|よいお年を|お疲れ様です|お疲れ様でした|お疲れさまです|お疲れさまでした|お世話になりました|お世話になります|さようなら|おやすみなさい|今後ともよろしくお願いします|今後ともよろしくお願いいたします|今後とも宜しくお願いいたします|迅速なご対応|迅速な対応|ご丁寧な|丁寧な|早い対応|対応|返信|回答|連絡|に|を|ご丁寧に|いただき|頂き|くださり|下さり|誠に"),
    "ko": Courtesies("안녕히 계세요|안녕히 가세요|수고하세요|수고하셨습니다|수고하십시오|좋은 하루 보내세요|좋은 하루 되십시오|좋은 주말 되세요|좋은 주말 보내세요|즐거운 주말 되세요|즐거운 주말 보내세요|행복한 하루 되세요|좋은 저녁 되세요|다음에 또 뵙겠습니다|도와주셔서|도움 주셔서|답변 주셔서|답변해 주셔서|빠른 답변 주셔서|빠른 처리|신속한 답변|신속한 처리|친절한 답변|친절한 안내"),
}  # fmt: skip
