"""Mail providers where anybody gets an address: their domains are nobody's own.

Two people at one of them have nothing in common, as two at a firm's domain have. The table is from
memory: it need not be complete, since what it lacks is only taken for a firm.
"""

from __future__ import annotations

import re

_DOMAINS_LISTED = """
gmail.com googlemail.com outlook.com hotmail.com live.com msn.com passport.com windowslive.com
icloud.com me.com mac.com ymail.com rocketmail.com myyahoo.com aol.com aim.com verizon.net att.net
sbcglobal.net bellsouth.net comcast.net xfinity.com cox.net charter.net spectrum.net earthlink.net
juno.com netzero.net optonline.net frontier.com roadrunner.com rr.com windstream.net centurylink.net
rogers.com shaw.ca sympatico.ca bell.net videotron.ca telus.net mail.com email.com usa.com post.com
europe.com inbox.com gmx.com gmx.us gmx.net gmx.de gmx.at gmx.ch gmx.fr gmx.es gmx.co.uk web.de
email.de t-online.de magenta.de freenet.de arcor.de vodafone.de vodafonemail.de 1und1.de online.de
kabelmail.de unitybox.de mailbox.org posteo.de posteo.net posteo.eu tutanota.com tutanota.de
tuta.com tuta.io tutamail.com keemail.me proton.me protonmail.com protonmail.ch pm.me a1.net aon.at
chello.at bluewin.ch hispeed.ch sunrise.ch orange.fr wanadoo.fr free.fr laposte.net sfr.fr neuf.fr
bbox.fr numericable.fr club-internet.fr libero.it virgilio.it alice.it tim.it tin.it tiscali.it
fastwebnet.it inwind.it iol.it email.it aruba.it pec.it legalmail.it poste.it telefonica.net
terra.es movistar.es ono.com sapo.pt ziggo.nl kpnmail.nl kpnplanet.nl planet.nl hetnet.nl home.nl
xs4all.nl upcmail.nl casema.nl telenet.be skynet.be proximus.be scarlet.be btinternet.com
btopenworld.com talktalk.net sky.com virginmedia.com ntlworld.com blueyonder.co.uk eircom.net
telia.com bredband.net tele2.se comhem.se spray.se online.no broadpark.no mail.dk jubii.dk
stofanet.dk tdcadsl.dk luukku.com kolumbus.fi elisanet.fi saunalahti.fi suomi24.fi wp.pl o2.pl
onet.pl op.pl vp.pl poczta.onet.pl interia.pl interia.eu gazeta.pl tlen.pl seznam.cz email.cz
post.cz centrum.cz volny.cz azet.sk centrum.sk zoznam.sk post.sk freemail.hu citromail.hu
t-online.hu indamail.hu abv.bg mail.bg dir.bg mail.ru inbox.ru bk.ru list.ru internet.ru rambler.ru
lenta.ru yandex.ru ya.ru yandex.com yandex.by yandex.kz yandex.ua ukr.net i.ua meta.ua bigmir.net
inbox.lv one.lv inbox.lt mail.ee hot.ee otenet.gr forthnet.gr in.gr mynet.com superonline.com
ttmail.com walla.co.il walla.com qq.com foxmail.com vip.qq.com 163.com 126.com yeah.net vip.163.com
sina.com sina.cn sohu.com 139.com 189.cn 21cn.com aliyun.com tom.com hinet.net pchome.com.tw
seed.net.tw naver.com daum.net hanmail.net kakao.com nate.com docomo.ne.jp ezweb.ne.jp au.com
softbank.ne.jp i.softbank.jp ymobile.ne.jp nifty.com biglobe.ne.jp ocn.ne.jp plala.or.jp
so-net.ne.jp dion.ne.jp infoseek.jp excite.co.jp rediffmail.com indiatimes.com sify.com zohomail.com
zohomail.in zoho.com singnet.com.sg starhub.net.sg bigpond.com bigpond.net.au optusnet.com.au
iinet.net.au internode.on.net tpg.com.au xtra.co.nz slingshot.co.nz uol.com.br bol.com.br
terra.com.br ig.com.br globo.com globomail.com fibertel.com.ar arnet.com.ar speedy.com.ar
ciudad.com.ar prodigy.net.mx mweb.co.za telkomsa.net webmail.co.za fastmail.com fastmail.fm hey.com
hushmail.com runbox.com disroot.org riseup.net startmail.com duck.com mozmail.com simplelogin.com
anonaddy.com privaterelay.appleid.com mail.de gmx.li gmx.eu gmx.info gmx.biz gmx.org o2online.de
o2mail.de netcologne.de ewetel.net osnanet.de versanet.de onlinehome.de firemail.de ok.de
bluemail.ch sunrise.net gmx.pt libero.com live.it poste-certificate.it postecert.it pecimprese.it
cegetel.net aliceadsl.fr nordnet.fr gmx.it hotmail.co.uk tiscali.co.uk talk21.com plus.net zen.co.uk
gmx.pl go2.pl buziaczek.pl autograf.pl centrum.hu vipmail.hu upcmail.cz tiscali.cz quick.cz
yahoo.ne.jp jcom.home.ne.jp auone.jp nifty.ne.jp vodafone.it vodafone.es vodafone.nl zeelandnet.nl
caiway.nl solcon.nl pandora.be online.be swing.be hushmail.me cock.li zohomail.eu zoho.eu
passmail.net passinbox.com fastmail.org fastmail.net fastmail.co.uk sent.com messagingengine.com
zoho.in inbox.eu gmx.se gmx.tm caramail.com caramail.fr googlemail.co.uk yandex.com.tr yandex.com.am
yandex.com.ge yandex.uz yandex.fr xmail.ru mail.ua consultant.com engineer.com dr.com doctor.com
lawyer.com accountant.com contractor.net techie.com programmer.net teacher.com musician.org
artlover.com myself.com iname.com mail.org asia.com london.com berlin.com usa.net cheerful.com
workmail.com writeme.com financier.com journalist.com photographer.net chemist.com counsellor.com
graphic-designer.com mailfence.com posteo.at posteo.ch posteo.us posteo.co.uk posteo.is posteo.org
posteo.me posteo.jp mailbox.eu kolabnow.com ctemplar.com secure.mailbox.org directbox.com ewe.net
mnet-online.de m-net.de htp-tel.de alice-dsl.net alice-dsl.de genion.de gmail.de lycos.com lycos.de
tiscali.fr lineone.net o2.co.uk freeserve.co.uk orange.net plusnet.com fsmail.net wanadoo.es
wanadoo.nl orange.es orange.be voo.be gmail.fr noos.fr dbmail.com iol.ie tin.es ya.com jazztel.es
euskaltel.net mail.pt netcabo.pt clix.pt portugalmail.pt quicknet.nl chello.nl tele2.nl tele2.at
inode.at utanet.at kabsi.at liwest.at quickline.ch netplus.ch green.ch telia.se telia.dk swipnet.se
glocalnet.net passagen.se home.se bahnhof.se hotmail.se online.dk get2net.dk webspeed.dk c2i.net
frisurf.no lyse.net nic.fi pp.inet.fi inet.fi dnainternet.net poczta.fm amorki.pl spoko.pl
neostrada.pl mail.bulgaria.bg gbg.bg yahoomail.com.gr freemail.gr mail.gr hol.gr net.hr inet.hr
vip.hr siol.net amis.net email.si eunet.rs ptt.rs sbb.rs mts.rs tut.by mail.by list.kz mail.kz
mail.lt takas.lt apollo.lv delfi.lv vp.plus upcmail.hu chello.hu windstream.com embarqmail.com
mindspring.com peoplepc.com suddenlink.net cableone.net wowway.com tds.net ptd.net mediacombb.net
q.com centurytel.net netscape.net netscape.com compuserve.com cs.com excite.com lycosmail.com
hughes.net ameritech.net pacbell.net swbell.net snet.net prodigy.net nb.sympatico.ca eastlink.ca
cogeco.ca telusplanet.net mts.net sasktel.net hotmail.ca gmail.co optusnet.com bigpond.com.au
dodo.com.au westnet.com.au adam.com.au ozemail.com.au clear.net.nz paradise.net.nz ihug.co.nz
vodafone.co.nz orcon.net.nz absamail.co.za vodamail.co.za iafrica.com r7.com oi.com.br
zipmail.com.br superig.com.br itelefonica.com.br vtr.net tutopia.com une.net.co etb.net.co cantv.net
infovia.com.ar vip.sina.com sogou.com wo.cn 188.com vip.126.com netease.com yahoo.com.cn gmail.cn
icloud.com.cn lycos.co.kr korea.com paran.com dreamwiz.com hanmail.com goo.jp mail.goo.ne.jp
livedoor.com asahi-net.or.jp docomo.co.jp vodafone.ne.jp t.vodafone.ne.jp disney.ne.jp willcom.com
emobile.ne.jp mineo.jp iij4u.or.jp vnn.vn fpt.vn gmail.vn streamyx.com tm.net.my ksc.co.th
truemail.co.th telkom.net cbn.net.id pldtdsl.net bsnl.in vsnl.net vsnl.com airtelmail.in in.com
emirates.net.ae eim.ae saudi.net.sa batelco.com.bh netvision.net.il bezeqint.net zahav.net.il
012.net.il 013.net.il barak.net.il passfwd.com slmail.me simplelogin.co simplelogin.fr 8alias.com
8shield.net dralias.com aleeas.com simplelogin.io anonaddy.me addy.io addymail.com relay.firefox.com
erine.email 33mail.com spamgourmet.com trashmail.com trashmail.de trash-mail.com mailinator.com
yopmail.com yopmail.fr yopmail.net guerrillamail.com guerrillamail.net guerrillamail.org
sharklasers.com grr.la temp-mail.org 10minutemail.com tempmail.com mailnesia.com maildrop.cc
getnada.com dispostable.com mytemp.email moakt.com throwawaymail.com fakeinbox.com mailcatch.com
emailondeck.com wegwerfmail.de byom.de spambog.com discard.email tempr.email dropmail.me
1secmail.com hide-my-email.com pobox.com bigfoot.com mailbox.co.za airmail.cc autistici.org
systemli.org tutamail.de skiff.com onionmail.org vfemail.net mail2world.com lavabit.com opayq.com
safe-mail.net elude.in arubapec.it mypec.eu pecmail.it sicurezzapostale.it gigapec.it
cgn.legalmail.it
"""
_DOMAINS = frozenset(_DOMAINS_LISTED.split())
# Providers with one domain a country: yahoo.de, yahoo.co.jp, hotmail.fr.
_IN_MANY_COUNTRIES = ("yahoo", "hotmail", "outlook", "live", "msn", "windowslive", "aol")
_COUNTRY = re.compile(r"com|(?:com?\.)?[a-z]{2}")


def is_public(domain: str) -> bool:
    """Whether anybody can have an address of this domain (folded)."""
    if domain in _DOMAINS:
        return True
    first, _, rest = domain.partition(".")
    return first in _IN_MANY_COUNTRIES and _COUNTRY.fullmatch(rest) is not None


def share_own_domain(one: str, other: str) -> bool:
    """Whether these addresses (folded) are of one domain that is not a public provider's."""
    domain = one.rpartition("@")[2]
    return bool(domain) and domain == other.rpartition("@")[2] and not is_public(domain)
