"""GOALS R9: when an outage ends, 99 % of what waited is told within five seconds, so no wait in its way is longer."""

import pytest

from bot.runner import runner
from bot.transport.http import webhook
from bot.transport.telegram import patience
from bot.workers import loop

SOON_S = 5.0


@pytest.mark.parametrize(
    "longest_s",
    [
        pytest.param(runner.LONGEST_RETRY.total_seconds(), id="a turn whose store was away"),
        pytest.param(loop.LONGEST_WAIT_S, id="a worker whose store was away"),
        pytest.param(patience.LONGEST_WAIT_S, id="the probe of a Telegram that was away"),
        pytest.param(webhook.RETRY_AFTER_S, id="an update that the webhook could not store"),
    ],
)
def test_no_wait_outlasts_the_outage_by_more_than_five_seconds(longest_s: float) -> None:
    assert 0 < longest_s <= SOON_S
