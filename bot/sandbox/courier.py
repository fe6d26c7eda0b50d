"""Brings updates to a bot that has set a webhook, as telegram-bot-api does: one a request, each queue in its order.

What a person writes in one chat is one queue, what they press another, so a press may overtake a message; an update
waits until the one before it in its queue was answered. An answer outside 200 to 299, or none, brings the same update
again: at once, then after 2, 4, 8 … seconds up to a minute or two, as Telegram does, or when ``Retry-After`` says.
Only addresses on this machine are called. Source: telegram-bot-api/WebhookActor.cpp, docs/telegram.md.
"""

import asyncio
import contextlib
import json
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from random import Random
from typing import Final, TypeAlias

import httpx

from bot.loopback import is_loopback
from bot.sandbox.errors import ApiError
from bot.sandbox.faults import Fault, FaultKind, Faults
from bot.sandbox.params import Params, read_params
from bot.sandbox.people import Json
from bot.sandbox.town import Town
from bot.sandbox.updates import Update

SECRET_HEADER: Final = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105  # its name: bots/api#setwebhook
PATIENCE_S: Final = 60.0  # WebhookActor.cpp, HttpOutboundConnection: idle timeout
LONGEST_WAIT: Final = 60  # WebhookActor.h, WEBHOOK_MAX_RESEND_TIMEOUT; then by chance up to twice as long
RETRY_AFTER_MAX: Final = 3600  # WebhookActor.cpp, MAX_RETRY_AFTER
KEPT: Final = 20_000  # tries that a test may look at
METHOD: Final = "webhook"  # what a misfortune calls a delivery
_NEVER_IN_AN_ANSWER: Final = frozenset({"deletewebhook", "setwebhook", "close", "logout"})

Queue: TypeAlias = tuple[str, int]
Call: TypeAlias = Callable[[str, Params], Awaitable[object]]


def queue_of(update: Update) -> Queue:
    """Which updates are brought in order with this one. Source: Client.cpp, the queue ids given to ``add_update``."""
    sender, chat = update.body.get("from", {}), update.body.get("chat", {})
    if update.kind == "callback_query":
        return "taps", int(sender.get("id", 0))
    if update.kind in {"my_chat_member", "chat_member"}:
        return update.kind, int(chat.get("id", 0))
    return ("chat", int(chat["id"])) if "id" in chat else ("alone", update.update_id)


@dataclass(slots=True)
class _Wait:
    """How an update that was not taken waits for its next try."""

    fails: int = 0
    delay: int = 1
    due_at_s: float = 0.0

    def failed(self, now_s: float, retry_after: int, unit_s: float, chance: Random) -> None:
        """WebhookActor::on_update_error: the first repetition at once, the others after doubled waits."""
        effective = min(max(retry_after, 0), RETRY_AFTER_MAX)
        if not effective and self.fails:
            self.delay = min(chance.randint(LONGEST_WAIT, 2 * LONGEST_WAIT), self.delay * 2)
            effective = self.delay
        self.fails += 1
        self.due_at_s = now_s + effective * unit_s


@dataclass(frozen=True, slots=True)
class Delivery:
    """One try, for tests: which update, to where, what was answered (0: nothing)."""

    update_id: int
    address: str
    status: int


class _NotTakenError(Exception):
    """The bot did not take the update."""

    def __init__(self, why: str, *, status: int = 0, retry_after: int = 0) -> None:
        super().__init__(why)
        self.status, self.retry_after = status, retry_after


@dataclass(slots=True)
class _Line:
    """What is under way."""

    busy: set[Queue] = field(default_factory=set)
    waits: dict[int, _Wait] = field(default_factory=dict)
    tasks: set["asyncio.Task[None]"] = field(default_factory=set)
    timer: asyncio.TimerHandle | None = None


class Courier:
    """Delivers while a webhook is set. ``unit_s``: how long a second of waiting takes."""

    def __init__(self, town: Town, faults: Faults, call: Call) -> None:
        self.town, self.faults = town, faults
        self.unit_s = 1.0
        self.deliveries: deque[Delivery] = deque(maxlen=KEPT)
        self._call = call
        self._addresses: Sequence[str] = ()
        self._turn = 0
        self._line = _Line()
        self._client: httpx.AsyncClient | None = None
        self._chance = Random(0)  # noqa: S311  # a waiting time, no secret
        town.listen(self._on_change)

    def balance(self, *addresses: str) -> None:
        """Deliver to these in turn instead, as a load balancer in front of many processes does; none: to the webhook.

        Where nobody listens the next one gets it, as balancers do.
        """
        if not all(is_loopback(address) for address in addresses):
            raise ValueError("the town calls this machine only")
        self._addresses = addresses
        self._wake()

    @property
    def is_welcome(self) -> bool:
        """Whether the bot took what was brought last."""
        hook = self.town.webhook
        return bool(hook) and bool(self.deliveries) and self.deliveries[-1].status == HTTPStatus.OK

    async def stop(self) -> None:
        """Bring nothing more."""
        if self._line.timer is not None:
            self._line.timer.cancel()
        for task in tuple(self._line.tasks):
            task.cancel()
        await asyncio.gather(*self._line.tasks, return_exceptions=True)
        if self._client is not None:
            await self._client.aclose()

    def _on_change(self, change: Json) -> None:
        if change["kind"] == "webhook":
            self._line.waits.clear()
        if change["kind"] in {"update", "webhook"}:
            self._wake()

    def _wake(self) -> None:
        """Start every delivery that may start now."""
        targets, line = self._targets(), self._line
        if not targets:
            return
        now_s, seen, stale = asyncio.get_running_loop().time(), set(line.busy), []
        soonest_s: float | None = None
        for update in self.town.updates.oldest_first():
            if len(line.tasks) >= int(self.town.webhook.get("max_connections", 40)):
                break
            if update.is_stale(self.town.clock()):
                stale.append(update.update_id)
            elif (queue := queue_of(update)) not in seen:
                seen.add(queue)
                wait = line.waits.get(update.update_id)
                if wait is None or wait.due_at_s <= now_s:
                    self._start(update, queue)
                else:
                    soonest_s = min(wait.due_at_s, soonest_s or wait.due_at_s)
        for update_id in stale:
            self.town.updates.forget(update_id)
        self._set_timer(soonest_s)

    def _set_timer(self, at_s: float | None) -> None:
        if self._line.timer is not None:
            self._line.timer.cancel()
        self._line.timer = None if at_s is None else asyncio.get_running_loop().call_at(at_s, self._wake)

    def _start(self, update: Update, queue: Queue) -> None:
        self._line.busy.add(queue)
        task = asyncio.create_task(self._bring(update), name=f"update {update.update_id}")
        self._line.tasks.add(task)

        def ended(done: "asyncio.Task[None]") -> None:
            self._line.tasks.discard(done)
            self._line.busy.discard(queue)
            if not done.cancelled():
                self._wake()

        task.add_done_callback(ended)

    def _targets(self) -> Sequence[str]:
        url = str(self.town.webhook.get("url", ""))
        if not is_loopback(url):
            return ()
        return self._addresses or (url,)

    async def _bring(self, update: Update) -> None:
        fault = self.faults.take(METHOD)
        try:
            await self._deliver(update, fault)
        except _NotTakenError as refused:
            now_s = asyncio.get_running_loop().time()
            wait = self._line.waits.setdefault(update.update_id, _Wait())
            wait.failed(now_s, refused.retry_after, self.unit_s, self._chance)
            if self.town.webhook:
                self.town.webhook |= {
                    "last_error_date": int(self.town.clock()),
                    "last_error_message": str(refused),
                }
        else:
            self._line.waits.pop(update.update_id, None)
            if fault is None or fault.kind is not FaultKind.LOST_CONFIRMATION:
                self.town.updates.forget(update.update_id)
        self.town.tell({"kind": "delivered"})

    async def _deliver(self, update: Update, fault: Fault | None) -> None:
        """Once; ``_NotTakenError`` when it has to be brought again."""
        kind = fault.kind if fault is not None else None
        if kind in {FaultKind.DROPPED, FaultKind.OUTAGE, FaultKind.HANG, FaultKind.BAD_GATEWAY}:
            raise _NotTakenError("Connection timed out")
        if kind is FaultKind.SLOW and fault is not None:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self.faults.released.wait(), fault.delay_s)
        answer = await self._post(update)
        if kind in {FaultKind.LOST_RESPONSE, FaultKind.GATEWAY_TIMEOUT}:
            raise _NotTakenError("Read timeout expired")
        if not answer.is_success:
            why = f"Wrong response from the webhook: {answer.status_code} {answer.reason_phrase}"
            raise _NotTakenError(why, status=answer.status_code, retry_after=_retry_after(answer))
        await self._obey(answer)

    async def _post(self, update: Update) -> httpx.Response:
        targets, hook = self._targets(), self.town.webhook
        headers = {"content-type": "application/json"}
        if secret := hook.get("secret_token"):
            headers[SECRET_HEADER] = secret
        body = json.dumps(update.as_json(), ensure_ascii=True).encode()
        why = "Webhook was deleted"
        for _ in targets:
            self._turn += 1
            address = targets[self._turn % len(targets)]
            try:
                answer = await self._http().post(address, content=body, headers=headers)
            except httpx.ConnectError:
                why = "Connection refused"
            except httpx.HTTPError as error:
                self.deliveries.append(Delivery(update.update_id, address, 0))
                timed_out = isinstance(error, httpx.TimeoutException)
                raise _NotTakenError("Read timeout expired" if timed_out else "Webhook connection closed") from None
            else:
                self.deliveries.append(Delivery(update.update_id, address, answer.status_code))
                return answer
        raise _NotTakenError(why)

    def _http(self) -> httpx.AsyncClient:
        if self._client is None:
            self._client = httpx.AsyncClient(
                trust_env=False, timeout=PATIENCE_S, limits=httpx.Limits(max_connections=100, keepalive_expiry=3.0)
            )
        return self._client

    async def _obey(self, answer: httpx.Response) -> None:
        """An answer may carry a method: it is carried out, and nobody hears how it went (bots/api#making-requests)."""
        try:
            params = read_params("", answer.headers.get("content-type", ""), answer.content)
            method = params.text("method").lower()
            if method and method not in _NEVER_IN_AN_ANSWER and not method.startswith("get"):
                rest = {name: value for name, value in params.values.items() if name != "method"}
                await self._call(method, Params(rest, params.files))
        except ApiError:
            return  # as at Telegram: not carried out, and nobody is told


def _retry_after(answer: httpx.Response) -> int:
    given = answer.headers.get("retry-after", "")
    return int(given) if given.isascii() and given.isdecimal() else 0
