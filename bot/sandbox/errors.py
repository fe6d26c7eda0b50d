"""How the Bot API says no: a number, a sentence, and sometimes how long to wait or where the chat is now."""

from typing import Final

QUERY_TOO_OLD: Final = "query is too old and response timeout expired or query ID is invalid"
NOT_MODIFIED: Final = (
    "message is not modified: specified new message content and reply markup are exactly the same "
    "as a current content and reply markup of the message"
)
OTHER_POLL: Final = "terminated by other getUpdates request; make sure that only one bot instance is running"
WEBHOOK_ACTIVE: Final = (
    "can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"
)


class ApiError(Exception):
    """The call is refused. ``description`` is Telegram's own sentence: clients match on it."""

    def __init__(
        self, code: int, description: str, *, retry_after_s: int | None = None, migrate_to: int | None = None
    ) -> None:
        super().__init__(description)
        self.code = code
        self.description = description
        self.retry_after_s = retry_after_s
        self.migrate_to = migrate_to

    @property
    def parameters(self) -> dict[str, int]:
        """The ``ResponseParameters``."""
        given = {"retry_after": self.retry_after_s, "migrate_to_chat_id": self.migrate_to}
        return {name: value for name, value in given.items() if value is not None}


def bad_request(sentence: str) -> ApiError:
    """400: the call can never succeed as it is."""
    return ApiError(400, f"Bad Request: {sentence}")


def forbidden(sentence: str) -> ApiError:
    """403: the person does not want to hear from the bot."""
    return ApiError(403, f"Forbidden: {sentence}")


def conflict(sentence: str) -> ApiError:
    """409: somebody else is receiving the updates."""
    return ApiError(409, f"Conflict: {sentence}")


def too_many_requests(retry_after_s: int) -> ApiError:
    """429: wait, then ask the same again."""
    return ApiError(429, f"Too Many Requests: retry after {retry_after_s}", retry_after_s=retry_after_s)
