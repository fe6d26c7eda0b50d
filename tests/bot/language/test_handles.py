"""Handles that somebody wishes for: plain, short, and never the voice of the house."""

import pytest

from bot.language.handles import HandleFault, is_reserved, read_handle


@pytest.mark.parametrize(
    ("written", "handle"),
    [("asha_rao", "asha_rao"), ("@Asha_Rao", "asha_rao"), ("  @a2z ", "a2z"), ("x" * 32, "x" * 32), ("abc", "abc")],
)
def test_a_handle_is_read_with_or_without_its_sign(written: str, handle: str) -> None:
    assert read_handle(written) == handle


@pytest.mark.parametrize(
    ("written", "fault"),
    [
        ("", HandleFault.LETTERS),
        ("@", HandleFault.LETTERS),
        ("asha rao", HandleFault.LETTERS),
        ("9lives", HandleFault.LETTERS),
        ("_asha", HandleFault.LETTERS),
        ("аsha", HandleFault.LETTERS),
        ("asha\u200b", HandleFault.LETTERS),
        ("आशा", HandleFault.LETTERS),
        ("asha-rao", HandleFault.LETTERS),
        ("ﬁsh", HandleFault.LETTERS),
        ("ab", HandleFault.LENGTH),
        ("x" * 33, HandleFault.LENGTH),
        ("support", HandleFault.RESERVED),
        ("Hundi_Pay", HandleFault.RESERVED),
        ("hundiwala", HandleFault.RESERVED),
        ("refund24", HandleFault.RESERVED),
    ],
)
def test_what_is_no_handle_is_told_why(written: str, fault: HandleFault) -> None:
    assert read_handle(written) is fault


@pytest.mark.parametrize(
    "handle", ["support", "hundi", "hundipay", "pay_support", "support24", "the_bank", "admin_asha"]
)
def test_the_houses_words_are_reserved(handle: str) -> None:
    assert is_reserved(handle)


@pytest.mark.parametrize("handle", ["asha", "payal", "banksy", "supporter", "steam", "botanist"])
def test_words_that_only_begin_so_are_free(handle: str) -> None:
    assert not is_reserved(handle)
