"""A message as the person sees it. The main path is word for word PRODUCT.md, section 1."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from html.parser import HTMLParser
from urllib.parse import parse_qs, urlsplit
from zoneinfo import ZoneInfo

import hypothesis.strategies as st
import pytest
from hypothesis import given, settings

from bot.dialogue.effects import Action, Button, Fact, Line, Say
from bot.dialogue.keys import KEYS
from bot.dialogue.labels import BUTTON_LABELS
from bot.language.verdicts import MAX_NOTE_LENGTH
from bot.port import Key, Outgoing
from bot.speech.catalogue import Catalogue
from bot.speech.render import render, render_line, render_pad
from ledger.kernel.money import Money
from tests.conftest import FULL_SIZE

AMOUNT = Money(20_000, "INR")
NOW = datetime(2026, 11, 24, 8, 35, tzinfo=UTC)
PRIYA: dict[str, Fact] = {"name": "Priya Sharma", "handle": "priya"}
MAIN_PATH: list[tuple[Line, str]] = [
    (Line("send.confirm", {"amount": AMOUNT, **PRIYA}), "Pay ₹200.00 to Priya Sharma (@priya)?"),
    (Line("send.which_payee", {"words": "Priya"}), "Which Priya?"),
    (Line("send.how_much"), "How much?"),
    (Line("send.to_whom"), "To whom?"),
    (Line("pin.enter"), "Enter your PIN"),
    (Line("send.paid", {"amount": AMOUNT, "name": "Priya Sharma"}), "Paid ₹200.00 to Priya Sharma"),
    (Line("notice.received", {"amount": AMOUNT, "name": "Asha Rao"}), "₹200.00 from Asha Rao"),
    (Line("pin.wrong", {"tries": 2}), "That is not your PIN. 2 tries left."),
    (Line("pin.wrong", {"tries": 1}), "That is not your PIN. 1 try left."),
    (Line("help.pin_never"), "You never need your PIN to receive money."),
    (
        Line("send.reference", {"reference": "632812345678", "at": NOW}),
        "24 Nov 2026, 14:05\nReference 632812345678",
    ),
]


class _Reader(HTMLParser):
    """What Telegram does with our markup: only these tags, closed in order."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.shown = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag in {"b", "i", "code"}
        assert not attrs
        assert "code" not in self.open
        self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.shown += data


def visible(html: str) -> str:
    """The text a person reads; fails on markup that Telegram would refuse."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    assert reader.open == []
    return reader.shown


def units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


@pytest.mark.parametrize(("line", "text"), MAIN_PATH, ids=[text for _, text in MAIN_PATH])
def test_the_main_path_is_said_word_for_word(english: Catalogue, india: ZoneInfo, line: Line, text: str) -> None:
    message = render(Say((line,)), catalogue=english, zone=india, mint=lambda _: "")

    assert visible(message.html) == text


PRINTED_ELSEWHERE: list[tuple[str, Line, str]] = [
    ("hi", MAIN_PATH[0][0], "Priya Sharma (@priya) को ₹200.00 भेजें?"),
    ("hi", MAIN_PATH[4][0], "अपना पिन डालें"),
    ("hi", MAIN_PATH[5][0], "आपने Priya Sharma को ₹200.00 भेजे"),
    ("hi", MAIN_PATH[6][0], "Asha Rao से ₹200.00 मिले"),
    ("hi", MAIN_PATH[7][0], "यह आपका पिन नहीं है। अब 2 मौके बाकी हैं।"),
    ("hi", MAIN_PATH[8][0], "यह आपका पिन नहीं है। अब 1 मौका बाकी है।"),
    ("hi", MAIN_PATH[10][0], "24 नव॰ 2026, 14:05\nरेफ़रेंस नंबर 632812345678"),
    ("hi", Line("balance.available", {"available": Money(15_000_050, "INR")}), "आपके पास ₹1,50,000.50 हैं"),
    ("hi", Line("start.languages", {"languages": "en fr"}), "🌐 English या Français: /language"),
    ("fr", MAIN_PATH[0][0], "Payer 200,00 ₹ à Priya Sharma (@priya) ?"),
    ("fr", MAIN_PATH[4][0], "Entrez votre code PIN"),
    ("fr", MAIN_PATH[5][0], "Vous avez payé 200,00 ₹ à Priya Sharma"),
    ("fr", MAIN_PATH[6][0], "Asha Rao vous a envoyé 200,00 ₹"),
    ("fr", MAIN_PATH[7][0], "Ce n’est pas votre code PIN. Il vous reste 2 essais."),
    ("fr", MAIN_PATH[8][0], "Ce n’est pas votre code PIN. Il vous reste 1 essai."),
    ("fr", MAIN_PATH[10][0], "24 nov. 2026, 14:05\nRéférence 632812345678"),
    ("fr", Line("balance.available", {"available": Money(15_000_050, "INR")}), "Vous avez 150 000,50 ₹"),
    ("fr", Line("start.languages", {"languages": "en hi"}), "🌐 English ou हिन्दी : /language"),
]


@pytest.mark.parametrize(("language", "line", "text"), PRINTED_ELSEWHERE, ids=lambda part: str(part)[:24])
def test_the_same_facts_are_printed_as_each_language_writes_them(
    catalogues: Mapping[str, Catalogue], india: ZoneInfo, language: str, line: Line, text: str
) -> None:
    """Money with the grouping of the locale, a moment with its months, the plural that the number asks for."""
    message = render(Say((line,)), catalogue=catalogues[language], zone=india, mint=lambda _: "")

    assert visible(message.html).replace("\u00a0", " ").replace("\u202f", " ") == text


def test_buttons_have_the_labels_of_the_contract_and_the_tokens_they_were_given(
    english: Catalogue, india: ZoneInfo
) -> None:
    row = (Button(Action.PAY, b"1", facts={"amount": AMOUNT}), Button(Action.CANCEL, b"2"))
    after = (Button(Action.RECEIPT, b"3"), Button(Action.PROBLEM, b"4"), Button(Action.THANK), Button(Action.SEND_BACK))

    message = render(
        Say((Line("send.how_much"),), (row, after)), catalogue=english, zone=india, mint=lambda b: f"t{b.argument!r}"
    )

    assert message.keys[0] == (Key("Pay ₹200.00", "tb'1'"), Key("Cancel", "tb'2'"))
    assert [key.label for key in message.keys[1]] == ["Receipt", "Problem?", "Thank", "Send back"]


def test_a_message_may_ask_for_the_phone_number_with_telegrams_own_button(english: Catalogue, india: ZoneInfo) -> None:
    message = render(Say((Line("start.ready"),), share_phone=True), catalogue=english, zone=india, mint=lambda _: "")

    assert (message.share_phone, message.not_now) == ("Share my phone number", "Not now")


def test_a_link_to_pass_on_asks_telegram_whom_to_send_it_to(english: Catalogue, india: ZoneInfo) -> None:
    link = Button(Action.LINK, label="invite", url="https://t.me/hundi_bot?start=iAB", shares=Line("invite.text"))

    ((key,),) = render(Say((), ((link,),)), catalogue=english, zone=india, mint=lambda _: "never").keys

    given = parse_qs(urlsplit(key.url).query)
    assert key.url.startswith("https://t.me/share/url?url=https%3A%2F%2Ft.me%2Fhundi_bot")
    assert given["url"] == ["https://t.me/hundi_bot?start=iAB"]
    assert "Hundi" in given["text"][0]
    assert key.token == ""


def test_the_pad_shows_payee_and_amount_dots_and_every_digit_once(english: Catalogue, india: ZoneInfo) -> None:
    say = Say((Line("send.paying", {"amount": AMOUNT, **PRIYA}), Line("pin.enter")))
    layout = [(str(digit), f"t{digit}") for digit in (3, 1, 4, 5, 9, 2, 6, 8, 7, 0)]

    pad = render_pad(
        say, filled=2, length=6, layout=layout, back_token="b", cancel_token="c", catalogue=english, zone=india
    )

    assert visible(pad.html) == "₹200.00 to Priya Sharma (@priya)\n\nEnter your PIN\n\n● ● ○ ○ ○ ○"
    assert [[key.label for key in row] for row in pad.keys] == [
        ["3", "1", "4"],
        ["5", "9", "2"],
        ["6", "8", "7"],
        ["⌫", "0", "Cancel"],
    ]
    assert pad.keys[-1] == (Key("⌫", "b"), Key("0", "t0"), Key("Cancel", "c"))


def test_a_toast_is_one_plain_line_of_at_most_200(english: Catalogue, india: ZoneInfo) -> None:
    line = Line("send.reference", {"reference": "632812345678", "at": NOW})
    long = Line("digits.alone", {"words": "🎈" * 5000})

    assert render_line(line, catalogue=english, zone=india) == "24 Nov 2026, 14:05 Reference 632812345678"
    assert units(render_line(long, catalogue=english, zone=india)) <= 200


def test_a_paragraph_that_stands_apart_does_so_only_below_another(english: Catalogue, india: ZoneInfo) -> None:
    alone = render(Say((Line("pin.enter"),)), catalogue=english, zone=india, mint=lambda _: "")
    below = render(Say((Line("start.moment"), Line("pin.enter"))), catalogue=english, zone=india, mint=lambda _: "")

    assert alone.html == "Enter your PIN"
    assert below.html == "One moment, your account is being opened.\n\nEnter your PIN"


def test_a_long_history_keeps_every_amount_and_cuts_the_notes(english: Catalogue, india: ZoneInfo) -> None:
    lines: list[Line] = [Line("history.title")]
    for index in range(20):
        facts: dict[str, Fact] = {
            "number": index,
            "amount": Money(100 + index, "INR"),
            "name": "&" * 64,
            "day": NOW,
        }
        lines += [Line("history.paid", facts), Line("history.note", {"note": "<" * 140})]

    message = render(Say(tuple(lines)), catalogue=english, zone=india, mint=lambda _: "")

    assert units(message.html) <= 4096
    assert all(f"₹1.{index:02}" in visible(message.html) for index in range(20))


# ── S16: hostile names and notes ─────────────────────────────────────────────

HOSTILE = [
    "<b>x</b>", "<a href='tg://user?id=1'>me</a>", "</b></code>", "&lt;b&gt;", "&#60;", "*x* _y_ `z` [a](http://b.c)",
    "||x||", "'; DROP TABLE people; --", "=cmd|' /C calc'!A0", "\x1b[2J\x1b[31m", "\u202egnp.exe", "\u2066\u2067\u2068",
    "a\nb\r\nc", "{amount}", "{0.__class__}", "%s%n", "\ud83d", "\x00", "@admin", "/unfreeze", "t.me/x", "🎈" * 3000,
    "x" * 65_536, "ﷺ" * 500, "م" * 300, "Z" + "\u0335" * 1000, "<" * 5000, "&" * 5000,
]  # fmt: skip
_FACTS: dict[str, Fact] = {
    **dict.fromkeys(("amount", "limit", "left", "fee", "available", "held", "refundable"), AMOUNT),
    **dict.fromkeys(("at", "until", "expires_at", "resets_at", "again_at", "thaws_at"), NOW),
    **dict.fromkeys(("tries", "digits", "minutes", "count"), 2),
}


def _facts(names: tuple[str, ...], text: str) -> dict[str, Fact]:
    return {name: _FACTS.get(name, text) for name in names}


def _check(message: Outgoing) -> None:
    shown = visible(message.html)
    assert units(message.html) <= 4096
    assert not re.search("[\x00-\x09\x0b-\x1f\u200b\u202a-\u202e\u2066\u2067\ufeff]", shown)
    for row in message.keys:
        for key in row:
            assert len(key.label) <= 64
            assert "\n" not in key.label


@pytest.mark.parametrize("text", HOSTILE, ids=[ascii(text[:16]) for text in HOSTILE])
def test_a_hostile_name_or_note_is_shown_literally_by_every_text(
    catalogue: Catalogue, india: ZoneInfo, text: str
) -> None:
    for key, names in KEYS.items():
        _check(render(Say((Line(key, _facts(names, text)),)), catalogue=catalogue, zone=india, mint=lambda _: ""))
    for label, names in BUTTON_LABELS.items():
        button = Button(Action.PAY, label=label, facts=_facts(names, text))
        _check(render(Say((), ((button,),)), catalogue=catalogue, zone=india, mint=lambda _: ""))


@given(st.data())
@settings(max_examples=5_000 if FULL_SIZE else 50, deadline=None)
def test_no_mixture_of_texts_breaks_a_message(english: Catalogue, india: ZoneInfo, data: st.DataObject) -> None:
    keys = data.draw(st.lists(st.sampled_from(sorted(KEYS)), max_size=60))
    text = st.one_of(st.text(max_size=200), st.sampled_from(HOSTILE))
    lines = tuple(Line(key, _facts(KEYS[key], data.draw(text))) for key in keys)

    _check(render(Say(lines), catalogue=english, zone=india, mint=lambda _: ""))


def test_what_was_written_can_still_be_read(english: Catalogue, india: ZoneInfo) -> None:
    note = "<i>2 & 3</i> for 'rent'; DROP TABLE --"

    message = render(Say((Line("send.note", {"note": note}),)), catalogue=english, zone=india, mint=lambda _: "")

    assert visible(message.html) == f"Note: {note}"


# ── what is too long even without foreign text ───────────────────────────────

_LONG = "word " * 60
_WORDY = Catalogue.from_po(
    'msgid ""\nmsgstr "Language: en_IN\\nContent-Type: text/plain; charset=utf-8\\n"\n\n'
    f'msgid "long"\nmsgstr "{_LONG}{{amount}}"\n\nmsgid "button.long"\nmsgstr "{_LONG}"\n'
)


def test_paragraphs_that_do_not_fit_are_left_out_from_the_end(india: ZoneInfo) -> None:
    line = Line("long", {"amount": AMOUNT})

    message = render(Say((line,) * 30), catalogue=_WORDY, zone=india, mint=lambda _: "")

    assert units(message.html) <= 4096
    assert message.html.count("₹200.00") == len(message.html.splitlines()) > 10


def test_a_long_label_or_toast_is_cut(india: ZoneInfo) -> None:
    button = Button(Action.PAY, label="long")

    message = render(Say((), ((button,),)), catalogue=_WORDY, zone=india, mint=lambda _: "")
    toast = render_line(Line("long", {"amount": AMOUNT}), catalogue=_WORDY, zone=india)

    assert len(message.keys[0][0].label) == 64
    assert units(toast) == 200
    assert toast.endswith("…")


def test_the_refusal_of_a_long_note_names_the_length_that_is_taken(english: Catalogue, india: ZoneInfo) -> None:
    message = render(Say((Line("refuse.too_long"),)), catalogue=english, zone=india, mint=lambda _: "")

    assert f" {MAX_NOTE_LENGTH} " in message.html
