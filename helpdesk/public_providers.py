"""Public mail providers: domains where each address is somebody else, and nobody's the domain."""

from __future__ import annotations

PUBLIC_PROVIDERS = frozenset(
    {
        "gmail.com", "googlemail.com", "outlook.com", "hotmail.com", "live.com", "msn.com",
        "hotmail.co.uk", "hotmail.de", "hotmail.es", "hotmail.fr", "hotmail.it", "outlook.de",
        "outlook.es", "outlook.fr", "outlook.it", "outlook.jp", "outlook.com.br", "live.co.uk",
        "live.de", "live.fr", "live.it", "live.nl", "yahoo.com", "yahoo.co.jp", "yahoo.co.uk",
        "yahoo.co.in", "yahoo.com.br", "yahoo.de", "yahoo.es", "yahoo.fr", "yahoo.it",
        "ymail.com", "rocketmail.com", "aol.com", "aim.com", "icloud.com", "me.com", "mac.com",
        "proton.me", "protonmail.com", "protonmail.ch", "pm.me", "tutanota.com", "tuta.io",
        "tutamail.com", "fastmail.com", "fastmail.fm", "hey.com", "zoho.com", "zohomail.com",
        "mail.com", "gmx.com", "gmx.de", "gmx.at", "gmx.ch", "gmx.net", "web.de", "freenet.de",
        "t-online.de", "posteo.de", "mailbox.org", "arcor.de", "1und1.de", "online.de",
        "vodafone.de", "bluewin.ch", "hispeed.ch", "sunrise.ch", "orange.fr", "wanadoo.fr",
        "free.fr", "laposte.net", "sfr.fr", "bbox.fr", "neuf.fr", "libero.it", "virgilio.it",
        "tiscali.it", "alice.it", "tin.it", "telefonica.net", "terra.com.br", "uol.com.br",
        "bol.com.br", "ig.com.br", "sapo.pt", "ziggo.nl", "kpnmail.nl", "planet.nl", "xs4all.nl",
        "hetnet.nl", "home.nl", "telenet.be", "skynet.be", "proximus.be", "btinternet.com",
        "sky.com", "talktalk.net", "virginmedia.com", "ntlworld.com", "blueyonder.co.uk",
        "comcast.net", "verizon.net", "att.net", "sbcglobal.net", "bellsouth.net", "cox.net",
        "charter.net", "earthlink.net", "shaw.ca", "rogers.com", "bell.net", "videotron.ca",
        "bigpond.com", "optusnet.com.au", "xtra.co.nz", "telia.com", "comhem.se", "online.no",
        "broadpark.no", "tdcadsl.dk", "mail.dk", "wp.pl", "o2.pl", "onet.pl", "op.pl",
        "interia.pl", "gazeta.pl", "seznam.cz", "email.cz", "centrum.cz", "azet.sk", "zoznam.sk",
        "freemail.hu", "citromail.hu", "abv.bg", "mail.bg", "mail.ru", "inbox.ru", "list.ru",
        "bk.ru", "yandex.ru", "yandex.com", "ya.ru", "rambler.ru", "ukr.net", "i.ua", "qq.com",
        "foxmail.com", "163.com", "126.com", "yeah.net", "sina.com", "sohu.com", "139.com",
        "189.cn", "naver.com", "hanmail.net", "daum.net", "nate.com", "docomo.ne.jp",
        "ezweb.ne.jp", "au.com", "softbank.ne.jp", "i.softbank.jp", "nifty.com", "biglobe.ne.jp",
        "rediffmail.com", "walla.co.il", "walla.com", "mynet.com",
    }
)  # fmt: skip
"""From memory, all of them: the large ones of each country. One that is missing is treated as an
organisation's domain."""
