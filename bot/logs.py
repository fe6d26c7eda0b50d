"""Logs: structured, on standard error, and stripped of what must not be written.

Nobody should pass a chat's words, a name, a PIN, a phone number or a token to a log; this is the second lock behind
that rule, for the day somebody does, and for libraries that never heard of it. So a value is written only if its key
is harmless and its type is plain; an error is its class and where it was raised, and its own text only if the class is
ours (ours carry ids, never words); a library's line is its wording without what it would have filled in.
"""

import logging
import re
import sys
import traceback
from collections.abc import Iterable, Iterator
from enum import Enum
from types import TracebackType
from typing import Final, TextIO

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

OURS: Final = ("bot", "ledger", "__main__")
MASK: Final = "…"

_TOKEN = re.compile(r"\d{3,}:[A-Za-z0-9_-]{20,}")  # a bot token: digits, a colon, 35 characters
_PHONE = re.compile(r"\+\d[\d ()-]{6,}\d")
_PIN = re.compile(r"\d{4,8}", re.ASCII)
_SECRET_KEYS = re.compile(
    r"pin|digit|token|secret|passw|phone|text|words|note|memo|name|html|body|payload|caption|label|handle|raw|say|key",
    re.IGNORECASE,
)
_HARMLESS_KEYS: Final = frozenset({"event", "level", "logger", "timestamp", "exception"})  # ours, added below
_IDS: Final = frozenset({"fault", "outbox_id"})  # made here, and what a person is told to quote: digits or not
_LONGEST_VALUE: Final = 200


def configure(level: str, *, as_json: bool, stream: TextIO | None = None) -> None:
    """Send our records of ``level`` and above, and the warnings of libraries, to ``stream`` (standard error)."""
    before: list[Processor] = [
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _without_secrets,
        _with_exception,
    ]
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *before,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,  # configured again by a test or a child, without old loggers left behind
    )
    handler = _Handler(stream or sys.stderr)
    handler.setFormatter(_Scrubbing(_renderer(stream or sys.stderr, as_json=as_json), before))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.WARNING)  # httpx logs the token in its addresses at INFO, aiosqlite every row at DEBUG
    for name in OURS:
        logging.getLogger(name).setLevel(level)
    logging.captureWarnings(capture=True)


def scrub(line: str) -> str:
    """The line without bot tokens and phone numbers, whoever put them there."""
    return _PHONE.sub(MASK, _TOKEN.sub(MASK, line))


class _Handler(logging.StreamHandler[TextIO]):
    """A line that cannot be written (a full disk) is lost; the library would print all it holds, unstripped."""

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - the library's name for it
        """Lose it."""


class _Scrubbing(structlog.stdlib.ProcessorFormatter):
    """The last hand on every line, ours or a library's."""

    def __init__(self, renderer: Processor, before: list[Processor]) -> None:
        super().__init__(
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer],
            foreign_pre_chain=before,
            use_get_message=False,  # a library's wording, without the values it would fill in
        )

    def format(self, record: logging.LogRecord) -> str:
        return scrub(super().format(record))


def _renderer(stream: TextIO, *, as_json: bool) -> Processor:
    if as_json:
        return structlog.processors.JSONRenderer(ensure_ascii=False)
    return structlog.dev.ConsoleRenderer(colors=stream.isatty(), exception_formatter=structlog.dev.plain_traceback)


def _without_secrets(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    for key, value in event.items():
        if key.startswith("_") or key in {"exc_info", "stack_info"}:
            continue  # the formatter's own
        if key in _IDS:
            event[key] = str(value)
        elif key in _HARMLESS_KEYS:
            event[key] = str(value).partition("\n")[0][:_LONGEST_VALUE]  # asyncio appends what a task held
        else:
            event[key] = MASK if _SECRET_KEYS.search(key) else _plain(value)
    return event


def _plain(value: object) -> object:
    """A number, a short word or an id as it is; anything richer by its type, since its ``repr`` may hold anything."""
    match value:
        case None | bool() | int() | float():
            return value
        case Enum():
            return str(value.value)
        case str() if _PIN.fullmatch(value):
            return MASK
        case str():
            return str(value)[:_LONGEST_VALUE]  # a Secret shows only its mask here
        case tuple() if all(isinstance(part, str) and part.isidentifier() for part in value):
            return ",".join(value)[:_LONGEST_VALUE]  # codes, like the languages there are
        case _:
            return type(value).__name__


def _with_exception(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    error = _error_of(event.pop("exc_info", None))
    event.pop("stack_info", None)
    if error is not None:
        event["exception"] = "\n".join(_told(error))
    record = event.get("_record")
    if isinstance(record, logging.LogRecord):
        record.exc_info = record.exc_text = record.stack_info = None  # or the formatter would append its own
    return event


def _error_of(exc_info: object) -> BaseException | None:
    match exc_info:
        case BaseException():
            return exc_info
        case (_, BaseException() as error, _):
            return error
        case True | 1:
            return sys.exc_info()[1]
        case _:
            return None


def _told(error: BaseException) -> Iterator[str]:
    """An error, its frames, and those behind it, innermost first: files, lines, classes, no values."""
    cause = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    if cause is not None:
        yield from _told(cause)
        yield "then:"
    yield from _frames(error.__traceback__)
    ours = type(error).__module__.split(".")[0] in OURS
    yield f"{type(error).__qualname__}: {error}" if ours else type(error).__qualname__
    if isinstance(error, BaseExceptionGroup):
        for member in error.exceptions:
            yield from _told(member)


def _frames(frames: TracebackType | None) -> Iterable[str]:
    return (f"  {frame.filename}:{frame.lineno} {frame.name}" for frame in traceback.extract_tb(frames))
