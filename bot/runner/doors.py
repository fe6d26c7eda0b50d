"""What the runner was given: every door it may knock on. Made once, by wiring."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from datetime import tzinfo

from bot.dialogue.effects import Button, File, Line, Say
from bot.dialogue.labels import CSV
from bot.language.lexicon import Lexicon
from bot.language.tongues import Tongues
from bot.memory.circle import Circle
from bot.memory.claims import Claims
from bot.memory.commits import Commits
from bot.memory.conversations import Conversations
from bot.memory.groups import Groups
from bot.memory.inbox import Inbox
from bot.memory.notes import Notes
from bot.memory.outbox import Outbox
from bot.memory.own_data import OwnData
from bot.memory.people import People
from bot.memory.phones import Phones
from bot.memory.renaming import Renaming
from bot.memory.thanks import Thanks
from bot.metrics import Metrics
from bot.pad_screen import PadScreen
from bot.port import Attachment, Outgoing, Transport
from bot.speech.catalogue import Catalogue
from bot.speech.formats import tongues_of
from bot.speech.render import MAX_MESSAGE_UNITS, render, render_line
from bot.vault.invitations import Invitations
from bot.vault.pads import Pads
from bot.vault.pins import PinVault
from bot.vault.tokens import ButtonTokens
from ledger.database.port import Database
from ledger.desk import Ledger
from ledger.exports.statement_csv import Words
from ledger.kernel.instants import Instant
from ledger.policies.policy import PolicyBook


@dataclass(frozen=True, slots=True)
class Voice:
    """Words out, in the reader's language and zone, with buttons that work for that person in that chat."""

    catalogues: Mapping[str, Catalogue]
    tokens: ButtonTokens
    zone: tzinfo

    @property
    def tongues(self) -> Tongues:
        """The languages that can be asked for by name."""
        return tongues_of(tuple(self.catalogues))

    def message(
        self, say: Say, *, language: str, person_id: int = 0, chat_id: int = 0, most_units: int = MAX_MESSAGE_UNITS
    ) -> Outgoing:
        """A message for one person; in a group its buttons are still theirs alone."""

        def mint(button: Button) -> str:
            return self.tokens.seal(button, person_id, chat_id)

        return render(say, catalogue=self.catalogues[language], zone=self.zone, mint=mint, most_units=most_units)

    def attached(self, file: File, instead: Say | None, language: str) -> Attachment:
        """A file as it goes out. What is said in its place has no buttons of its own."""
        words = "" if instead is None else self.message(replace(instead, buttons=()), language=language).html
        return Attachment(file.name, file.mime_type, file.content, words)

    def plain(self, key: str, language: str) -> str:
        """Words without markup or facts, for a file."""
        return self.catalogues[language].plain(key)

    def csv_words(self, language: str) -> Words:
        """What stands in a statement's file."""
        plain = self.catalogues[language].plain
        return Words(**{key.removeprefix("csv."): plain(key) for key in CSV})

    def toast(self, line: Line, language: str) -> str:
        """A short plain line."""
        return render_line(line, catalogue=self.catalogues[language], zone=self.zone)


@dataclass(frozen=True, slots=True)
class Doors:
    """Concrete rooms, not protocols: there is one of each, and a test opens the real ones."""

    bot_id: int
    bot_username: str
    reads_all: bool  # privacy mode is off: the bot sees every message of a group
    database: Database
    commits: Commits
    ledger: Ledger
    people: People
    circle: Circle
    renaming: Renaming
    groups: Groups
    phones: Phones
    invitations: Invitations
    conversations: Conversations
    inbox: Inbox
    outbox: Outbox
    notes: Notes
    claims: Claims
    thanks: Thanks
    own_data: OwnData
    pins: PinVault
    pads: Pads
    screen: PadScreen
    transport: Transport
    voice: Voice
    lexicons: Mapping[str, Lexicon]
    policy: PolicyBook
    region: str
    now: Callable[[], Instant]
    wake_delivery: Callable[[], None]
    wake_notifier: Callable[[], None]
    metrics: Metrics
    set_menu: Callable[[int, str], Awaitable[None]]  # of a private chat, in a language; what fails is only logged
