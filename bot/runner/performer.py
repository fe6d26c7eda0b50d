"""One effect that asks a door, and the event that comes of it. No rule about money stands here, and no word.

Only for the ledger is silence an event of its own: a payment may have moved, so the conversation waits for the answer
instead of calling it failed. Any other door that cannot answer raises, and the turn is tried again from the inbox.
"""

import secrets
from dataclasses import replace
from typing import TypeVar

import structlog

from bot.dialogue import effects as fx
from bot.dialogue import events as ev
from bot.dialogue.people import Me, Payee
from bot.memory.circle import Exhausted
from bot.memory.claims import Claim
from bot.memory.renaming import Taken, TooSoon
from bot.metrics import Stage
from bot.runner.doors import Doors
from bot.runner.views import Look, Views
from ledger.commands import Command, OpenAccount, Pay, Refund
from ledger.kernel.accounts import AccountKind
from ledger.kernel.errors import ContractError, InvariantError, UnavailableError
from ledger.outcomes import Captured, Refunded, Refused

_log = structlog.get_logger(__name__)
# Whoever blocks somebody may block them back: that they were blocked is not to be learnt from it.
_WHATEVER_THEY_DID = frozenset({fx.Action.BLOCK, fx.Action.CONFIRM_BLOCK, fx.Action.UNBLOCK})
_Answer = TypeVar("_Answer")


class Performer:
    """Asks the doors on behalf of the dialogue."""

    def __init__(self, doors: Doors) -> None:
        self._doors = doors
        self._views = Views(doors)

    async def perform(self, me: Me, effect: fx.Effect) -> ev.Event | None:
        """What came of ``effect``; ``None`` for one that has no answer."""
        match effect:
            case fx.AskLedger(command):
                return await self._ask(command)
            case fx.AskQuote(pay):
                if await self._doors.circle.refuses(me.person_id, pay.payee):
                    return ev.PayeeNotFound("")
                return ev.QuoteArrived(self._counted(await self._doors.ledger.quote(pay)))
            case _ if isinstance(effect, Look):
                return await self._views.look(me, effect)
            case fx.OpenLink(link):
                return await self._doors.groups.open_link(me.person_id, link, self._doors.now())
            case fx.LoadPhone() | fx.AcceptInvitation() | fx.LoadPerson() | fx.LoadBlocked():
                return await self._look_at_people(me, effect)
            case fx.FindHandle() | fx.FindPerson() | fx.FindPhone() | fx.AddContact():
                return await self._ask_around(me, effect)
            case _:
                return await self._write_down(me, effect)

    async def _ask(self, command: Command) -> ev.Event:
        doors = self._doors
        if isinstance(command, Pay):
            command = replace(command, note_digest=await doors.notes.digest(command.payment_id))
        try:
            with doors.metrics.timed(Stage.LEDGER):
                outcome = await doors.ledger.ask(command)
        except (UnavailableError, InvariantError) as silent:  # or the desk has stopped and rung: a person must look
            _log.warning("ledger.silent", error=type(silent).__name__, why=str(silent))
            if isinstance(command, Pay):
                doors.metrics.payment("silent")
            return ev.LedgerSilent()
        except ContractError as fault:
            return _fault(command, fault)
        if isinstance(command, Pay):
            doors.metrics.payment("captured" if isinstance(outcome, Captured) else "refused")
        if isinstance(outcome, Captured | Refunded):
            doors.wake_notifier()
        return ev.LedgerAnswered(self._counted(outcome))

    def _counted(self, answer: _Answer) -> _Answer:
        if isinstance(answer, Refused):
            self._doors.metrics.refusal(answer.code)
        return answer

    async def _look_at_people(
        self, me: Me, effect: fx.LoadPhone | fx.AcceptInvitation | fx.LoadPerson | fx.LoadBlocked
    ) -> ev.Event:
        doors = self._doors
        match effect:
            case fx.LoadPhone():
                return ev.PhoneArrived(await doors.phones.number_of(me.person_id) or "")
            case fx.AcceptInvitation(link):
                return await self._accept(me, link)
            case fx.LoadPerson(person_id, action):
                hidden = action not in _WHATEVER_THEY_DID
                return ev.PersonArrived(action, await doors.circle.card(me.person_id, person_id, hidden=hidden))
            case fx.LoadBlocked(page):
                return ev.BlockedArrived(tuple(await doors.circle.blocked(me.person_id)), page)

    async def _accept(self, me: Me, link: str) -> ev.Event:
        doors, now = self._doors, self._doors.now()
        inviter_id = doors.invitations.open(link, now)
        if inviter_id is None:
            return ev.InvitationAccepted(None)
        async with doors.database.transaction() as session:
            return ev.InvitationAccepted(*await doors.circle.befriend(session, inviter_id, me.person_id, now))

    async def _ask_around(
        self, me: Me, effect: fx.FindHandle | fx.FindPerson | fx.FindPhone | fx.AddContact
    ) -> ev.Event:
        doors, now = self._doors, self._doors.now()
        retired = False
        async with doors.database.transaction() as session:
            match effect:
                case fx.FindHandle(handle):
                    found, words = await doors.circle.find_handle(session, me.person_id, handle, now), f"@{handle}"
                    retired = found is None and await doors.renaming.is_retired(session, handle)
                case fx.FindPerson(person_id):
                    found, words = await doors.circle.find_person(session, me.person_id, person_id, now), ""
                case fx.FindPhone(number):
                    found, words = await doors.circle.find_phone(session, me.person_id, number, now), ""
                case fx.AddContact(person_id, nickname):
                    added = await doors.circle.add_contact(session, me.person_id, person_id, now, nickname or None)
                    return ev.PayeeNotFound("") if added is None else ev.ContactAdded(added)
        return _found(found, words, retired=retired)

    async def _write_down(self, me: Me, effect: fx.Effect) -> ev.Event | None:
        doors, now = self._doors, self._doors.now()
        match effect:
            case fx.Register(language):
                return await self._register(me, language)
            case fx.SetLanguage(language):  # stored with the state that caused it
                await doors.set_menu(me.person_id, language)
            case fx.ChangeName() | fx.ChangeHandle():
                return await self._rename(me, effect)
            case fx.StoreClaim(claim_id, payment_id, reason):
                return await self._claim(Claim(claim_id, payment_id, me.person_id, "", reason, now))
            case _:
                raise TypeError(f"{type(effect).__name__} is not performed here")
        return None

    async def _register(self, me: Me, language: str) -> ev.Event:
        """The account id is stored before the ledger is asked, so a crash in between opens no second account."""
        doors = self._doors
        async with doors.database.transaction() as session:
            account_id = await doors.people.account_for(session, me.person_id, doors.now())
        await doors.ledger.ask(OpenAccount(account_id, AccountKind.WALLET, me.currency))
        async with doors.database.transaction() as session:
            handle = await doors.people.register(session, me.person_id, language, doors.now())
        return ev.Registered(handle)

    async def _rename(self, me: Me, effect: fx.ChangeName | fx.ChangeHandle) -> ev.Event:
        doors, now = self._doors, self._doors.now()
        async with doors.database.transaction() as session:
            match effect:
                case fx.ChangeName(name):
                    await doors.renaming.change_name(session, me.person_id, name, now)
                    return ev.NameChanged(name)
                case fx.ChangeHandle(handle):
                    refused = await doors.renaming.change_handle(session, me.person_id, handle, now)
        match refused:
            case None:
                return ev.HandleChanged(handle)
            case Taken():
                return ev.HandleRefused(handle)
            case TooSoon(again_at):
                return ev.HandleRefused(handle, again_at)

    async def _claim(self, claim: Claim) -> ev.Event:
        doors = self._doors
        reference = await self._views.reference_of(claim.payment_id)
        async with doors.database.transaction() as session:
            first = await doors.claims.store(session, replace(claim, reference=reference))
        return ev.ClaimStored(reference, first)


def _fault(command: Command, fault: ContractError) -> ev.Event:
    """Our mistake: logged under a number that the person can quote, and not asked again."""
    fault_id = secrets.token_hex(4)
    asked, error = type(command).__name__, type(fault).__name__
    _log.error("ledger.asked_wrongly", fault=fault_id, command=asked, error=error, why=str(fault))
    return ev.LedgerFault(fault_id, moving=isinstance(command, Pay | Refund))


def _found(found: Payee | Exhausted | None, words: str, *, retired: bool) -> ev.Event:
    if isinstance(found, Exhausted):
        return ev.LookupsExhausted(found.again_at)
    return ev.PayeeNotFound(words, retired) if found is None else ev.PayeeFound(found)
