"""The doctor's checks of a webhook: is it set, does Telegram reach it, can we listen. It changes nothing."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Final

from bot.cli.findings import Finding, error, ok, warning
from bot.transport.telegram.checkup import Checkup

LATELY: Final = timedelta(minutes=15)  # Telegram tries again at least every two minutes while something waits
# What Telegram says of an address that it cannot bring updates to, and what that mostly means.
_MENDS: Final = (
    (
        "401",
        "The secret differs: start every `hundi serve` again, all with the same keys file and HUNDI_WEBHOOK_SECRET.",
    ),
    (
        "404",
        "The proxy changes the path: what arrives at HUNDI_WEBHOOK_LISTEN must have the path of HUNDI_WEBHOOK_URL.",
    ),
    ("405", "The proxy changes the method, often by a redirect: give Telegram the address it leads to."),
    ("413", "The proxy takes no body of this size: allow 1 MiB (nginx: client_max_body_size 1m)."),
    (
        "502",
        "The proxy reaches nobody: start `hundi serve`, and compare HUNDI_WEBHOOK_LISTEN with the proxy's address.",
    ),
    ("503", "Every process was stopping or full: look at /readyz and the log of `hundi serve`."),
    ("504", "The proxy waited in vain: look at the log of `hundi serve`."),
    ("ssl", "The certificate: Telegram wants the whole chain, a name that fits and a date that holds."),
    ("certificate", "The certificate: Telegram wants the whole chain, a name that fits and a date that holds."),
    ("resolve", "The name is not known to the public DNS."),
    ("refused", "Nobody listens there: open the port to the world, and start the proxy and `hundi serve`."),
    ("timed out", "A firewall swallows it: let Telegram's networks in (core.telegram.org/bots/webhooks)."),
    ("timeout", "A firewall swallows it: let Telegram's networks in (core.telegram.org/bots/webhooks)."),
)


def check_webhook(found: Checkup, url: str, *, bot_runs_here: bool) -> Iterator[Finding]:
    """What Telegram says of the address in the settings."""
    if found.webhook_url and found.webhook_url != url:
        mend = "`hundi serve` sets ours again; find who set the other first, or the two take it from each other."
        yield error("webhook", "another address than HUNDI_WEBHOOK_URL is set", mend)
    elif not found.webhook_url and bot_runs_here:
        yield error("webhook", "none is set, though a bot runs", "A `hundi run`? Stop it, then `hundi serve`.")
    elif not found.webhook_url:
        yield ok("webhook", "none yet: `hundi serve` sets it")
        if found.other_poller:
            mend = "`hundi serve` ends that at once: find it first if it is to go on."
            yield warning("pollers", "another program fetches this bot's messages by polling", mend)
    else:
        yield _of_last_error(found)


def _of_last_error(found: Checkup) -> Finding:
    waiting = f"{found.pending_updates} messages wait" if found.pending_updates else "nothing waits"
    at = found.webhook_error_at
    if at is None or datetime.now(UTC) - at > LATELY:
        return ok("webhook", f"set, {waiting}")
    what = f"at {at:%H:%M} UTC Telegram could not bring an update: {found.webhook_error[:200]}; {waiting}"
    said = found.webhook_error.lower()
    mend = next((mend for sign, mend in _MENDS if sign in said), "Look at the proxy, and the log of `hundi serve`.")
    return error("webhook", what, mend) if found.pending_updates else warning("webhook", what, mend)
