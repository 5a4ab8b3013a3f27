# ruff: noqa: RUF001 - scripts are the point
"""What stands around a story in nine languages or spellings, all of it invented."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Local:
    """One language.

    Attributes:
        byline: Lines above a story.
        dateline: What stands before its first word.
        tail: Furniture below it, an outlet each.
        space: What stands between words.
        stop: What ends a sentence.
        quotes: Pairs of quotation marks that desks exchange.
    """

    byline: tuple[str, ...]
    dateline: tuple[str, ...]
    tail: tuple[tuple[str, ...], ...]
    space: str = " "
    stop: str = "."
    quotes: tuple[str, str] = ("“", "”")


LOCALS = {
    "en": Local(
        ("By Ada Marsh", "News desk"),
        ("PORT ALDEN (NWA) - ", "Port Alden, March 3: ", "(MPA) — "),
        (
            ("Share this story on all channels", "Sign up for our newsletter and never miss the news.", "Read also"),
            ("Comments are moderated before they appear.", "All rights reserved. No part may be reproduced."),
        ),
    ),
    "ru": Local(
        ("Автор: Анна Маршева", "Редакция новостей"),
        ("ПОРТ-АЛДЕН, 3 марта. /СВА/. ", "СТАРЫЙ ПОРТ, 3 мар — МПА. ", "Порт-Алден. "),
        (
            (
                "Поделиться в социальных сетях",
                "Подпишитесь на нашу рассылку и читайте новости первыми.",
                "Читайте также",
            ),
            ("Комментарии проверяются перед публикацией.", "Все права защищены. Перепечатка только с разрешения."),
        ),
        quotes=("„", "“"),
    ),
    "ar": Local(
        ("بقلم: سامي الميناوي", "قسم الأخبار"),
        ("المرفأ القديم (و م ص) - ", "المرفأ القديم، 3 مارس: ", "(و م ص) — "),
        (
            ("شارك هذا الخبر مع أصدقائك", "اشترك في نشرتنا البريدية لتصلك آخر الأخبار كل صباح.", "اقرأ أيضا"),
            ("تراجع التعليقات قبل نشرها.", "جميع الحقوق محفوظة ولا يجوز النقل دون إذن."),
        ),
    ),
    "hi": Local(
        ("लेखक: अनिल मेहरा", "समाचार डेस्क"),
        ("पुराना बंदर, 3 मार्च (सवाए): ", "पुराना बंदर (मपए) - ", "(सवाए) "),
        (
            ("इस खबर को साझा करें", "ताज़ा खबरों के लिए हमारे न्यूज़लेटर से जुड़ें।", "यह भी पढ़ें"),
            ("टिप्पणियाँ जाँच के बाद प्रकाशित होती हैं।", "सर्वाधिकार सुरक्षित। बिना अनुमति प्रकाशन वर्जित है।"),
        ),
        stop="।",
    ),
    "th": Local(
        ("โดย อาดา มาช", "กองบรรณาธิการข่าว"),
        ("ท่าเรือเก่า (สวข) - ", "ท่าเรือเก่า 3 มี.ค. - ", "(มพอ) "),
        (
            ("แชร์ข่าวนี้", "สมัครรับจดหมายข่าวของเราเพื่อไม่พลาดข่าวสำคัญทุกเช้า", "อ่านเพิ่มเติม"),
            ("ความคิดเห็นจะถูกตรวจสอบก่อนเผยแพร่", "สงวนลิขสิทธิ์ ห้ามทำซ้ำโดยไม่ได้รับอนุญาต"),
        ),
        space="",
        stop=" ",
    ),
    "zh": Local(
        ("记者 林小港", "新闻编辑部"),
        ("北线社旧港3月3日电 ", "（子午社记者林小港旧港3日电）", "旧港讯 "),
        (
            ("分享这篇报道", "订阅我们的电子报，每天早晨掌握最新消息。", "延伸阅读"),
            ("评论经审核后发布。", "版权所有，未经许可不得转载。"),
        ),
        space="",
        stop="。",
        quotes=("「", "」"),
    ),
    "ja": Local(
        ("記者　港あかり", "報道部"),
        ("【旧港北線】", "（旧港　三日　子午通信）", "旧港＝"),
        (
            ("この記事をシェアする", "朝のニュースレターに登録すると最新の話題が届きます。", "関連記事"),
            ("コメントは確認のうえ掲載します。", "無断転載を禁じます。すべての権利は当社に帰属します。"),
        ),
        space="",
        stop="。",
        quotes=("『", "』"),
    ),
    "ko": Local(
        ("기자 항아라", "뉴스편집국"),
        ("(옛항=북선통신) ", "[옛항=자오뉴스] 항아라 기자 = ", "옛항 3일 - "),
        (
            ("이 기사 공유하기", "뉴스레터를 구독하시면 매일 아침 새 소식을 보내 드립니다.", "함께 읽기"),
            ("댓글은 검토 후 게시됩니다.", "무단 전재 및 재배포를 금지합니다."),
        ),
        quotes=("‘", "’"),
    ),
}
LOCALS["ar-vocalised"] = LOCALS["ar"]
