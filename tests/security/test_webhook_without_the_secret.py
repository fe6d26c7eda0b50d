"""S14 through the wire: without the secret nothing is accepted, and the same update twice is handled once.

What the webhook refuses, one by one, is tried in tests/bot/transport/test_webhook.py; here is the whole bot, with
accounts and money behind it, and somebody who knows its address and not its secret.
"""

import asyncio
import json
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from io import StringIO
from pathlib import Path
from typing import Any, Final

import httpx

from bot.sandbox.courier import SECRET_HEADER
from bot.sandbox.people import Json, Person
from tests.conftest import FULL_SIZE
from tests.harness.ports import free_port
from tests.harness.wire import (
    as_said,
    assert_books_untouched,
    enter,
    hear,
    household,
    logging_to,
    on_stage,
    pad_of,
    press,
    quiet,
    rows_in_journal,
)
from tests.stories.player import PATIENCE_S, PIN, Stage

ATTEMPTS: Final = 10_000 if FULL_SIZE else 100
REPLAYS: Final = 5
_ALPHABET: Final = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"


@asynccontextmanager
async def served(folder: Path) -> AsyncIterator[Stage]:
    """The bot behind its webhook."""
    listen = f"127.0.0.1:{free_port()}"
    async with on_stage(folder, webhook_url=f"http://{listen}/hundi", webhook_listen=listen) as stage:
        stage.serving.courier.unit_s = 0.05
        await stage.town.wait_until(lambda: stage.town.webhook.get("url"), timeout_s=PATIENCE_S)
        yield stage


def secret_of(stage: Stage) -> str:
    return str(stage.town.webhook["secret_token"])


def _wrong(chance: random.Random, secret: str) -> dict[str, str]:
    """Headers of somebody who has no secret, or almost one, or puts it where it is not looked for."""
    at = chance.randrange(len(secret))
    another = chance.choice([letter for letter in _ALPHABET if letter != secret[at]])
    match chance.randrange(8):
        case 0:
            return {}
        case 1:
            return {SECRET_HEADER: "".join(chance.choices(_ALPHABET, k=len(secret)))}
        case 2:
            return {SECRET_HEADER: secret[:at]}
        case 3:
            return {SECRET_HEADER: secret + chance.choice(_ALPHABET)}
        case 4:
            return {SECRET_HEADER: secret[:at] + another + secret[at + 1 :]}
        case 5:
            return {SECRET_HEADER: f"{secret}, {secret}"}
        case 6:
            return {"authorization": f"Bearer {secret}", "x-telegram-bot-api-secret": secret, "cookie": secret}
        case _:
            return {SECRET_HEADER: ""}


def _forged(stage: Stage, asha: Person, number: int) -> Json:
    """What Asha never said."""
    return {"update_id": 900_000 + number, "message": as_said(stage, asha, "send 200 to Priya")}


async def test_without_the_secret_no_update_is_accepted_and_nothing_of_it_is_kept(tmp_path: Path) -> None:
    log, chance = StringIO(), random.Random(14)
    with logging_to(log, as_json=True):
        async with served(tmp_path) as stage, httpx.AsyncClient(trust_env=False) as http:
            (asha,), _ = await household(stage, 1)
            rows, before = await rows_in_journal(stage), stage.town.transcript(asha)
            secret, url = secret_of(stage), stage.settings.webhook_url
            assert url is not None

            codes = set()
            for number in range(ATTEMPTS):
                body, headers = _forged(stage, asha, number), _wrong(chance, secret)
                address = f"{url}?{SECRET_HEADER}={secret}" if number % 3 == 0 else url
                codes.add((await http.post(address, json=body, headers=headers)).status_code)
            await quiet(stage)

            assert codes == {401}
            assert stage.town.transcript(asha) == before
            await assert_books_untouched(stage, rows)
            assert "₹200.00" in (await hear(stage, asha, "send 200 to Priya"))[-1].text  # the true one still comes
    said = log.getvalue()
    assert secret not in said
    assert "send 200 to Priya" not in said
    assert said.count('"webhook.refused"') <= ATTEMPTS // 100 + 1


async def test_everything_that_came_may_come_again_and_a_payment_stays_one(tmp_path: Path) -> None:
    """R6 and S14: a balancer that repeats, a Telegram that lost our answers, somebody who recorded the line."""
    async with served(tmp_path) as stage, httpx.AsyncClient(trust_env=False) as http:
        (asha,), priya = await household(stage, 1)
        brought: list[Json] = []
        stage.town.listen(
            lambda change: brought.append(stage.town.updates.newest.as_json()) if change["kind"] == "update" else None
        )
        await hear(stage, asha, "send 200 to Priya")
        await press(stage, asha, "Pay ₹200.00")
        await stage.town.wait_for(asha, lambda m: m.has_pad and "●" not in m.text, timeout_s=PATIENCE_S)
        await enter(stage, asha, PIN)
        await stage.town.wait_for_text(asha, "Paid ₹200.00", timeout_s=PATIENCE_S)
        await quiet(stage)
        rows, seen = await rows_in_journal(stage), [stage.town.transcript(who) for who in (asha, priya)]
        assert len(brought) == 2 + len(PIN), pad_of

        again = brought * REPLAYS
        random.Random(6).shuffle(again)
        codes = await asyncio.gather(*(_bring(http, stage, update) for update in again))
        await quiet(stage)

        assert set(codes) == {200}
        assert await rows_in_journal(stage) == rows
        assert [stage.town.transcript(who) for who in (asha, priya)] == seen
        assert (await stage.house.books.ledger.trial_balance()).balanced


async def _bring(http: httpx.AsyncClient, stage: Stage, update: Any) -> int:
    headers = {SECRET_HEADER: secret_of(stage), "content-type": "application/json"}
    answer = await http.post(str(stage.settings.webhook_url), content=json.dumps(update), headers=headers)
    return answer.status_code
