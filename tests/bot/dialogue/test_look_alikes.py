"""S11: a name made to be taken for another is told on the confirm message, and an ordinary one is not."""

from collections import Counter
from dataclasses import replace
from typing import Final

import pytest

from bot.dialogue.effects import Say
from bot.dialogue.events import PayeeFound, QuoteArrived
from bot.dialogue.people import Payee
from ledger.outcomes import Quoted
from tests.bot.dialogue.disguised import INDIAN, TARGETS, disguises, honest
from tests.bot.dialogue.examples import ME, NOW, QUOTED, Talk, inr, payee

CONTACTS: Final = tuple(
    payee(10 + n, name, f"{name.split()[0].lower()}.{n}" if name.isascii() else f"friend{n}")
    for n, name in enumerate((*TARGETS, *INDIAN, "محمد علي"))
)
WARNINGS: Final = {"send.warn_look_alike", "send.warn_disguised"}
ACCUSATIONS: Final = WARNINGS | {"send.warn_house"}
KNOWN_PAYEE: Final = Quoted(inr("0"), inr("300"), first_payment_to_payee=False)


def confirm(stranger: Payee, quoted: Quoted = QUOTED, known: tuple[Payee, ...] = CONTACTS) -> Say:
    """The message that asks whether to pay somebody who was found by handle."""
    talk = Talk(replace(ME, known=known, recent=()))
    talk.says("send 200 to @stranger").hears(PayeeFound(stranger), QuoteArrived(quoted))
    return talk.messages[-1]


def keys(message: Say) -> list[str]:
    return [line.key for line in message.lines]


def test_names_made_to_look_like_a_contacts_are_flagged() -> None:
    """At least 99 % of at least 500, of each kind that there is."""
    made, missed = Counter[str](), list[tuple[str, str, str]]()
    for kind, target, fake in disguises():
        if fake == target:
            continue
        made[kind] += 1
        if not WARNINGS & set(keys(confirm(payee(99, fake, "stranger")))):
            missed.append((kind, target, fake))

    figures = f"{made.total() - len(missed)} of {made.total()} flagged, by kind {dict(made)}; missed {missed[:30]!a}"
    assert made.total() >= 500, figures
    assert len(missed) <= made.total() // 100, figures


def test_ordinary_names_are_not_accused() -> None:
    """0 of at least 500, in the scripts of India and of many other countries, also of people who write in two."""
    names = sorted(set(honest()))
    accused = [name for name in names if ACCUSATIONS & set(keys(confirm(payee(99, name, "stranger"))))]

    assert len(names) >= 500, len(names)
    assert accused == [], f"{len(accused)} of {len(names)} accused"


@pytest.mark.parametrize(
    ("handle", "known_handle"),
    [
        ("rneera", "meera"),
        ("rahu1", "rahul"),
        ("z0ya", "zoya"),
        ("zoya_", "zoya"),
        ("clawson", "dawson"),
        ("vvilson", "wilson"),
    ],
)
def test_a_handle_drawn_like_one_they_know_is_flagged(handle: str, known_handle: str) -> None:
    """Rn for m, 1 for l, 0 for o: whatever the stranger's name is, the one they know is named beside it."""
    known = payee(11, "Somebody Known", known_handle)

    message = confirm(payee(99, "Quite Another", handle), known=(known,))

    (warning,) = [line for line in message.lines if line.key == "send.warn_look_alike"]
    assert warning.facts == {"name": "Somebody Known", "handle": known_handle}


@pytest.mark.parametrize(("handle", "known_handle"), [("asha96", "asha98"), ("ravi1", "ravi2"), ("meera", "mira")])
def test_handles_that_differ_in_a_digit_or_a_letter_are_two(handle: str, known_handle: str) -> None:
    known = payee(11, "Somebody Known", known_handle)

    assert not WARNINGS & set(keys(confirm(payee(99, "Quite Another", handle), known=(known,))))


def test_a_stranger_who_looks_like_somebody_known_is_told_right_under_the_question() -> None:
    """It is the one mistake that nothing takes back: before note, balance and everything else."""
    message = confirm(payee(99, "Priya Sharrna", "stranger"))

    assert keys(message) == [
        "send.confirm", "send.warn_look_alike", "send.balance_after", "send.warn_new_payee",
    ]  # fmt: skip


def test_somebody_known_with_a_double_is_told_at_the_end() -> None:
    """They were paid before, so it is probably them; the other one is named all the same."""
    message = confirm(payee(99, "Priya Sharrna", "stranger"), KNOWN_PAYEE)

    assert keys(message) == ["send.confirm", "send.balance_after", "send.warn_look_alike"]


def test_the_pad_still_says_whom_it_is_not() -> None:
    talk = Talk(replace(ME, known=CONTACTS, recent=()))
    talk.says("send 200 to @stranger").hears(PayeeFound(payee(99, "Priya Sharrna", "stranger")), QuoteArrived(QUOTED))

    assert talk.presses("pay").keys == ("pin.enter", "send.paying", "send.warn_look_alike")


def test_everything_a_confirm_message_can_say_stands_in_one_order() -> None:
    """Who and how much, the note, the fee, the balance, then what to beware of."""
    renamed = replace(payee(99, "Pr1ya Sharma", "stranger"), renamed_at=NOW)
    talk = Talk(replace(ME, known=CONTACTS, recent=()))
    quoted = Quoted(inr("1"), inr("300"), first_payment_to_payee=True)
    talk.says("send 200 to @stranger for tea").hears(PayeeFound(renamed), QuoteArrived(quoted))

    assert talk.keys == (
        "send.confirm", "send.warn_look_alike", "send.note", "send.fee", "send.balance_after", "send.renamed",
        "send.warn_new_payee",
    )  # fmt: skip


def test_a_disguise_that_imitates_nobody_they_know_is_told_at_the_end() -> None:
    assert keys(confirm(payee(99, "Ze1da", "stranger"))) == [
        "send.confirm", "send.balance_after", "send.warn_disguised", "send.warn_new_payee",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "known",
    [
        replace(payee(11, "Priya Mehta", "priya"), former_name="Priya Sharma"),
        payee(11, "P. Sharma", "ps", "Priya Sharma"),
    ],
)
def test_a_name_they_know_somebody_by_is_flagged_too(known: Payee) -> None:
    """An impostor may be called as a friend was until last week, or as the payer calls them."""
    message = confirm(payee(99, "Priya Sharrna", "stranger"), known=(known,))

    assert "send.warn_look_alike" in keys(message)


@pytest.mark.parametrize("name", ["Hundi Support", "State Bank of India", "Refund Team", "Ηelpdesk", "S U P P O R T"])
def test_a_stranger_who_speaks_for_the_house_is_told_from_it(name: str) -> None:
    """Telegram lets anybody be called "Hundi Support"."""
    assert "send.warn_house" in keys(confirm(payee(99, name, "stranger")))
    assert "send.warn_house" not in keys(confirm(payee(99, name, "stranger"), KNOWN_PAYEE))


# ── two of one name ──────────────────────────────────────────────────────────


@pytest.mark.parametrize(("one", "other"), [("Priya Sharma", "Priya Sharma"), ("Priya Sharma", "PRIYA  sharma")])
def test_of_two_contacts_of_one_name_neither_is_picked(one: str, other: str) -> None:
    """Also with handles that differ only in what the eye passes over; each is named with handle and id."""
    twins = (payee(11, one, "priya_s"), payee(12, other, "priyas"))

    talk = Talk(replace(ME, known=twins, recent=())).says("send 200 to priya sharma")

    options = [line.facts for line in talk.messages[-1].lines if line.key == "send.payee_option"]
    assert options == [
        {"name": one, "handle": "priya_s", "masked_id": "••1011"},
        {"name": other, "handle": "priyas", "masked_id": "••1012"},
    ]
    assert talk.keys[0] == "send.which_payee"


def test_who_is_named_by_handle_beside_a_namesake_is_told_of_them() -> None:
    twins = (payee(11, "Priya Sharma", "priya_s"), payee(12, "Priya Sharma", "priyas"))

    talk = Talk(replace(ME, known=twins, recent=())).says("send 200 to @priyas").hears(QuoteArrived(KNOWN_PAYEE))

    assert "send.warn_look_alike" in talk.keys
