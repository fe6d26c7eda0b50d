"""Who an update is from, before it is read in full, and who took that person's last one."""

from typing import Any

import pytest

from bot.memory.leases import KEPT, Holder
from bot.memory.processes import ProcessId
from bot.transport.telegram.handing_over import LastHolders, person_in

ASHA, PRIYA, RAVI = 1001, 1002, 1003
FIRST, SECOND = (Holder(ProcessId(f"prc_{n}"), f"http://127.0.0.1:900{n}") for n in (1, 2))
_PERSON, _PRIVATE = {"id": ASHA, "is_bot": False}, {"id": ASHA, "type": "private"}

PLAIN: dict[str, Any] = {
    "said": {"update_id": 1, "message": {"from": _PERSON, "chat": _PRIVATE, "text": "hi"}},
    "pressed": {"update_id": 1, "callback_query": {"from": _PERSON, "data": "p.x"}},
}
NOT_PLAIN: dict[str, Any] = {
    "in a group": {"update_id": 1, "message": {"from": _PERSON, "chat": {"id": -7, "type": "group"}}},
    "in a channel's name": {"update_id": 1, "message": {"chat": _PRIVATE}},
    "edited": {"update_id": 1, "edited_message": {"from": _PERSON, "chat": _PRIVATE}},
    "blocked": {"update_id": 1, "my_chat_member": {"from": _PERSON, "chat": _PRIVATE}},
    "no number": {"update_id": 1, "message": {"from": {"id": "1001"}, "chat": _PRIVATE}},
    "no person": {"update_id": 1, "callback_query": {"from": None}},
    "a list": [1, 2],
    "words": "message",
    "a number": 7,
    "nothing": None,
}


@pytest.mark.parametrize("raw", PLAIN.values(), ids=PLAIN)
def test_whoever_writes_or_presses_in_their_own_chat_is_known_at_a_glance(raw: Any) -> None:
    assert person_in(raw) == ASHA


@pytest.mark.parametrize("raw", NOT_PLAIN.values(), ids=NOT_PLAIN)
def test_whatever_is_not_plain_is_read_in_full(raw: Any) -> None:
    assert person_in(raw) is None


class Steady:
    """Seconds, moved by hand."""

    now_s = 0.0

    def __call__(self) -> float:
        return self.now_s


def test_the_last_holder_is_asked_first_for_as_long_as_it_may_still_be() -> None:
    steady = Steady()
    last = LastHolders(steady)
    assert last.of(ASHA) is None
    last.remember(ASHA, FIRST)

    steady.now_s = KEPT.total_seconds() - 0.001
    assert last.of(ASHA) == FIRST
    steady.now_s = KEPT.total_seconds()
    assert last.of(ASHA) is None


def test_who_was_no_holder_is_not_asked_again() -> None:
    last = LastHolders(Steady())
    last.remember(ASHA, FIRST)
    last.remember(PRIYA, FIRST)
    last.remember(PRIYA, SECOND)

    last.forget(ASHA)

    assert (last.of(ASHA), last.of(PRIYA)) == (None, SECOND)


def test_of_many_people_the_longest_silent_are_forgotten() -> None:
    last = LastHolders(Steady(), most=2)
    for person_id in (ASHA, PRIYA, ASHA, RAVI):
        last.remember(person_id, FIRST)

    assert [last.of(each) for each in (ASHA, PRIYA, RAVI)] == [FIRST, None, FIRST]


def test_nobody_in_particular_is_never_remembered() -> None:
    last = LastHolders(Steady())
    last.remember(None, FIRST)
    last.forget(None)

    assert last.of(None) is None
