"""A phone number as people write it, read into the one form in which it is kept: +919000001002 (ITU-T E.164).

A number without a country code belongs to the region that is handed in; without a region it is not read. Only a number
that can exist is one. Whose it is, the directory knows; nothing here does.
"""

import re
from typing import Final

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumberFormat

LONGEST: Final = 15  # digits; E.164 section 6.2.1
_SIGNS: Final = re.compile(r"\+?[0-9][0-9 ().\-]*|\+?\([0-9][0-9 ().\-]*")
# What a number brings along when it is copied from a phone's address book: direction marks, hyphens that do not break.
_COPIED: Final = dict.fromkeys(
    (*range(0x200E, 0x2010), *range(0x202A, 0x202F), *range(0x2066, 0x206A)), ""
) | dict.fromkeys((0x2010, 0x2011, 0x2012, 0x2013), "-")


def read_phone(text: str, region: str) -> str | None:
    """The number in E.164, or ``None``. ``region`` is an ISO 3166 code; empty: only numbers with their country code."""
    plain = as_copied(text).strip()
    if not _SIGNS.fullmatch(plain) or sum(map(str.isdigit, plain)) > LONGEST:
        return None
    try:
        number = phonenumbers.parse(plain, region or None)
    except NumberParseException:
        return None
    return phonenumbers.format_number(number, PhoneNumberFormat.E164) if phonenumbers.is_valid_number(number) else None


def phone_on_card(text: str, region: str, *, own: bool) -> str | None:
    """The number of a shared contact. Telegram writes one's own with its country code and without a plus.

    Somebody else's is as their address book has it, so there the region comes first.
    """
    readings = read_phone(f"+{text.strip().removeprefix('+')}", ""), read_phone(text, region)
    return next((one for one in (readings if own else reversed(readings)) if one is not None), None)


def spelled_phone(number: str) -> str:
    """The number as its country writes it, to be said back to whoever wrote it: +91 90000 01002."""
    try:
        return phonenumbers.format_number(phonenumbers.parse(number), PhoneNumberFormat.INTERNATIONAL)
    except NumberParseException:
        return number


def as_copied(text: str) -> str:
    """The same without the invisible signs around a copied number."""
    return text if text.isascii() else text.translate(_COPIED)
