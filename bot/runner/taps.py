"""Taps are answered first: a phone shows a spinner on the button until they are. Beside the outbox, and once each."""

import asyncio
from dataclasses import dataclass, field

import structlog

from bot.port import DeliveryError, Transport

_log = structlog.get_logger(__name__)


class Answers:
    """Sends answers to taps without making anybody wait for them."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport
        self._calls: set[asyncio.Task[None]] = set()

    def send(self, callback_id: str, toast: str, *, alert: bool) -> None:
        """Answer in the background; a tap that cannot be answered loses nothing but its toast."""
        call = asyncio.create_task(self._send(callback_id, toast, alert=alert))
        self._calls.add(call)
        call.add_done_callback(self._calls.discard)

    async def close(self) -> None:
        """Until every answer went out or failed."""
        while self._calls:
            await asyncio.wait(set(self._calls))

    async def _send(self, callback_id: str, toast: str, *, alert: bool) -> None:
        try:
            await self._transport.answer(callback_id, toast, alert=alert)
        except DeliveryError as error:
            _log.info("tap.not_answered", error=type(error).__name__)


@dataclass(slots=True)
class Tap:
    """A tap that waits for its answer; the first one counts."""

    callback_id: str
    message_id: int
    answers: Answers = field(repr=False)
    answered: bool = False

    def answer(self, toast: str = "", *, alert: bool = False) -> None:
        """Answer now, unless that was done."""
        if not self.answered:
            self.answered = True
            self.answers.send(self.callback_id, toast, alert=alert)
