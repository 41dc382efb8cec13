"""Telephone numbers: normalise, check, mask (handbook 3.4). No carrier prefixes: new ones keep appearing."""

import re
import unicodedata

_MOBILE = re.compile(r"1[3-9]\d{9}")
_LANDLINE = re.compile(r"(0\d{2,3})-?(\d{7,8})")
_AREA = "350"  # of Xinzhou and its counties
_WITHIN = re.compile(r"(?<!\d)1[3-9]\d{9}(?!\d)|(?<!\d)0\d{2,3}-?\d{7,8}(?!\d)")
_NOISE = re.compile(r"[\s()\-‐-―－]")


def normalise_mobile(text: str) -> str:
    """Only the digits of a mainland mobile number: full width, spaces, hyphens and +86 / 0086 go. Not checked."""
    flat = _NOISE.sub("", unicodedata.normalize("NFKC", text))
    for prefix in ("+86", "0086"):
        flat = flat.removeprefix(prefix)
    return flat[2:] if len(flat) == 13 and flat.startswith("86") else flat


def mobile_fault(number: str) -> str:
    """What is wrong with a normalised mobile number, as a sentence; empty when nothing is."""
    if not number.isascii() or not number.isdigit():
        return "手机号只写数字，例如 13800138000"
    if len(number) != 11:
        return f"手机号应为 11 位，现在是 {len(number)} 位"
    return "" if _MOBILE.fullmatch(number) else "手机号第一位是 1，第二位是 3 到 9，请核对"


def is_mobile(text: str) -> bool:
    """Whether a text is a mobile number as it is kept."""
    return len(text) == 11 and text.isascii() and _MOBILE.fullmatch(text) is not None


def normalise_phone(text: str) -> str:
    """A mobile number as 11 digits, a landline as 0350-6022345; anything else comes back trimmed."""
    if is_mobile(text):
        return text
    mobile = normalise_mobile(text)
    if _MOBILE.fullmatch(mobile):
        return mobile
    landline = _split_landline(mobile)
    return "-".join(landline) if landline else unicodedata.normalize("NFKC", text).strip()


def phone_fault(number: str) -> str:
    """What is wrong with a normalised mobile or landline number, as a sentence; empty when nothing is."""
    if _MOBILE.fullmatch(number) or _LANDLINE.fullmatch(number):
        return ""
    return "电话写 11 位手机号，或带区号的固定电话，例如 0350-6022345"


def phone_meant(text: str) -> str:
    """The number that a faulty text probably means, or nothing: the first of several, or one without its area code."""
    flat = unicodedata.normalize("NFKC", text)
    if found := _WITHIN.search(flat):
        return normalise_phone(found[0])
    digits = _NOISE.sub("", flat)
    local = re.fullmatch(rf"(?:{_AREA})?([2-9]\d{{6}})", digits)
    return f"0{_AREA}-{local[1]}" if local else ""


def mask(number: str) -> str:
    """138****8000; a landline keeps its area code and last two digits; short numbers are hidden whole."""
    if _MOBILE.fullmatch(number):
        return f"{number[:3]}****{number[-4:]}"
    landline = _LANDLINE.fullmatch(number)
    if landline:
        return f"{landline[1]}-{'*' * (len(landline[2]) - 2)}{landline[2][-2:]}"
    return "*" * len(number)


def _split_landline(digits: str) -> tuple[str, str] | None:
    """Area code and number. Three-digit area codes are 010 and 02x; all others have four digits."""
    if not _LANDLINE.fullmatch(digits):
        return None
    cut = 3 if digits[1] in "12" else 4
    return (digits[:cut], digits[cut:]) if len(digits) - cut in (7, 8) else None
