"""A statement is asked for by button or as written, and a copy of everything only behind the PIN."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.dialogue.effects import (
    Action,
    CheckExport,
    ClosePad,
    LoadStatement,
    MakeExport,
    OpenPad,
    Purpose,
    RecordExport,
    Show,
    Tell,
)
from bot.dialogue.events import (
    ExportChecked,
    ExportMade,
    PadClosed,
    PinChecked,
    PinVerdict,
    Resumed,
    StatementArrived,
    Tapped,
)
from bot.dialogue.facts import StatementFacts
from bot.dialogue.flows.export import EXPORT_EVERY
from bot.dialogue.states import Exporting, Idle, Proof, ProvingPin
from bot.dialogue.step import step
from bot.language.periods import Period
from tests.bot.dialogue.examples import CONFIRMING, FILE, ME, NOW, SOON, Talk, context, inr, tap

NOVEMBER = Period.of_month(2026, 11)
SUMS = StatementFacts(inr("0"), inr("500"), inr("200"), inr("300"), 2)
MICROSECOND = timedelta(microseconds=1)


def asked(talk: Talk) -> Period:
    (load,) = [effect for effect in talk.effects if isinstance(effect, LoadStatement)]
    return load.period


# ── which days ───────────────────────────────────────────────────────────────


def test_without_days_they_are_asked_for() -> None:
    talk = Talk().says("/statement")

    assert talk.keys == ("statement.which", "statement.write")
    assert [one.label for one in talk.buttons] == [
        "this_month",
        "last_month",
        "last_3_months",
        "this_year",
        "last_year",
    ]


@pytest.mark.parametrize(
    ("label", "begins", "ends"),
    [
        ("this_month", "2026-11-01", "2026-12-01"),
        ("last_month", "2026-10-01", "2026-11-01"),
        ("last_3_months", "2026-09-01", "2026-12-01"),
        ("this_year", "2026-01-01", "2027-01-01"),
        ("last_year", "2025-01-01", "2026-01-01"),
    ],
)
def test_a_button_means_its_days_as_of_now(label: str, begins: str, ends: str) -> None:
    talk = Talk().says("/statement").presses(label)

    assert asked(talk) == Period(date.fromisoformat(begins), date.fromisoformat(ends))


def test_a_button_of_last_month_means_the_month_in_which_it_is_pressed() -> None:
    talk = Talk().says("/statement")
    talk.now = datetime(2027, 1, 15, tzinfo=UTC)

    assert asked(talk.presses("this_month")) == Period.of_month(2027, 1)


@pytest.mark.parametrize(("since", "month"), [(-1, 11), (0, 12), (1, 12)])
def test_a_month_begins_at_midnight_where_the_operator_is(since: int, month: int) -> None:
    """One microsecond before midnight in India "this month" is still November, though London has hours to go."""
    now = datetime(2026, 11, 30, 18, 30, tzinfo=UTC) + since * MICROSECOND
    there = replace(context(now=now), zone=ZoneInfo("Asia/Kolkata"))

    taken = step(there, Idle(), tap(Action.STATEMENT, b"\x00"))

    assert taken.effects == (LoadStatement(Period.of_month(2026, month)),)


@pytest.mark.parametrize("words", ["/statement november 2026", "/statement 2026-11", "/statement this month"])
def test_days_can_be_written(words: str) -> None:
    assert asked(Talk().says(words)) == NOVEMBER


def test_days_that_cannot_be_read_or_are_still_to_come_are_asked_for_again() -> None:
    assert Talk().says("/statement of tea").keys == ("statement.unread", "statement.which", "statement.write")
    assert Talk().says("/statement 2026-12").keys[1:] == ("statement.to_come", "statement.which", "statement.write")


@pytest.mark.parametrize("argument", [b"", b"\x05", b"\xff", b"\x00\x00"])
def test_a_button_that_means_no_days_is_answered(argument: bytes) -> None:
    assert Talk().hears(tap(Action.STATEMENT, argument)).keys == ("toast.over",)


def test_a_button_leaves_what_is_open() -> None:
    talk = Talk(state=CONFIRMING).hears(Tapped(Action.STATEMENT, b"\x00", 1))

    assert talk.state == CONFIRMING
    assert asked(talk) == NOVEMBER


# ── what is shown ────────────────────────────────────────────────────────────


def test_a_statement_is_its_sums_and_a_file_and_words_where_the_file_is_not_taken() -> None:
    talk = Talk().hears(StatementArrived(NOVEMBER, SUMS, FILE))

    (told,) = talk.effects
    assert isinstance(told, Tell)
    assert told.file == FILE
    assert talk.keys == ("statement.title", "history.month", "statement.sums", "statement.now", "statement.count")
    assert told.instead is not None
    assert told.instead.lines == (*told.say.lines, told.instead.lines[-1])
    assert told.instead.lines[-1].key == "statement.not_taken"


def test_days_that_are_over_have_a_closing_balance() -> None:
    october = Period.of_month(2026, 10)

    assert "statement.closing" in Talk().hears(StatementArrived(october, SUMS, FILE)).keys
    assert Talk().hears(StatementArrived(october, replace(SUMS, count=0))).keys[-1] == "statement.nothing"
    assert Talk().hears(StatementArrived(NOVEMBER, replace(SUMS, count=0))).keys[-1] == "statement.nothing_so_far"


def test_too_much_for_one_file_is_said_with_a_way_on() -> None:
    talk = Talk().hears(StatementArrived(Period.of_year(2026)))

    assert talk.keys[-2:] == ("statement.too_long", "statement.write")
    assert asked(talk.presses("last_month")) == Period.of_month(2026, 10)


# ── a copy of everything ─────────────────────────────────────────────────────


def proving() -> Talk:
    return Talk().says("/export").hears(ExportChecked(None))


def test_a_copy_of_everything_takes_the_pin() -> None:
    assert Talk().says("/export").effects == (CheckExport(),)

    talk = proving()
    assert isinstance(talk.state, ProvingPin)
    assert talk.state.proof is Proof.EXPORT
    assert [type(effect) for effect in talk.effects] == [OpenPad]
    assert talk.keys == ("pin.enter_to_export",)
    bubble = talk.state.bubble

    talk.hears(PinChecked(PinVerdict.RIGHT))
    assert [type(effect) for effect in talk.effects] == [ClosePad, Show, MakeExport]
    assert talk.stands_at(Exporting(bubble))

    talk.hears(ExportMade(FILE))
    assert [type(effect) for effect in talk.effects] == [Show, RecordExport, Tell]
    assert [effect.file for effect in talk.effects if isinstance(effect, Tell)] == [FILE]
    assert talk.stands_at(Idle())


def test_nothing_is_made_without_the_right_pin() -> None:
    for verdict in (PinVerdict.WRONG, PinVerdict.LOCKED, PinVerdict.UNSET):
        assert MakeExport() not in proving().hears(PinChecked(verdict, 2, SOON)).effects
    assert MakeExport() not in proving().hears(PadClosed(Purpose.ENTER, timed_out=True)).effects
    assert MakeExport() not in proving().hears(tap(Action.CANCEL)).effects


@pytest.mark.parametrize(("since", "allowed"), [(-1, False), (0, True), (1, True)])
def test_an_hour_lies_between_two_of_them(since: int, *, allowed: bool) -> None:
    last_at = NOW - EXPORT_EVERY - since * MICROSECOND

    talk = Talk().says("/export").hears(ExportChecked(last_at))

    assert isinstance(talk.state, ProvingPin) is allowed
    assert talk.keys == (("pin.enter_to_export",) if allowed else ("export.too_soon",))


def test_without_a_pin_and_while_it_is_locked_it_is_said_what_to_do() -> None:
    assert Talk(replace(ME, has_pin=False)).says("/export").hears(ExportChecked(None)).keys == ("export.pin_first",)
    locked = Talk(replace(ME, pin_locked_until=SOON)).says("/export").hears(ExportChecked(None))
    assert locked.keys == ("pin.locked",)
    assert locked.state == Idle()


def test_a_copy_that_was_being_made_when_the_process_died_is_made() -> None:
    talk = proving().hears(PinChecked(PinVerdict.RIGHT))
    assert isinstance(talk.state, Exporting)

    assert talk.hears(Resumed()).effects == (MakeExport(),)


def test_too_large_a_copy_is_said_and_costs_no_hour() -> None:
    talk = proving().hears(PinChecked(PinVerdict.RIGHT)).hears(ExportMade(None))

    assert talk.keys == ("export.too_large",)
    assert RecordExport() not in talk.effects
