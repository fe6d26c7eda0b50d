"""GOALS S1: fuzzed texts and updates break nothing, and move no money without a right PIN just before.

Coverage-guided, a minute for each target at CI size, from the stories and examples of the other tests. What breaks
something is kept in a folder that the failure names, and becomes a row of ``FOUND``.
"""

import os
import re
import shutil
from typing import Final

import pytest

from bot.dialogue.effects import AskLedger
from bot.dialogue.events import DeadlinePassed, PinChecked, PinVerdict
from bot.dialogue.states import EnteringPin, Paying
from ledger.commands import Pay
from tests.bot.dialogue import examples as ex
from tests.fuzz import conversations, seeds, updates
from tests.fuzz.fuzzers import IS_HERE, SECONDS, TARGETS, fuzzer

_PATIENCE_S: Final = 12 * 3_600 if SECONDS == 0 else 300
_REQUIRED: Final = os.environ.get("CI") == "true"

# What a fuzzer found once, as it was found: (target, input). Each was mended with the commit that added it.
FOUND: Final[tuple[tuple[str, bytes], ...]] = ()


@pytest.mark.slow
@pytest.mark.skipif(not IS_HERE and not _REQUIRED, reason="atheris is built for few machines; this is none of them")
@pytest.mark.parametrize("target", TARGETS)
def test_whatever_a_fuzzer_sends_nothing_breaks_and_nothing_moves_without_a_pin(target: str) -> None:
    fuzzing = fuzzer(target)

    said, _ = fuzzing.process.communicate(timeout=_PATIENCE_S)

    found = sorted(path for path in fuzzing.folder.iterdir() if re.match(r"crash|timeout|oom|leak", path.name))
    log = (fuzzing.folder / "log").read_text("utf-8", "replace")[-4_000:]
    assert not found, f"add this to FOUND: {found[0]}: {found[0].read_bytes()!r}\n{said}\n{log}"
    assert fuzzing.process.returncode == 0, log
    counted = re.search(r"fuzzed (\d+) \w+ in (\d+) runs", said)
    assert counted is not None, said
    print(f"figure S1.{target} {counted[1]} tried\nfigure S1.{target}_runs {counted[2]} runs")  # noqa: T201 - the figures
    assert int(counted[1]) >= TARGETS[target]
    shutil.rmtree(fuzzing.folder)


def test_what_was_found_before_and_what_a_fuzzer_begins_with_break_nothing() -> None:
    talks = [*seeds.conversations(), *(data for target, data in FOUND if target == "conversations")]
    sent = [*seeds.updates(), *(data for target, data in FOUND if target == "updates")]

    assert sum(map(conversations.play, talks)) > len(talks)
    assert sum(map(updates.take, sent)) >= len(sent)


def test_a_fuzzer_sees_money_that_moves_without_a_pin() -> None:
    """The check itself: the same question to the ledger is an alarm, unless a right PIN or its own state asks it."""
    pay = AskLedger(Pay(ex.PAYMENT.payment_id, ex.ASHA.account_id, ex.PRIYA.account_id, ex.PAYMENT.amount))
    asked = Paying(ex.PAYMENT, ex.SOON)

    conversations.check_money(EnteringPin(ex.CONFIRMING), PinChecked(PinVerdict.RIGHT), [pay])
    conversations.check_money(asked, DeadlinePassed(), [pay])
    for state, event in (
        (EnteringPin(ex.CONFIRMING), PinChecked(PinVerdict.WRONG, 2)),
        (ex.CONFIRMING, ex.text("send 200 to Priya")),
        (ex.CONFIRMING, DeadlinePassed()),
        (asked, ex.text("yes")),
    ):
        with pytest.raises(conversations.MovedWithoutPinError):
            conversations.check_money(state, event, [pay])
