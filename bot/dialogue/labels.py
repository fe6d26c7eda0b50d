"""Words of the catalogue that stand outside messages: on buttons, in menus, in files, before Start."""

from collections.abc import Mapping
from typing import Final

# Label of a button (``button.<label>`` in the catalogue) → names of its facts.
BUTTON_LABELS: Final[Mapping[str, tuple[str, ...]]] = {
    "pay": ("amount",),  # Pay {amount}
    "cancel": (),  # Cancel
    "pick_payee": ("name", "handle"),  # {name} (@{handle})
    "pick_amount": ("amount",),  # {amount}
    "pick_language": ("language",),  # the language's own name: English, हिन्दी (the fact is its code)
    "receipt": (),  # Receipt
    "thank": (),  # Thank
    "send_back": (),  # Send back
    "confirm_refund": ("amount",),  # Send {amount} back
    "problem": (),  # Problem?
    "problem_paid": ("amount", "name", "at"),  # {amount} to {name} · {at}
    "problem_received": ("amount", "name", "at"),  # {amount} from {name} · {at}
    "reason_wrong_person": (),  # It went to the wrong person
    "reason_wrong_amount": (),  # The amount is wrong
    "reason_not_me": (),  # I did not make this payment
    "reason_nothing_received": (),  # I did not get what I paid for
    "reason_unknown_payer": (),  # I do not know this person
    "reason_other": (),  # Something else
    "this_month": (),  # This month
    "last_month": (),  # Last month
    "last_3_months": (),  # Last 3 months
    "this_year": (),  # This year
    "last_year": (),  # Last year
    "number": ("number",),  # {number}: opens the payment of that line
    "only_sent": (),  # Sent
    "only_received": (),  # Received
    "everything": (),  # All
    "find": (),  # Find …
    "history_with": ("name",),  # {name}
    "history_month": ("month",),  # November
    "back": (),  # Back
    "older": (),  # Older
    "newest": (),  # Newest
    "choose_pin": (),  # Choose a PIN
    "change_pin": (),  # Change PIN
    "change_name": (),  # Change name
    "change_handle": (),  # Change handle
    "forgot_pin": (),  # Forgot PIN?
    "change_limit": (),  # Set a limit
    "limit_per_payment": (),  # One payment
    "limit_per_day": (),  # All of one day
    "limit_per_payee": (),  # One person in a day
    "no_limit": (),  # No limit
    "set_limit": ("limit",),  # Limit to {limit}
    "freeze": (),  # Freeze
    "unfreeze": (),  # Unfreeze
    "add_contact": ("name",),  # Add {name}
    "continue_private": (),  # Continue in private
    "open_private": (),  # Open our chat
    "show_in_group": (),  # Show in the group
    "show_with_amount": (),  # Show with the amount
    "show_without_amount": (),  # Show without the amount
    "topic_balance": (),  # Balance
    "topic_history": (),  # History
    "topic_statement": (),  # Statement
    "topic_export": (),  # My data
    "export": (),  # My data
    "topic_limits": (),  # Limits
    "topic_contacts": (),  # Contacts
    "topic_pin": (),  # PIN
    "topic_profile": (),  # Profile
    "topic_phone": (),  # My number
    "contacts_page": (),  # Contacts
    "more": (),  # More
    "pay_person": ("name",),  # Pay {name}
    "block": (),  # Block
    "confirm_block": ("name",),  # Block {name}
    "unblock": ("name", "handle"),  # Unblock {name} (@{handle})
    "remove_contact": (),  # Remove
    "blocked_page": (),  # Blocked people
    "not_now": (),  # Not now
    "invite": (),  # Invite somebody
    "share_phone": (),  # Share my phone number
    "remove_phone": (),  # Take my number off
    "topic_freeze": (),  # Freeze
    "topic_dispute": (),  # Problem with a payment
    "topic_language": (),  # Language
    "topic_help": (),  # Help
}

# The command menu of a private chat, in the order of need: command → ``menu.<command>`` in the catalogue.
MENU: Final[tuple[str, ...]] = (
    "send",  # Send money
    "balance",  # What you have
    "history",  # Your payments
    "statement",  # Your payments of a month as a file
    "contacts",  # Whom you can pay by name
    "limits",  # How much you can send
    "pin",  # Choose or change your PIN
    "profile",  # Your name and handle
    "phone",  # Be paid by your phone number
    "freeze",  # Stop all payments at once
    "unfreeze",  # Let payments out again
    "dispute",  # Something is wrong with a payment
    "export",  # A copy of your data
    "language",  # Choose a language
    "help",  # What you can write
)

# The menu in a group: what makes sense where others read along. It goes on in the private chat.
GROUP_MENU: Final[tuple[str, ...]] = ("send", "help")

# What Telegram shows before somebody presses Start, and where the bot is shared.
PROFILE: Final[tuple[str, ...]] = ("profile.description", "profile.short_description")

# Words in a statement's file, its columns and what a line can be: ``csv.<field>`` of ledger.exports.statement_csv.Words
CSV: Final[tuple[str, ...]] = (
    *("csv.at", "csv.zone", "csv.what", "csv.name", "csv.handle", "csv.note", "csv.debit", "csv.credit"),
    *("csv.balance", "csv.currency", "csv.reference", "csv.opening", "csv.closing"),
    *("csv.paid", "csv.received", "csv.sent_back", "csv.returned", "csv.added", "csv.taken_out"),
)

# What a copy of everything does not hold, and why.
NOT_IN_EXPORT: Final[tuple[str, ...]] = (
    "export.not_pin",  # Your PIN: nobody can read it.
    "export.not_words",  # What you wrote: deleted once it is answered.
    "export.not_sent",  # That messages were sent to you: deleted after 30 days.
    "export.not_others",  # What others keep of the payments with you.
)
