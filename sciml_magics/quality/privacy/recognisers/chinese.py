"""Chinese texts: names by surname and context, identity numbers, phones, addresses."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from sciml_magics.quality.privacy.found import Found
from sciml_magics.quality.privacy.lists import CHINESE_SURNAMES, CHINESE_SURNAMES_LONG

_HAN = "\u4e00-\u9fff"
_SURNAME = rf"(?:{'|'.join(CHINESE_SURNAMES_LONG)}|[{CHINESE_SURNAMES}])"
_NAME = rf"{_SURNAME}(?:[{_HAN}]{{1,2}})"
_INTRODUCED = re.compile(
    rf"(?:姓名|名字叫|我叫|名叫|叫做|患者|病人|联系人|负责人|作者|学生|老师|医生|主任|先生|女士|同学|经理|我是|收件人|签名|客户)"
    rf"[是为：:\s]{{0,3}}({_NAME})(?=[，,。.；;、\s（(：:!！?？]|$|于|在|是|的|说|和|与|先生|女士|，|男|女|今年|住|电话|手机)"
)
_ADDRESSED = re.compile(
    rf"(?<![{_HAN}])({_NAME})(?=(?:先生|女士|小姐|同学|老师|医生|教授|主任|经理|同志))"
)
_SHORT = re.compile(rf"({_SURNAME})(?:某某?|先生|女士|小姐|教授|医生|老师|主任|总)(?![{_HAN}]名)")
_SAID = re.compile(
    rf"(?:^|[，。；、：\s])({_NAME})(?=(?:说|表示|认为|指出|告诉|回答|介绍|出生于|毕业于|就职于|任职于|住在|来自))"
)
_WHOLE = re.compile(rf"\s*({_NAME})\s*")
_MOBILE = re.compile(r"(?<!\d)(?:\+?86[- ]?)?1[3-9]\d[- ]?\d{4}[- ]?\d{4}(?!\d)")
_LANDLINE = re.compile(r"(?<!\d)0\d{2,3}[- ]\d{7,8}(?!\d)")
_IDENTITY = re.compile(
    r"(?<!\d)[1-9]\d{5}(?:18|19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}[\dXx](?![\dA-Za-z])"
)
_PROVINCE = (
    "北京|上海|天津|重庆|河北|山西|辽宁|吉林|黑龙江|江苏|浙江|安徽|福建|江西|山东|河南|"
    "湖北|湖南|广东|海南|四川|贵州|云南|陕西|"
    "甘肃|青海|台湾|内蒙古|广西|西藏|宁夏|新疆|香港|澳门"
)
_ADDRESS = re.compile(
    rf"(?:(?:{_PROVINCE})(?:省|市|自治区|特别行政区)?)?(?:[{_HAN}]{{2,6}}?(?:市|州|盟))?(?:[{_HAN}]{{1,6}}?(?:区|县|旗))?"
    rf"(?:[{_HAN}]{{1,10}}?(?:路|街|道|巷|弄|胡同|镇|乡|村))(?:[{_HAN}]{{0,4}})?\d{{1,5}}(?:号|弄)"
    rf"(?:[{_HAN}\dA-Za-z\-]{{0,14}}(?:室|楼|单元|栋|座|层|号))?"
)
_PLACE = re.compile(
    rf"(?:{_PROVINCE})(?:省|市|自治区|特别行政区)?(?:[{_HAN}]{{2,4}}?(?:市|区|县))?"
)
_ORGANISATION = re.compile(
    rf"(?:(?:{_PROVINCE})(?:省|市)?|[{_HAN}]{{2,4}})[{_HAN}]{{0,10}}?(?:股份有限公司|有限责任公司|有限公司|集团|大学|医院|研究所|研究院|银行|学院|中学|小学)"
)
_AGE = re.compile(r"(?<!\d)(\d{1,3})(?=\s?周?岁)")
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


def find_chinese(text: str) -> Iterator[Found]:
    """Personal data as it is written in Chinese."""
    for match in _IDENTITY.finditer(text):
        yield Found(*match.span(), "id", 1.0 if is_identity_number(match[0]) else 0.55)
    for pattern in (_MOBILE, _LANDLINE):
        for match in pattern.finditer(text):
            yield Found(*match.span(), "phone", 0.85)
    if not re.search(f"[{_HAN}]", text):
        return
    for match in _AGE.finditer(text):
        yield Found(*match.span(1), "age", 0.85)
    whole = _WHOLE.fullmatch(text)
    if whole:
        yield Found(*whole.span(1), "person", 0.55)
    for pattern, score in ((_INTRODUCED, 0.9), (_ADDRESSED, 0.85), (_SAID, 0.7), (_SHORT, 0.65)):
        for match in pattern.finditer(text):
            yield Found(*match.span(1), "person", score)
    for pattern, kind, score in (
        (_ADDRESS, "address", 0.9),
        (_ORGANISATION, "organisation", 0.75),
        (_PLACE, "place", 0.65),
    ):
        for match in pattern.finditer(text):
            yield Found(*match.span(), kind, score)


def is_identity_number(text: str) -> bool:
    """Whether the last sign is the check digit of a Chinese identity number, and the date a date.

    Examples
    --------
    >>> is_identity_number("11010519491231002X"), is_identity_number("110105194912310021")
    (True, False)
    """
    try:
        date(int(text[6:10]), int(text[10:12]), int(text[12:14]))
    except ValueError:
        return False
    total = sum(int(digit) * weight for digit, weight in zip(text[:17], _WEIGHTS, strict=True))
    return "10X98765432"[total % 11] == text[17].upper()
