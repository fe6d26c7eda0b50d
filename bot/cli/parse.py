"""``hundi parse``: how a sentence is read, and why. It moves nothing, and needs no database and no token."""

import json
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib.resources import files
from typing import Annotated, Any, Final

import typer
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from bot import settings as configuration
from bot.cli.amounts import written
from bot.cli.console import ExitCode, answer_json, note, show_facts
from bot.cli.program import app
from bot.language.amounts import HOME_REGION
from bot.language.intents import (
    Answer,
    Ask,
    ByHandle,
    ByName,
    ByPerson,
    ByPhone,
    Nothing,
    Open,
    PayeeWords,
    Reading,
    Refuse,
    Request,
    Send,
    Split,
)
from bot.language.lexicon import Lexicon, together
from bot.language.names import match_names
from bot.language.parse import explain
from ledger.kernel.money import Money

LONGEST_LINE: Final = 1_048_576  # bytes; 4,096 characters and a thousand contacts fit well inside
LOCALE: Final = "en-IN"


class _Contact(BaseModel):
    """Somebody the writer knows, as one line of input names them."""

    model_config = ConfigDict(frozen=True)

    name: str = ""
    username: str | None = None
    nicknames: tuple[str, ...] = ()

    @property
    def handle(self) -> str:
        """The username without its @."""
        return (self.username or "").removeprefix("@")


class _Line(BaseModel):
    """One line of input."""

    text: str
    contacts: tuple[_Contact, ...] | None = None
    locale: str = Field(default=LOCALE, max_length=35)  # RFC 5646 section 4.4.1: no tag in use is longer


@dataclass(frozen=True, slots=True)
class Verdict:
    """A reading as a program may read it; ``because`` is for people."""

    reading: str
    amount_minor: int | None = None
    currency: str | None = None
    payees: tuple[str, ...] = ()
    memo: str | None = None
    ask: str | None = None
    reason: str | None = None
    because: tuple[str, ...] = ()

    def as_json(self) -> dict[str, object]:
        """The keys that docs promise; ``reason`` only where there is one."""
        promised = ("reading", "amount_minor", "currency", "payees", "memo", "ask")
        answer = {name: getattr(self, name) for name in promised}
        return {**answer, "reason": self.reason} if self.reason else answer


class Parser:
    """Reads sentences in one currency. Lexicons are read once."""

    def __init__(self, currency: str, region: str = HOME_REGION) -> None:
        self._currency, self._region = currency, region
        self._lexicons = _lexicons()

    def read(self, text: str, contacts: tuple[_Contact, ...] | None = None, locale: str = LOCALE) -> Verdict:
        """What ``text`` means to somebody with these contacts; ``None``: nobody looks names up."""
        lexicon = self._lexicons.get(locale.replace("_", "-").partition("-")[0].casefold(), self._lexicons["en"])
        region = _territory(locale) or self._region
        explained = explain(
            text, currency=self._currency, lexicon=lexicon, locale=locale, region=region, known=contacts or ()
        )
        return self._verdict(explained.reading, contacts, explained.because)

    def _verdict(self, reading: Reading, contacts: tuple[_Contact, ...] | None, because: tuple[str, ...]) -> Verdict:
        match reading:
            case Send():
                payees, ask = _resolve(reading, contacts)
                return self._about("ask" if ask else "send", reading, payees, ask, because)
            case Ask(what, understood):
                return self._about("ask", understood, _resolve(understood, contacts)[0], what.value, because)
            case Open(topic, argument):
                return Verdict(topic.value, memo=argument or None, because=because)
            case Refuse(why, detail):
                return Verdict("refuse", reason=f"{why.value} {detail}".strip(), because=because)
            case Request():
                payees, ask = _who(reading.payer, contacts)
                ask = ask or ("how_much" if reading.amount is None else None)
                return _asking("request", reading, payees, ask, because)
            case Split():
                named = [_who(one, contacts) for one in reading.people]
                payees = tuple(name for names, _ in named for name in names)
                asks = [ask for _, ask in named if ask] + (["to_whom"] if not named else [])
                ask = next(iter(asks), None) or ("how_much" if reading.amount is None else None)
                return _asking("split", reading, payees, ask, because)
            case Answer(yes):
                return Verdict("yes" if yes else "no", because=because)
            case Nothing():
                return Verdict("none", because=because)

    def _about(
        self, reading: str, send: Send, payees: tuple[str, ...], ask: str | None, because: tuple[str, ...]
    ) -> Verdict:
        minor_units = send.amount.minor_units if send.amount else None
        currency = send.amount.currency if send.amount else None
        return Verdict(reading, minor_units, currency, payees, send.note, ask, because=because)


def _asking(
    reading: str, asked: Request | Split, payees: tuple[str, ...], ask: str | None, because: tuple[str, ...]
) -> Verdict:
    minor_units = asked.amount.minor_units if asked.amount else None
    currency = asked.amount.currency if asked.amount else None
    return Verdict("ask" if ask else reading, minor_units, currency, payees, asked.note, ask, because=because)


def _territory(locale: str) -> str:
    """IN of en-IN, hi_IN or hi-Deva-IN; empty for a locale that names no country."""
    last = locale.replace("_", "-").split("-")[-1]
    return last.upper() if "-" in locale.replace("_", "-") and len(last) == 2 and last.isalpha() else ""  # noqa: PLR2004 - ISO 3166


def _resolve(send: Send, contacts: tuple[_Contact, ...] | None) -> tuple[tuple[str, ...], str | None]:
    """Who is meant, and what must be asked before it is certain."""
    payees, ask = _who(send.payee, contacts)
    if send.amount is None:
        ask = "how_much" if send.payee else "how_much_to_whom"
    return payees, ask


def _who(payee: PayeeWords | None, contacts: tuple[_Contact, ...] | None) -> tuple[tuple[str, ...], str | None]:
    match payee:
        case None:
            return (), "to_whom"
        case ByPerson(person_id):
            return (str(person_id),), None
        case ByHandle(handle):
            return (f"@{handle}",), None  # the whole directory is looked up by an exact handle
        case ByPhone(number):
            return (number,), None
        case ByName(name) if contacts is None:
            return (name,), None
        case ByName(name):
            found = match_names(name, contacts)
            if len(found) == 1:
                return (found[0].name or f"@{found[0].handle}",), None
            return tuple(_told_apart(contact, found) for contact in found), "which_payee" if found else "unknown_payee"


def _told_apart(contact: _Contact, found: Sequence[_Contact]) -> str:
    """A name, or the @username of one of several people with the same name."""
    same = sum(other.name == contact.name for other in found)
    return f"@{contact.handle}" if contact.handle and (same > 1 or not contact.name) else contact.name


def _lexicons() -> dict[str, Lexicon]:
    folder = files("bot.language").joinpath("lexicons")
    texts = (file.read_text("utf-8") for file in folder.iterdir() if file.name.endswith(".toml"))
    return together({lexicon.language: lexicon for lexicon in map(Lexicon.from_toml, texts)})


@app.command()
def parse(
    text: Annotated[
        list[str] | None, typer.Argument(help="A sentence; without one, each line of standard input.")
    ] = None,
    *,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object for each sentence.")] = False,
    json_lines: Annotated[
        bool, typer.Option("--json-lines", help='Read one {"text": …, "contacts": […], "locale": …} a line.')
    ] = False,
) -> None:
    """How a sentence is read, and why."""
    settings = configuration.read()
    parser = Parser(settings.currency, settings.region)
    if json_lines:
        raise typer.Exit(_answer_lines(parser))
    for sentence in [" ".join(text)] if text else _sentences():
        verdict = parser.read(sentence)
        if as_json:
            answer_json(verdict.as_json())
        else:
            _show(verdict)


def _sentences() -> Iterator[str]:
    if sys.stdin.isatty():
        note("One sentence a line; Ctrl-D ends.")
    for line in sys.stdin.buffer:
        yield line.decode("utf-8", "replace").rstrip("\r\n")


def _answer_lines(parser: Parser) -> ExitCode:
    """Answer each line as it comes, in order; a bad one is answered with its error and changes only the exit code."""
    bad = 0
    while raw := sys.stdin.buffer.readline(LONGEST_LINE + 1):
        answer = _answer_line(parser, raw)
        bad += "error" in answer
        answer_json(answer)
        sys.stdout.flush()
    return ExitCode.FALSE if bad else ExitCode.TRUE


def _answer_line(parser: Parser, raw: bytes) -> dict[str, object]:
    if len(raw) > LONGEST_LINE:
        _skip_rest(raw)
        return {"error": f"a line is at most {LONGEST_LINE} bytes"}
    try:
        line = _Line.model_validate(json.loads(raw.decode("utf-8")))
    except UnicodeDecodeError:
        return {"error": "not UTF-8"}
    except ValidationError as invalid:
        return {"error": "; ".join(_problem(found) for found in invalid.errors(include_input=False, include_url=False))}
    except (ValueError, RecursionError) as broken:
        return {"error": f"not JSON: {broken.msg}" if isinstance(broken, json.JSONDecodeError) else "not JSON"}
    return parser.read(line.text, line.contacts, line.locale).as_json()


def _skip_rest(raw: bytes) -> None:
    while raw and not raw.endswith(b"\n"):
        raw = sys.stdin.buffer.readline(LONGEST_LINE)


def _problem(found: Any) -> str:  # noqa: ANN401  # pydantic's ErrorDetails lives in a private package
    place = ".".join(str(part) for part in found["loc"])
    return f"{place}: {found['msg']}" if place else str(found["msg"])


def _show(verdict: Verdict) -> None:
    rows = [("reading", verdict.reading)]
    if verdict.amount_minor is not None and verdict.currency:
        rows.append(("amount", written(Money(verdict.amount_minor, verdict.currency))))
    rows += [("payee", payee) for payee in verdict.payees]
    for name, value in (("note", verdict.memo), ("would ask", verdict.ask), ("refused", verdict.reason)):
        if value:
            rows.append((name, value))
    rows += [("because", reason) for reason in verdict.because]
    show_facts(rows)
