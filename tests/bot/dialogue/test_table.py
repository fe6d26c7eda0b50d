"""Every state × every event: an answer, a row that foretold it, and words that the catalogue knows."""

from collections.abc import Iterator
from dataclasses import replace
from typing import get_args

import pytest

from bot.dialogue.context import Step
from bot.dialogue.effects import (
    Action,
    AskLedger,
    AskQuote,
    Button,
    CheckExport,
    Effect,
    FindReference,
    Line,
    LoadBalance,
    LoadBlocked,
    LoadHistory,
    LoadLimits,
    LoadPayment,
    LoadPerson,
    LoadPhone,
    LoadStatement,
    OpenPad,
    Show,
    StoreClaim,
    Tell,
    TellOther,
    Toast,
)
from bot.dialogue.events import (
    DigitsArrived,
    Event,
    ForeignArrived,
    ForeignKind,
    LedgerAnswered,
    QuoteArrived,
    Tapped,
    TextArrived,
)
from bot.dialogue.keys import KEYS
from bot.dialogue.labels import BUTTON_LABELS
from bot.dialogue.people import Me, Payee
from bot.dialogue.states import (
    STATES,
    AskingLimit,
    ChoosingLanguage,
    ConfirmingLimit,
    Idle,
    Limiting,
    Paying,
    ProvingPin,
    Quoting,
    Refunding,
    Registering,
    State,
    deadline,
    payee_on_screen,
)
from bot.dialogue.step import TABLE
from bot.dialogue.table import ANY, Table, Trigger
from bot.language.intents import Topic
from bot.vault.tokens import MAX_ARGUMENT_BYTES
from ledger.commands import Freeze, Pay, Refund, SetLimit, Unfreeze
from ledger.kernel.instants import Instant
from ledger.kernel.own_limits import NO_OWN_LIMITS, OwnLimits
from ledger.outcomes import Refused
from tests.bot.dialogue.examples import ME, NOW, PRIYA, PRIYA_NAIR, RAVI, SOON, STRANGER, events, said, states, took

FROZEN = replace(ME, frozen=True)
THAWING = replace(ME, frozen=True, thaws_at=SOON)
WITHOUT_PIN = replace(ME, has_pin=False)
LIMITED = replace(ME, own_limits=OwnLimits(per_day=20_000, per_payment=50_000, per_payee=50_000))
LIMITED_AND_LOCKED = replace(LIMITED, pin_locked_until=SOON)
LIMITED_WITHOUT_PIN = replace(LIMITED, has_pin=False)
TWO_PRIYAS = replace(ME, known=(PRIYA, PRIYA_NAIR, RAVI))
LOCKED = replace(ME, frozen=True, pin_locked_until=SOON, phone_bound=True, blocks_somebody=True)
ALONE = replace(ME, known=(), recent=(), languages=("en", "hi"))
RENAMED = replace(PRIYA, name="Zoya Khan", renamed_at=NOW)
FRESHLY_CALLED = replace(ME, registered_at=NOW, renamed_at=NOW, handle_changed_at=NOW)
EVERYBODY = (ME, FRESHLY_CALLED, FROZEN, THAWING, WITHOUT_PIN, TWO_PRIYAS, LOCKED, ALONE)
WITH_LIMITS = (LIMITED, LIMITED_AND_LOCKED, LIMITED_WITHOUT_PIN)


def everything() -> Iterator[tuple[State, Event, Step]]:
    for me in EVERYBODY:
        yield from _with(me, tuple(states()))
    about_limits = tuple(state for state in states() if isinstance(state, (Idle, AskingLimit, ConfirmingLimit)))
    for me in WITH_LIMITS:  # what they set matters there alone
        yield from _with(me, about_limits)
    late = tuple(state for state in states() if deadline(state) is not None)
    yield from _with(ME, late, SOON)
    yield from _with(ME, tuple(s for s in states() if payee_on_screen(s)), payee_now=RENAMED)
    strange = replace(STRANGER, languages=("en", "hi"), reads_language=False)
    for me in (STRANGER, strange):
        yield from _with(me, tuple(s for s in states() if isinstance(s, (Idle, Registering, ChoosingLanguage))))


def _with(
    me: Me, some: tuple[State, ...], now: Instant = NOW, payee_now: Payee | None = None
) -> Iterator[tuple[State, Event, Step]]:
    for state in some:
        for event in events():
            yield state, event, took(state, event, me, now, payee_now)


@pytest.fixture(scope="module")
def all_steps() -> list[tuple[State, Event, Step]]:
    return list(everything())


def test_the_examples_leave_no_state_and_no_event_out() -> None:
    assert {type(state) for state in states()} == set(STATES)
    assert {type(event) for event in events()} == set(get_args(Event))
    assert {event.action for event in events() if isinstance(event, Tapped)} == set(Action)


def test_every_state_has_a_row_for_every_event_and_every_button() -> None:
    triggers: list[Trigger] = [kind for kind in get_args(Event) if kind is not Tapped]
    triggers += list(Action)

    missing = [(state.__name__, trigger) for state in STATES for trigger in triggers if not TABLE.find(state, trigger)]

    assert missing == []


def test_two_rows_for_one_pair_are_a_mistake() -> None:
    """Which of two handlers answers is never left to the order of the flows."""
    row = next(row for row in TABLE.rows if row.states is not ANY)
    for_any = next(row for row in TABLE.rows if row.states is ANY)

    for twice in (row, for_any):
        with pytest.raises(ValueError, match="two rows"):
            Table((twice, twice))


def _answers_a_tap(effect: Effect) -> bool:
    """A message or a toast; or a question to a door, whose every answer is one (the next test says so)."""
    return isinstance(
        effect,
        (
            Toast,
            Tell,
            Show,
            OpenPad,
            LoadPayment,
            LoadHistory,
            FindReference,
            LoadBalance,
            LoadLimits,
            LoadPhone,
            LoadPerson,
            LoadBlocked,
            LoadStatement,
            CheckExport,
            StoreClaim,
            AskQuote,
        ),
    )


def test_a_tap_is_always_answered(all_steps: list[tuple[State, Event, Step]]) -> None:
    """Nobody presses a button and wonders whether it did anything."""
    unanswered = [
        (state, event)
        for state, event, taken in all_steps
        if isinstance(event, Tapped) and not any(map(_answers_a_tap, taken.effects))
    ]

    assert unanswered == []


def test_what_a_tap_loaded_is_always_said(all_steps: list[tuple[State, Event, Step]]) -> None:
    loaded = (
        "PaymentArrived",
        "ReferenceArrived",
        "HistoryArrived",
        "StatementArrived",
        "ExportChecked",
        "LimitsArrived",
        "ClaimStored",
        "PhoneArrived",
        "PersonArrived",
        "BlockedArrived",
    )

    silent = [
        (state, event)
        for state, event, taken in all_steps
        if (type(event).__name__ in loaded or (isinstance(state, Quoting) and isinstance(event, QuoteArrived)))
        and not any(isinstance(one, (Toast, Tell, Show, OpenPad)) for one in taken.effects)
    ]

    assert silent == []


def test_a_message_is_always_answered(all_steps: list[tuple[State, Event, Step]]) -> None:
    silent = [
        (state, event)
        for state, event, taken in all_steps
        if isinstance(event, (TextArrived, DigitsArrived)) and not taken.effects
    ]

    assert silent == []


def test_the_next_state_is_one_that_its_row_foretold(all_steps: list[tuple[State, Event, Step]]) -> None:
    """docs/flows is drawn from the rows, so what it shows is what happens."""
    surprises = {
        (type(state).__name__, str(trigger), type(taken.state).__name__)
        for state, event, taken in all_steps
        for trigger in [_trigger(event)]
        if type(taken.state) is not type(state)
        and type(taken.state) not in {one for row in TABLE.find(type(state), trigger) for one in row.leads_to}
        and not _is_a_stranger_starting(state, taken)
    }

    assert surprises == set()


def test_no_row_foretells_what_never_happens(all_steps: list[tuple[State, Event, Step]]) -> None:
    happened = {(_trigger(event), type(state), type(taken.state)) for state, event, taken in all_steps}
    idle_promises = {
        f"{row.handler.__module__}.{row.handler.__qualname__} → {goal.__name__}"
        for row in TABLE.rows
        for goal in row.leads_to
        if not any((trigger, state, goal) in happened for trigger in row.triggers for state in row.states)
    }

    assert sorted(idle_promises) == []


def _trigger(event: Event) -> Trigger:
    return event.action if isinstance(event, Tapped) else type(event)


def _is_a_stranger_starting(state: State, taken: Step) -> bool:
    return isinstance(taken.state, (Registering, ChoosingLanguage)) and isinstance(state, (Idle, ChoosingLanguage))


# ── words ────────────────────────────────────────────────────────────────────


def _lines(effects: tuple[Effect, ...]) -> Iterator[Line]:
    for effect in effects:
        if isinstance(effect, Toast):
            yield effect.line
        elif isinstance(effect, (Tell, Show, TellOther, OpenPad)):
            yield from said(effect).lines


def _buttons(effects: tuple[Effect, ...]) -> Iterator[Button]:
    for effect in effects:
        if isinstance(effect, (Tell, Show, TellOther, OpenPad)):
            yield from (button for row in said(effect).buttons for button in row)


def test_every_line_has_its_key_with_exactly_its_facts(all_steps: list[tuple[State, Event, Step]]) -> None:
    wrong = {
        (line.key, tuple(sorted(line.facts)))
        for _, _, taken in all_steps
        for line in _lines(taken.effects)
        if line.key not in KEYS or set(line.facts) != set(KEYS[line.key])
    }

    assert wrong == set()


def test_every_button_has_its_label_with_exactly_its_facts(all_steps: list[tuple[State, Event, Step]]) -> None:
    wrong = {
        (button.label, tuple(sorted(button.facts)))
        for _, _, taken in all_steps
        for button in _buttons(taken.effects)
        if button.label not in BUTTON_LABELS or set(button.facts) != set(BUTTON_LABELS[button.label])
    }

    assert wrong == set()


def test_no_button_carries_more_than_a_token_holds(all_steps: list[tuple[State, Event, Step]]) -> None:
    arguments = {button.argument for _, _, taken in all_steps for button in _buttons(taken.effects)}

    assert max(map(len, arguments)) <= MAX_ARGUMENT_BYTES  # Telegram takes 64 bytes a token


# ── money ────────────────────────────────────────────────────────────────────


def test_money_is_asked_for_only_after_a_right_pin_or_again(all_steps: list[tuple[State, Event, Step]]) -> None:
    """S1: 0 money moved without a PIN."""
    causes = {
        (type(state).__name__, type(event).__name__)
        for state, event, taken in all_steps
        for effect in taken.effects
        if isinstance(effect, AskLedger) and isinstance(effect.command, (Pay, Refund, Unfreeze))
    }

    assert causes == {
        ("EnteringPin", "PinChecked"),
        ("Paying", "DeadlinePassed"),
        ("Paying", "Resumed"),
        ("EnteringRefundPin", "PinChecked"),
        ("Refunding", "DeadlinePassed"),
        ("Refunding", "Resumed"),
        ("ProvingPin", "PinChecked"),
        ("Freezing", "DeadlinePassed"),
        ("Freezing", "Resumed"),
    }


def test_a_limit_is_loosened_only_after_a_right_pin_or_again() -> None:
    """Whoever holds the phone may tighten it with one tap, and never loosen it."""
    kinds = (Idle, AskingLimit, ConfirmingLimit, Limiting, ProvingPin)
    about_limits = tuple(state for state in states() if isinstance(state, kinds))
    causes = set()
    for me in (ME, *WITH_LIMITS):
        for state, event, taken in _with(me, about_limits):
            for effect in taken.effects:
                if isinstance(effect, AskLedger) and isinstance(effect.command, SetLimit):
                    command = effect.command
                    limit = None if command.limit is None else command.limit.minor_units
                    if (me.own_limits or NO_OWN_LIMITS).loosened_by(command.kind, limit):
                        causes.add((type(state).__name__, type(event).__name__))

    assert causes == {("ProvingPin", "PinChecked"), ("Limiting", "Resumed")}


def test_a_limit_under_way_is_left_only_with_its_answer(all_steps: list[tuple[State, Event, Step]]) -> None:
    left = {
        type(event).__name__
        for state, event, taken in all_steps
        if isinstance(state, Limiting) and not isinstance(taken.state, Limiting)
    }

    assert left == {"LedgerAnswered", "LedgerFault"}


def test_money_that_is_moving_is_left_only_with_its_answer(all_steps: list[tuple[State, Event, Step]]) -> None:
    """Whatever is typed, tapped or blocked meanwhile: ``Paying`` stays until the ledger has answered."""
    left = {
        type(event).__name__
        for state, event, taken in all_steps
        if isinstance(state, (Paying, Refunding)) and type(taken.state) is not type(state)
    }

    assert left == {"LedgerAnswered", "LedgerFault"}


def test_moving_money_keeps_its_id_whatever_happens(all_steps: list[tuple[State, Event, Step]]) -> None:
    for state, _, taken in all_steps:
        if isinstance(state, Paying) and isinstance(taken.state, Paying):
            assert taken.state.payment == state.payment
        if isinstance(state, Refunding) and isinstance(taken.state, Refunding):
            assert taken.state.repayment == state.repayment


def test_only_an_answer_of_the_ledger_says_that_nothing_was_sent_while_money_moves(
    all_steps: list[tuple[State, Event, Step]],
) -> None:
    """An answer of *I do not know yet* is never shown as *failed*."""
    for state, event, taken in all_steps:
        said_so = "send.nothing_moved" in [one.key for one in _lines(taken.effects)]
        if isinstance(state, (Paying, Refunding)) and said_so:
            assert isinstance(event, LedgerAnswered)
            assert isinstance(event.outcome, Refused)


def test_a_freeze_is_heard_in_every_state() -> None:
    for state in states():
        taken = took(state, TextArrived(1, "/freeze"))

        assert AskLedger(Freeze(ME.account_id or PRIYA.account_id)) in taken.effects


def test_foreign_messages_change_nothing(all_steps: list[tuple[State, Event, Step]]) -> None:
    """S12: forwarded, edited, made by a bot: answered, never carried out."""
    for state, event, taken in all_steps:
        if isinstance(event, ForeignArrived):
            assert taken.state == state
            assert all(isinstance(effect, (Tell, Toast)) for effect in taken.effects)
            tapped = event.kind in {ForeignKind.UNREADABLE_TAP, ForeignKind.SOMEBODY_ELSES_TAP}
            assert tapped == any(isinstance(e, Toast) for e in taken.effects)


def test_an_expired_button_does_nothing_but_say_so(all_steps: list[tuple[State, Event, Step]]) -> None:
    for state, event, taken in all_steps:
        if isinstance(event, Tapped) and event.expired:
            assert taken.state == state
            assert [type(effect) for effect in taken.effects] == [Toast]


def test_every_topic_is_answered_from_idle() -> None:
    for topic in Topic:
        assert took(Idle(), TextArrived(1, f"/{topic.value}")).effects
