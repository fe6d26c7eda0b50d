"""``hundi play``: the whole town on this machine. The town runs here; the bot is a child process, plain ``hundi run``.

There is no second way of running the bot: the child is told by its environment where the town and its data are.
"""

import asyncio
import errno
import signal
import unicodedata
from collections.abc import Sequence
from contextlib import AsyncExitStack
from functools import partial
from pathlib import Path
from typing import Annotated, Final, NoReturn

import typer
from pydantic import SecretStr
from rich.text import Text

from bot import settings as configuration
from bot.cli.amounts import written
from bot.cli.console import OperatorError, note, stdout, stop, warn
from bot.cli.program import app
from bot.cli.residence import Residence
from bot.cli.settling import PLAY_MONEY, newcomers_settled, settle, standings
from bot.cli.steward import Steward
from bot.memory.deployment import DeploymentError
from bot.sandbox.people import Person, people_named
from bot.sandbox.server import Serving, serve
from bot.sandbox.town import Town
from bot.settings import Settings, SettingsError
from bot.vault.keys import KeysError, KeysMissingError

HOME: Final = Path(".hundi/play")
EVERYBODY: Final = "Asha,Priya,Ravi"
GROUP: Final = "Flat 4B"
FIRST_PORT: Final = 8080
PORTS_TRIED: Final = 20  # 8080 … 8099, when nobody asked for one
FEWEST_PEOPLE: Final = 2  # one pays, one is paid
MOST_PEOPLE: Final = 8  # what the page shows without scrolling
LONGEST_NAME: Final = 32  # characters
START_PATIENCE_S: Final = 30.0  # a bot polls within a second or two, on a laptop that is doing other things as well


@app.command()
def play(
    *,
    port: Annotated[
        int | None, typer.Option(min=1, max=65535, help="Where the page is; 8080 unless it is taken.")
    ] = None,
    people: Annotated[str | None, typer.Option(help=f"First names; {EVERYBODY} unless said otherwise.")] = None,
    fresh: Annotated[bool, typer.Option("--fresh", help="Forget the town of last time first.")] = False,
) -> None:
    """The whole town on this machine, in the browser. No token, no account, no money."""
    asyncio.run(_play(None if people is None else _people(people), port, fresh=fresh))


def _people(names: str) -> tuple[Person, ...]:
    """The people asked for, each with a name of their own."""
    given = [name.strip() for name in names.split(",") if name.strip()]
    if not FEWEST_PEOPLE <= len(given) <= MOST_PEOPLE:
        raise typer.BadParameter(f"name two to {MOST_PEOPLE} people, with commas between", param_hint="--people")
    for name in given:
        if len(name) > LONGEST_NAME or not all(_in_a_name(character) for character in name):
            raise typer.BadParameter("a first name is made of letters", param_hint="--people")
    if len({name.casefold() for name in given}) < len(given):
        raise typer.BadParameter("two people have the same first name", param_hint="--people")
    return people_named(",".join(given))


def _in_a_name(character: str) -> bool:
    """Letters and the marks that Indian scripts write on them, and what joins the parts of a name."""
    return unicodedata.category(character)[0] in "LM" or character in " '’.-\u200c\u200d"


async def _play(people: tuple[Person, ...] | None, port: int | None, *, fresh: bool) -> None:
    async with AsyncExitStack() as stack:
        residence = await stack.enter_async_context(Residence.claimed(HOME, fresh=fresh))
        stopped = _signals()
        is_new = not residence.town_file.exists()
        town = Town(people or (people_named(EVERYBODY) if is_new else ()))
        await stack.enter_async_context(residence.remembering(town))
        if is_new:
            _open_group(town)
        _check_names(people or (), town)
        settings = _settings(residence)
        await _settle(settings, town)
        await stack.enter_async_context(newcomers_settled(settings, town))
        steward = Steward(residence.log_file)
        serving = await _open(stack, town, port, settings, steward)
        steward.instruct(configuration.environment_of(_at(settings, serving)))
        stack.push_async_callback(steward.stop)
        await steward.start()
        await _until_stopped(stopped, steward, serving)
    note(f"Stopped. The town is kept in {HOME}: `hundi play` goes on there, `hundi play --fresh` starts afresh.")


def _open_group(town: Town) -> None:
    """Everybody lives in one flat; nothing in its group is news to them."""
    group = town.open_group(GROUP, town.people.values())
    for person in town.people.values():
        town.read(person, chat=group)


def _check_names(people: Sequence[Person], town: Town) -> None:
    """The town of last time keeps its people; others need a town of their own."""
    if any(town.people[person.id].first_name != person.first_name for person in people):
        names = ",".join(person.first_name for person in town.people.values())
        stop("other people live in this town", f"they are {names}", "Leave --people out, or add --fresh.")


async def _settle(settings: Settings, town: Town) -> None:
    try:
        if (file := settings.database_file) is not None and file.exists() and not settings.keys_file.exists():
            raise KeysMissingError(settings.keys_file)
        await settle(settings, list(town.people.values()), ahead_s=town.ahead_s)
    except (DeploymentError, KeysError) as error:
        stop("the town of last time cannot be opened", error.problem, "Begin another: `hundi play --fresh`.")


def _settings(residence: Residence) -> Settings:
    """Logs and time as the operator set them, everything else the town's own: never a real token or database."""
    try:
        base = configuration.read()
    except SettingsError as error:
        warn(f"The settings cannot all be used ({error}).", "The town does without them.")
        base = Settings.model_construct()
    ours: dict[str, object] = {
        "database_url": f"sqlite:///{residence.database_file}",
        "keys_file": residence.keys_file,
        "currency": "INR",
        "policy": "play",
        "clock_url": "",
    }
    return base.model_copy(update=ours)


def _at(settings: Settings, serving: Serving) -> Settings:
    where = {
        "bot_token": SecretStr(serving.town.token),
        "telegram_api_url": serving.api_url,
        "clock_url": serving.clock_url,
    }
    return settings.model_copy(update=where)


async def _open(stack: AsyncExitStack, town: Town, port: int | None, settings: Settings, steward: Steward) -> Serving:
    """Open the town at the port asked for, or at the first free one from 8080 on."""
    wanted = [port] if port else range(FIRST_PORT, FIRST_PORT + PORTS_TRIED)
    for candidate in wanted:
        try:
            serving = await stack.enter_async_context(
                serve(
                    town,
                    port=candidate,
                    zone=settings.zone,
                    process=steward,
                    standings=partial(standings, settings, town),
                )
            )
        except OSError as fault:
            if port or fault.errno != errno.EADDRINUSE:
                _complain_of_port(candidate, fault)
            continue
        if candidate != wanted[0]:
            note(f"Port {wanted[0]} is taken, so the page is at {candidate}.")
        return serving
    return stop(f"ports {wanted[0]} to {wanted[-1]} are all taken", mend="Choose another: `hundi play --port 9000`.")


def _complain_of_port(port: int, fault: OSError) -> NoReturn:
    taken = fault.errno == errno.EADDRINUSE
    why = "another program listens there" if taken else fault.strerror or "it cannot be used"
    stop(
        f"port {port} cannot be used", why, f"Choose another: `hundi play --port {port + 1 if taken else FIRST_PORT}`."
    )


async def _until_stopped(stopped: asyncio.Event, steward: Steward, serving: Serving) -> None:
    """Wait for Ctrl-C; ``OperatorError`` if the bot ends first or never begins."""
    ending = asyncio.create_task(steward.died())
    stopping = asyncio.create_task(stopped.wait())
    polling = asyncio.create_task(serving.until_polled(timeout_s=START_PATIENCE_S))
    try:
        await asyncio.wait((ending, stopping, polling), return_when=asyncio.FIRST_COMPLETED)
        if polling.done() and not ending.done() and not stopping.done():
            polling.result()
            _welcome(serving)
        await asyncio.wait((ending, stopping), return_when=asyncio.FIRST_COMPLETED)
        if ending.done() and not stopping.done():
            raise _died(steward, ending.result())
    except TimeoutError:
        raise _died(steward, None) from None
    finally:
        for task in (ending, stopping, polling):
            task.cancel()


def _signals() -> asyncio.Event:
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        loop.add_signal_handler(number, stopped.set)
    return stopped


def _died(steward: Steward, code: int | None) -> OperatorError:
    what = "the bot does not start" if code is None else f"the bot ended by itself (exit code {code})"
    said = " / ".join(line.strip() for line in steward.last_words(3) if line.strip())
    return OperatorError(what, said or "it said nothing", f"Its log is {steward.log_file}.")


def _welcome(serving: Serving) -> None:
    payer, payee, *_ = serving.town.people.values()
    stdout().print(
        Text.assemble(
            ("\n  Hundi is open at  ", "bold"),
            (serving.page_url, "bold cyan underline"),
            "\n\n",
            _step(1, f"Be {payer.first_name} on one side and {payee.first_name} on the other."),
            _step(2, "Press Start on both sides and choose a PIN."),
            _step(3, f"As {payer.first_name}, write:  ", f"send 200 to {payee.first_name}"),
            f"\n  Everybody has {written(PLAY_MONEY)} of play money. ",
            ("Ctrl-C stops; the town is kept in .hundi/play.\n", "dim"),
        )
    )


def _step(number: int, text: str, typed: str = "") -> Text:
    return Text.assemble((f"  {number}  ", "cyan"), text, (typed, "bold"), "\n")
