"""Every catalogue key the dialogue uses, with the facts it is filled with. The words themselves live in bot/speech.

The comment beside a key is the sentence its author had in mind; a catalogue may say it better. A key always comes with
exactly these facts, so that a catalogue can be checked against this table without running a conversation.
"""

from collections.abc import Mapping
from typing import Final

# Key → names of its facts. What a fact is, its name says: amounts (``amount limit left fee available held refundable``)
# are Money (``limit`` and ``left`` are an int for a limit that counts payments), ``at until expires_at resets_at
# again_at`` are Instants, ``day date month stamp last_date`` are Instants that are printed in part, ``tries digits
# minutes number`` are ints, everything else is text.
KEYS: Final[Mapping[str, tuple[str, ...]]] = {
    # ── beginning ────────────────────────────────────────────────────────────
    "language.choose": (),  # Choose a language.
    "language.set": (),  # From now on we speak English. (said in the language chosen)
    "start.welcome": ("name",),  # Welcome to Hundi, {name}! Here you send money by message.
    "start.languages": ("languages",),  # (under the welcome) {languages}: /language
    "start.handle": ("handle",),  # Your handle is @{handle}. Anybody can pay you by it.
    "start.ready": (),  # You are all set.
    "start.back": ("name", "handle"),  # Welcome back, {name}. Your handle is @{handle}.
    "start.needs_pin": (),  # You have no PIN yet. Choose one, then you can send money.
    "start.moment": (),  # One moment, your account is being opened.
    "hint.send": ("name",),  # To pay, type: send 200 to {name}
    "hint.more": (),  # "balance", "history" and "help" work too.
    # ── PIN ──────────────────────────────────────────────────────────────────
    "pin.choose": ("digits",),  # Choose a PIN of {digits} digits.
    "pin.choose_new": ("digits",),  # Choose a new PIN of {digits} digits.
    "pin.choose_first": (),  # First choose a PIN; then your payment goes on.
    "pin.repeat": (),  # Enter the same PIN once more.
    "pin.enter": (),  # Enter your PIN
    "pin.enter_old": (),  # Enter the PIN you have now.
    "pin.enter_to_export": (),  # To get a copy of your data, enter your PIN.
    "pin.enter_to_unfreeze": (),  # To unfreeze your account, enter your PIN.
    "pin.enter_for_name": ("name",),  # To change your name to {name}, enter your PIN.
    "pin.enter_for_handle": ("handle",),  # To change your handle to @{handle}, enter your PIN.
    "pin.weak": (),  # That PIN is easy to guess (1234, a date, one digit repeated). Please choose another.
    "pin.reused": (),  # That is one of your last three PINs. Please choose another.
    "pin.wrong_length": ("digits",),  # A PIN has {digits} digits. Please try again.
    "pin.mismatch": (),  # The two were not the same. Please choose a PIN again.
    "pin.saved": (),  # Your PIN is saved. Nobody at Hundi can see it, and nobody will ever ask you for it.
    "pin.not_chosen": (),  # Cancelled. You have no PIN yet.
    "pin.unchanged": (),  # Cancelled. Your PIN stays as it was.
    "pin.changed": (),  # Your PIN is changed.
    "pin.changed_alert": ("at",),  # Your PIN was changed on {at}. If this was not you, send /freeze at once.
    "pin.wrong": ("tries",),  # That is not your PIN. {tries} try left. | {tries} tries left.
    "pin.locked": ("until",),  # Too many wrong PINs. Your PIN is locked until {until}.
    "pin.locked_for_now": (),  # Too many wrong PINs. Your PIN is locked.
    "pin.locked_alert": ("at",),  # Your PIN was locked on {at} after wrong ones. Not you? Freeze your account.
    "pin.forgot": (),  # Nobody can see your PIN, so nobody can tell it to you. Ask whoever runs this Hundi for a reset.
    "pin.forgot_try": (),  # You can also try again: three wrong ones in a row lock it for a day.
    "pin.forgot_locked": ("until",),  # It is locked until {until}; then you can try again.
    "pin.forgot_safe": (),  # Your money is safe meanwhile and still comes in. Tell nobody a PIN, not even support.
    "pin.forgot_hint": (),  # (before the last try) Forgot it? Write: forgot pin
    "pin.enter_to_change_limit": (),  # Enter your PIN to raise this limit.
    "pin.pad_closed": (),  # The PIN pad was closed. Press the button again to go on.
    "pin.pad_closed_choose": (),  # The PIN pad was closed. No PIN was saved.
    "pin.typed": (),  # Never type your PIN in a message: it is only asked for on the pad. Was that your PIN? /pin …
    "pin.pad_left_over": (),  # (said by the runner) This PIN pad is closed. Go on in the newest message.
    "pin.pad_is_open": (),  # The PIN pad above is waiting for you.
    # ── sending ──────────────────────────────────────────────────────────────
    "send.how_much": (),  # How much?
    "send.how_much_to": ("name", "handle"),  # How much? To {name} (@{handle})
    "send.to_whom": (),  # To whom?
    "send.to_whom_amount": ("amount",),  # To whom? {amount}
    "send.which_payee": ("words",),  # Which {words}?
    "send.payee_option": ("name", "handle", "masked_id"),  # {name} (@{handle}) · {masked_id}
    "send.more_payees": (),  # There are more. Type more of the name, or the exact @handle.
    "send.unknown_name": ("words",),  # I know nobody called {words} among your contacts. Try the exact @handle.
    "send.try_handle": (),  # Check the name, or type their exact @handle.
    "send.suggested": (),  # Did you mean one of these?
    "send.unknown_payee": ("words",),  # Nobody can be paid as {words}. Check the spelling.
    "send.lookups_exhausted": ("again_at",),  # Too many look-ups. You can look up somebody new at {again_at}.
    "send.asked_amount": (),  # I could not read an amount there. For example: 200 or 1,500.50
    "send.amount_or_pin": (),  # Six digits alone could be a PIN. Write the amount with a comma or "rs".
    "send.lapsed": (),  # This question is over. Nothing was sent.
    "send.confirm": ("amount", "name", "handle"),  # Pay {amount} to {name} (@{handle})?
    "send.note": ("note",),  # Note: {note}
    "send.fee": ("fee",),  # Fee: {fee}
    "send.balance_after": ("available",),  # Balance after: {available}
    "send.warn_new_payee": ("name",),  # You have never paid {name} before. Check the name and handle.
    "send.warn_look_alike": ("name", "handle"),  # Careful: this name looks like {name} (@{handle}), whom you know.
    "send.warn_house": (),  # Whatever it is called, this account is not Hundi's. Hundi never asks you for money.
    "send.warn_disguised": (),  # Careful: this name is written with signs that pass for other letters.
    "send.renamed": ("at",),  # This name is new: changed on {at}. Make sure that it is them.
    "send.renamed_from": ("at", "name"),  # Name changed on {at} (was {name}). Check with them.
    "send.payee_changed": ("name", "handle"),  # {name} (@{handle}) has another name or handle now. Look again.
    "send.handle_retired": ("words",),  # The handle {words} is not in use any more. Ask them for the new one.
    "send.paying": ("amount", "name", "handle"),  # {amount} to {name} (@{handle})
    "send.paid": ("amount", "name"),  # Paid {amount} to {name}
    "send.first_payment": ("name",),  # Your first payment to {name}. Not you? Send /freeze
    "send.reference": ("reference", "at"),  # Reference {reference} · {at}
    "send.expired": (),  # This payment was not confirmed in time. Nothing was sent.
    "send.cancelled": (),  # Cancelled. Nothing was sent.
    "send.nothing_moved": (),  # Nothing was sent.
    "send.waiting": (),  # We are still working on it. This message changes by itself when it is done.
    "send.fault": ("fault",),  # Something went wrong on our side. Look at /history first. Tell support: {fault}
    "send.busy": (),  # One moment: your last payment is still being carried out.
    # ── what a sentence left open (bot.language.intents.AskWhat) ─────────────
    "ask.which_amount": (),  # Which amount do you mean?
    "ask.grouping": (),  # I can read that amount in two ways. Please write it again, for example 1000 or 1.50
    "ask.number_or_name": (),  # I am not sure which part is the amount and which is the name.
    "ask.several_payees": (),  # One payment goes to one person.
    "ask.really_send": (),  # Do you want to send money?
    # ── why a payment cannot be read (bot.language.intents.RefuseWhy) ────────
    "refuse.not_positive": (),  # The amount must be more than zero.
    "refuse.too_precise": (),  # That amount has more decimals than the currency.
    "refuse.too_large": (),  # That amount is too large.
    "refuse.other_currency": ("detail", "currency"),  # {detail} cannot be sent: your account is in {currency}.
    "refuse.not_a_number": (),  # I cannot read that amount. Please write it with the digits 0 to 9.
    "refuse.too_long": (),  # That message is too long for a payment.
    "refuse.not_yet": ("detail",),  # {detail} is not here yet.
    # ── what the ledger refuses (ledger.outcomes.RefusalCode); "Nothing was sent." follows by itself ─────────────
    "refused.confirmation_expired": (),  # This payment was not confirmed in time.
    "refused.amount_not_positive": (),  # The amount must be more than zero.
    "refused.currency_mismatch": ("currency",),  # Your account holds {currency}.
    "refused.self_payment": (),  # You cannot pay yourself.
    "refused.account_frozen": (),  # Your account is frozen. Unfreeze it first.
    "refused.account_frozen_until": ("thaws_at",),  # Your account is frozen until {thaws_at}.
    "refused.per_payment_limit_exceeded": ("limit",),  # One payment can be at most {limit}.
    "refused.new_account_limit_exceeded": ("limit", "left", "resets_at"),  # New accounts can send {limit} in the …
    # … first 24 hours; {left} is left. The limit goes at {resets_at}.
    "refused.new_payee_limit_exceeded": ("limit",),  # A first payment to somebody new can be at most {limit}.
    "refused.daily_count_exceeded": ("limit", "resets_at"),  # You can send {limit} times a day. Again from {resets_at}.
    "refused.daily_limit_exceeded": ("limit", "left", "resets_at"),  # You can send {limit} a day; {left} is left. …
    # … It starts again at {resets_at}.
    "refused.own_payment_limit_exceeded": ("limit",),  # Your own limit for one payment is {limit}.
    "refused.own_daily_limit_exceeded": ("limit", "left", "resets_at"),  # Your own limit is {limit} a day; {left} …
    # … is left. It starts again at {resets_at}.
    "refused.own_payee_limit_exceeded": ("limit", "left", "resets_at"),  # Your own limit is {limit} a day to any …
    # … one person; {left} is left for this one. It starts again at {resets_at}.
    "refused.insufficient_funds": ("available",),  # You have {available}. That is not enough.
    "refused.payee_balance_cap_exceeded": (),  # This person cannot receive that much now.
    "refused.not_yours_to_refund": (),  # Only the person who received a payment can send it back.
    "refused.exceeds_refundable": ("refundable",),  # At most {refundable} of this payment can be sent back.
    "refused.other": (),  # This is not possible now.
    # ── balance, history, limits, contacts ───────────────────────────────────
    "balance.available": ("available",),  # You have {available}.
    "balance.held": ("held",),  # {held} more is held for payments under way.
    "history.title": (),  # Your payments, newest first:
    "history.title_sent": (),  # What you sent, newest first:
    "history.title_received": (),  # What you received, newest first:
    "history.with": ("name",),  # With {name}
    "history.about": ("words",),  # With “{words}” in the note or the name
    "history.month": ("month",),  # November 2026
    "history.day": ("date",),  # 24 Nov 2026
    "history.days": ("date", "last_date"),  # 1 Nov 2026 – 15 Nov 2026
    "history.empty": (),  # No payments yet.
    "history.none_such": (),  # There is no such payment.
    "history.looked_back": ("date",),  # Looked back to {date} so far.
    "history.end": (),  # Nothing older.
    "history.paid": ("number", "day", "amount", "name"),  # {number}. {day} −{amount} to {name}
    "history.received": ("number", "day", "amount", "name"),  # {number}. {day} +{amount} from {name}
    "history.sent_back": ("number", "day", "amount", "name"),  # {number}. {day} −{amount} sent back to {name}
    "history.returned": ("number", "day", "amount", "name"),  # {number}. {day} +{amount} sent back by {name}
    "history.added": ("number", "day", "amount"),  # {number}. {day} +{amount} added
    "history.note": ("note",),  # (one more line under a payment) “{note}”
    "history.find": (),  # Whose payments, or of which month?
    "history.find_words": (),  # Or write: /history priya …
    # ── statement ────────────────────────────────────────────────────────────
    "statement.which": (),  # A statement of which days?
    "statement.write": (),  # You can also write: /statement november 2026
    "statement.unread": ("words",),  # I cannot read {words} as days.
    "statement.to_come": (),  # That is still to come.
    "statement.title": (),  # Statement
    "statement.sums": (
        "opening",
        "money_in",
        "money_out",
    ),  # Opening balance {opening}, in, out
    "statement.closing": ("balance",),  # Closing balance {balance}
    "statement.now": ("balance",),  # Balance now {balance}
    "statement.count": ("count",),  # {count} line in the file. | {count} lines in the file.
    "statement.nothing": ("balance",),  # Nothing moved. Balance {balance}
    "statement.nothing_so_far": ("balance",),  # Nothing moved so far. Balance {balance}
    "statement.too_long": (),  # Too much moved for one file, or too long ago. Ask for fewer days.
    "statement.not_taken": (),  # (instead of the file) The file could not be sent. Ask for fewer days.
    # ── a copy of everything ─────────────────────────────────────────────────
    "export.too_soon": ("again_at",),  # You can do this once an hour; again at {again_at}.
    "export.pin_first": (),  # First choose a PIN. Then write /export again.
    "export.not_now": (),  # Not now. Finish or cancel what is open first.
    "export.moment": (),  # Your data is being put together.
    "export.done": (),  # Your data is in the file below.
    "export.file": ("at",),  # Everything kept about you, as of {at}.
    "export.care": (),  # Keep it where nobody else can read it.
    "export.too_large": (),  # Your data is too much for one file here. Ask support for it.
    "reference.unknown": ("reference",),  # You have no payment with the number {reference}.
    "limits.title": (),  # Your limits:
    "limits.none": (),  # There are no limits now.
    "limits.per_payment_limit_exceeded": ("limit",),  # One payment: {limit}
    "limits.new_account_limit_exceeded": ("limit",),  # New account, first 24 hours: {limit}
    "limits.new_payee_limit_exceeded": ("limit",),  # First payment to somebody new: {limit}
    "limits.daily_count_exceeded": ("limit",),  # Payments a day: {limit}
    "limits.daily_limit_exceeded": ("limit",),  # A day: {limit}
    "limits.own_payment_limit_exceeded": ("limit",),  # Your own, one payment: {limit}
    "limits.own_daily_limit_exceeded": ("limit",),  # Your own, in one day: {limit}
    "limits.own_payee_limit_exceeded": ("limit",),  # Your own, to any one person in a day: {limit}
    "limits.payee_balance_cap_exceeded": ("limit",),  # Most that an account can hold: {limit}
    "limits.which": (),  # Which limit do you want to set for yourself? A payment over it does not go out.
    "limits.which_amount": ("limit",),  # What shall be limited to {limit}?
    "limits.which_none": (),  # Which of your own limits shall go?
    "limits.how_much_per_payment": (),  # How much at most in one payment? Press an amount, or type one.
    "limits.how_much_per_day": (),
    "limits.how_much_per_payee": (),
    "limits.now": ("limit",),  # Now: {limit}
    "limits.unread": (),  # I could not read that as a limit. Write for example: 500 a day
    "limits.answered": (),  # (the question above the answer, without its buttons) Your limits:
    "limits.wanted_per_payment": ("limit",),  # One payment: at most {limit}
    "limits.wanted_per_day": ("limit",),
    "limits.wanted_per_payee": ("limit",),
    "limits.lift_per_payment": (),  # One payment: no limit of your own
    "limits.lift_per_day": (),
    "limits.lift_per_payee": (),
    "limits.confirm": (),  # It holds at once. Raising it again takes your PIN.
    "limits.set_per_payment": ("limit",),  # Done. One payment: at most {limit}.
    "limits.set_per_day": ("limit",),
    "limits.set_per_payee": ("limit",),
    "limits.lifted_per_payment": (),  # Done. You have no limit of your own for one payment.
    "limits.lifted_per_day": (),
    "limits.lifted_per_payee": (),
    "limits.same": (),  # That is how it is already. Nothing was changed.
    "limits.still": (),  # Your limits stay as they are.
    "limits.lapsed": (),  # This question is over. Your limits stay as they are.
    "limits.moment": (),  # We are setting your limit. This goes on by itself until it is done.
    "limits.loosened_alert": ("at",),  # One of your own limits was raised on {at}. If this was not you, send /freeze …
    "limits.left": ("left",),  # (after the line above) {left} left
    "limits.left_until": ("left", "resets_at"),  # (after the line above) {left} left until {resets_at}
    "contacts.title": (),  # People you can pay by name:
    "contacts.none": (),  # You have no contacts yet.
    "contacts.page": ("page", "pages"),  # Page {page} of {pages}
    "contacts.card": ("name", "handle", "masked_id"),  # {name} (@{handle}) · {masked_id}
    "contacts.since": ("at",),  # In your contacts since {at}
    "contacts.met": ("at",),  # Last payment between you: {at}
    "contacts.removed": ("name",),  # {name} is not among your contacts any more.
    "contacts.gone": (),  # They cannot be found.
    "contacts.how_to_add": (),  # To add somebody: /contacts @handle, or share their Telegram contact here.
    "contacts.added": ("name", "handle"),  # {name} (@{handle}) is one of your contacts now.
    "contacts.already": ("name", "handle"),  # {name} (@{handle}) is one of your contacts already.
    "contacts.not_here": (),  # They are not on Hundi yet.
    "contacts.unknown": ("words",),  # Nobody has the handle {words}.
    "contacts.yourself": (),  # That is you.
    # ── profile ──────────────────────────────────────────────────────────────
    "profile.you": ("name", "handle", "masked_id"),  # {name} (@{handle}) · {masked_id}
    "profile.since": ("at",),  # With Hundi since {at}.
    "profile.flagged": ("until",),  # Until {until} people who pay you are told that your name is new.
    "profile.handle_stays": ("again_at",),  # Your handle can be changed again from {again_at}.
    "profile.ask_name": ("name",),  # Your name is {name}. Type the new one. …
    "profile.ask_handle": ("handle",),  # Your handle is @{handle}. Type the new one. …
    "profile.name_letters": (),  # A name begins with a letter.
    "profile.name_length": (),  # That name is too long.
    "profile.name_signs": (),  # A name has letters, digits and . , ' - & ( ) only.
    "profile.name_disguised": (),  # That name has signs that pass for other letters.
    "profile.name_reserved": (),  # That name could be taken for Hundi itself, or a bank.
    "profile.handle_letters": (),  # A handle has the letters a to z, digits and _, and begins with a letter.
    "profile.handle_length": (),  # A handle has 3 to 32 signs.
    "profile.handle_reserved": (),  # That handle could be taken for Hundi itself, or a bank.
    "profile.handle_taken": ("handle",),  # @{handle} is or was somebody's. Choose another.
    "profile.same": (),  # That is what it is already.
    "profile.unchanged": (),  # Cancelled. Nothing was changed.
    "profile.lapsed": (),  # This question is over. Nothing was changed.
    "profile.name_changed": ("name",),  # Your name is {name} now.
    "profile.handle_changed": ("handle",),  # Your handle is @{handle} now. Nobody can be paid by the old one.
    "profile.name_alert": ("name", "at"),  # Your name was changed to {name} on {at}. If this was not you, /freeze.
    "profile.handle_alert": ("handle", "at"),  # Your handle was changed to @{handle} on {at}. If this was not you …
    # ── blocking ─────────────────────────────────────────────────────────────
    "block.sure": ("name", "handle"),  # Block {name} (@{handle})?
    "block.means": (),  # They will not find or pay you here, and are not told. What was paid can still be sent back.
    "block.done": ("name",),  # {name} is blocked: …
    "block.over": ("name",),  # {name} can find and pay you again.
    "block.which": (),  # Whom do you mean?
    "block.title": (),  # People you have blocked:
    "block.none": (),  # You have blocked nobody.
    "block.not_blocked": ("words",),  # You have not blocked {words}.
    "block.how": (),  # To block somebody, write /block @handle, or press Block on their card in /contacts.
    # ── inviting ─────────────────────────────────────────────────────────────
    "invite.text": (),  # (goes with the link) I send and receive money by message with Hundi. Join me:
    "invite.met": ("name", "handle"),  # {name} (@{handle}) invited you: you are contacts now and can pay each other.
    "invite.joined": ("name", "handle"),  # {name} (@{handle}) came by your invitation and is one of your contacts now.
    # ── their own phone number ───────────────────────────────────────────────
    "phone.share": (),  # People who have your number can pay you by it. Press the button below to share it.
    "phone.private": (),  # Nobody is shown your number.
    "phone.press_button": (),  # A number that is typed proves nothing: press the button below.
    "phone.bound": ("phone",),  # Done. People can pay you by {phone}.
    "phone.off": (),  # /phone takes it off again.
    "phone.unreadable": (),  # This number cannot be used. …
    "phone.not_shared": (),  # Your number was not shared.
    "phone.yours": ("phone",),  # People can pay you by {phone}. Nobody is shown your number.
    "phone.none": (),  # There is no phone number on your account.
    "phone.removed": (),  # Your number is off your account. Nobody can pay you by it now.
    "phone.moved": (),  # Your phone number is on another account now, as Telegram says that it is theirs. …
    # ── freeze ───────────────────────────────────────────────────────────────
    "freeze.sure": (),  # Freezing stops … Freeze now?
    "freeze.offer": (),  # If somebody else may have your phone or your PIN, freeze now: nothing goes out any more. …
    "freeze.sessions": (),  # On another device, open Telegram → Settings → Devices and end the session you do not know.
    "freeze.frozen_already": (),  # Your account is frozen already: nothing goes out.
    "freeze.done": (),  # Your account is frozen. Nothing goes out; money still comes in.
    "freeze.moment": (),  # We are freezing your account. This goes on by itself until it is done.
    "freeze.not_frozen": (),  # Your account is not frozen.
    "freeze.thaws_at": ("thaws_at",),  # Your account opens again at {thaws_at}. Until then nothing goes out.
    "freeze.lifted": (),  # Your account is open again.
    "freeze.moment_unfreeze": (),  # We are unfreezing your account. This goes on by itself until it is done.
    "freeze.still": (),  # Your account stays frozen.
    # ── after a payment ──────────────────────────────────────────────────────
    "receipt.title": (),  # Receipt
    "receipt.paid": ("amount", "name", "handle"),  # {amount} paid to {name} (@{handle})
    "receipt.received": ("amount", "name", "handle"),  # {amount} received from {name} (@{handle})
    "receipt.added": ("amount",),  # {amount} added to your balance
    "receipt.when": ("stamp", "reference"),  # {stamp} · Reference {reference}
    "receipt.returned_all": (),  # All of it was sent back.
    "receipt.returned": ("amount",),  # {amount} of it was sent back.
    "payment.unknown": (),  # This payment cannot be found.
    "thank.sent": ("name",),  # {name} was thanked.
    "thank.already": (),  # You have said thanks already.
    "thank.received": ("name", "amount", "reference"),  # {name} thanks you for {amount}. Reference {reference}
    "thank.only_payee": (),  # Only the person who received a payment can say thanks.
    "refund.confirm": ("amount", "name"),  # Send {amount} back to {name}?
    "refund.sending": ("amount", "name"),  # {amount} back to {name}
    "refund.done": ("amount", "name"),  # Sent {amount} back to {name}
    "refund.nothing_left": (),  # All of this payment was sent back already.
    "refund.pin_first": (),  # First choose a PIN; then press “Send back” again.
    "refund.expired": (),  # This was not confirmed in time. Nothing was sent back.
    "refund.waiting": (),  # We are still working on it. This message changes by itself when it is done.
    "problem.what_paid": ("amount", "name", "reference"),  # What is wrong with {amount} to {name}?
    "problem.what_received": ("amount", "name", "reference"),  # What is wrong with {amount} from {name}?
    "problem.stored": ("reference",),  # Thank you. A person from support will answer you here. Reference {reference}
    "problem.already": ("reference",),  # You have told us about this payment. A person will answer you here. …
    "dispute.how": (),  # Press “Problem?” under a payment, or choose one here:
    "dispute.none": (),  # You have no payments yet. “Problem?” stands under each payment you make or receive.
    # ── help and the rest ────────────────────────────────────────────────────
    "help.title": (),  # You can simply write what you want:
    "help.send": ("name",),  # send 200 to {name} for tea
    "help.send_phone": (),  # pay 1,500.50 to +91 90000 01002
    "help.limit": (),  # limit me to 500 a day
    "help.topics": (),  # balance, history, contacts, statement
    "help.group": (),  # In a group: /send 200 as a reply. It goes on here.
    "help.safety": (),  # /freeze stops everything at once. /pin changes your PIN.
    "help.pin_never": (),  # You never need your PIN to receive money.
    "not_understood": (),  # I did not understand that.
    "cancel.done": (),  # Cancelled.
    "cancel.nothing": (),  # There is nothing to cancel.
    "digits.alone": (),  # A number alone could be anything. (hint.send follows)
    "error.unreadable": ("fault",),  # (said by the runner) We lost the thread … look at /history; {fault}
    "error.lost": (),  # (said by the runner) I was restarted and did not keep your last message. Send it again.
    "error.store_away": (),  # (said by the runner) I cannot write anything down now; I go on by myself.
    "error.too_fast": (),  # (said by the runner) More than I can answer; what came last I did not read.
    "error.ours": ("fault",),  # (said by the runner) Something went wrong on our side. Tell support: {fault}
    # ── messages that command nothing ────────────────────────────────────────
    "foreign.forwarded": (),  # Forwarded messages move no money. Write it yourself.
    "foreign.via_bot": (),  # Messages made by another bot move no money. Write it yourself.
    "foreign.edited": (),  # An edited message is not read again. Please send a new one.
    "foreign.not_text": (),  # I can only read text.
    "foreign.somebody_elses_tap": (),  # This button is somebody else's.
    "foreign.unreadable_tap": (),  # (toast) This button does not work any more.
    # ── groups ───────────────────────────────────────────────────────────────
    "group.pointer": (),  # (in the group) Let us go on in our private chat.
    "group.not_understood": (),  # (in the group) I did not understand that. Try: /send 200 @handle
    "group.reply_unclear": (),  # I cannot tell who wrote the message you replied to.
    "group.unknown_name": ("words",),  # I know nobody called {words} among your contacts, nor have I seen one there.
    "group.link_foreign": (),  # That button was made for somebody else.
    "group.link_expired": (),  # That button is no longer good: it lasts 15 minutes. Write it again, here or there.
    "group.link_used": (),  # That was opened before. To do it again, write it again.
    "group.below": (),  # It goes on below.
    "group.show_how": ("name",),  # Show in the group that you paid {name}?
    "group.shown": (),  # (toast) Shown in the group.
    "group.shown_already": (),  # (toast) It was shown in the group already.
    "group.paid": ("payer", "name"),  # (in the group) {payer} paid {name}
    "group.paid_amount": ("payer", "name", "amount"),  # (in the group) {payer} paid {name} {amount}
    "group.not_shown": (),  # I could not show your payment in the group … The payment itself stands.
    "group.maybe_shown": (),  # I do not know whether your payment was shown in the group: please look there.
    "group.silenced": (),  # I cannot write in that group. Write to me here instead.
    "group.pin_seen": (),  # What you typed in the group looks like your PIN, and others may have read it. If so, …
    "group.pin_deleted": (),  # I deleted it there.
    "group.pin_stays": (),  # I may not delete it there: please delete it yourself.
    "group.pin_owed": (),  # I am trying to delete it there; look whether it is gone.
    "group.may_not_delete": (),  # (in the group) I may not delete messages here. If you did not mean to post that, …
    "group.hello": (),  # (in the group) Hello! I move money between people here, each in their private chat with me.
    "group.hello_example": (),  # (in the group) Type /send 200 @handle, or reply to somebody with /send 200.
    "group.sees_some": (),  # (in the group) I see only commands, messages that name me, and replies to me.
    "group.sees_all": (),  # (in the group) As an admin I see every message; I act only on those meant for me.
    "group.never_pin": (),  # (in the group) I never ask for a PIN here. One typed by mistake I delete.
    "group.never_pin_no_delete": (),  # (in the group) I never ask for a PIN here, and may not delete one typed by …
    "group.nameless": (),  # (in the group) You write as the group or a channel, so I cannot tell who you are. …
    # ── toasts: the short line that answers a tap ────────────────────────────
    "toast.earlier": (),  # This button is from an earlier payment.
    "toast.over": (),  # This button is from an earlier question.
    "toast.expired": (),  # This button is too old.
    "toast.pad_open": (),  # Enter your PIN on the pad.
    "toast.payee_changed": (),  # Their name or handle has just changed. Look again before you pay.
    "toast.done": (),  # That is done already.
    "toast.store_away": (),  # (said by the runner) I cannot save anything just now …
    "toast.too_fast": (),  # (said by the runner) Too fast: one at a time, please.
    "toast.moment": (),  # One moment …
    "toast.not_now": (),  # Not now. Finish or cancel what is open first.
    "toast.start_first": (),  # Press /start first.
    # ── notices: what the books say happened (bot.dialogue.notices) ──────────
    "notice.received": ("amount", "name"),  # {amount} from {name}
    "notice.reference": ("reference", "at"),  # Reference {reference} · {at}
    "notice.returned": ("amount", "name"),  # {name} sent {amount} back to you
    "notice.added": ("amount",),  # {amount} added
}
