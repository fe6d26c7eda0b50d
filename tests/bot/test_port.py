"""A message waits in the outbox as it will go out."""

import pytest

from bot.port import Attachment, Key, Outgoing, dump_outgoing, load_outgoing


@pytest.mark.parametrize(
    "message",
    [
        Outgoing("Paid <b>₹200.00</b>"),
        Outgoing("Pay?", ((Key("Pay ₹200.00", "bAA"), Key("Cancel", "bBB")), (Key("Who?", "bCC"),))),
        Outgoing("Welcome", share_phone="Share my number", not_now="Not now"),
        Outgoing("Done", removes_keyboard=True),
        Outgoing("Go on there", ((Key("Open", "", "https://t.me/hundi_bot?start=x"),),)),
        Outgoing("Your statement", attachment=Attachment("2026-11.csv", "text/csv", b"\n\x00\xff,1\n", "No file")),
    ],
)
def test_a_message_comes_back_from_the_outbox_as_it_went_in(message: Outgoing) -> None:
    assert load_outgoing(dump_outgoing(message)) == message


def test_a_message_that_an_earlier_version_put_into_the_outbox_still_goes_out() -> None:
    raw = b'{"v":1,"html":"Pay?","keys":[[["Cancel","bBB"]]],"share_phone":""}'

    assert load_outgoing(raw) == Outgoing("Pay?", ((Key("Cancel", "bBB"),),))


@pytest.mark.parametrize("raw", [b"", b"[]", b"{}", b'{"v":2}', b'{"v":1,"html":"x","keys":[[["a"]]]}'])
def test_what_is_no_message_is_refused_and_not_sent_half(raw: bytes) -> None:
    with pytest.raises(ValueError, match=r"message|values|Expecting"):
        load_outgoing(raw)
