"""Methods about the bot itself: its command menus, its descriptions, its webhook. Same shape as ``methods``."""

import re
from typing import Any, Final

from bot.loopback import is_loopback
from bot.sandbox.errors import bad_request
from bot.sandbox.params import Params
from bot.sandbox.people import Json
from bot.sandbox.town import Town

COMMANDS_MAX: Final = 100  # core.telegram.org/bots/api#setmycommands
DESCRIPTION_MAX: Final = 256  # core.telegram.org/bots/api#botcommand
SECRET_MAX: Final = 256  # core.telegram.org/bots/api#setwebhook
CONNECTIONS: Final = 40  # the same: "Defaults to 40"
CONNECTIONS_MAX: Final = 100  # the same: 1–100; a number outside is brought inside
_SECRET = re.compile(r"[A-Za-z0-9_-]*")
_COMMAND = re.compile(r"/?[a-z0-9_]{1,32}")
_PROFILE_MAX = {"name": 64, "description": 512, "short_description": 120}  # bots/api#setmyname and its neighbours
_SCOPES = frozenset(
    {"default", "all_private_chats", "all_group_chats", "all_chat_administrators"}
    | {"chat", "chat_administrators", "chat_member"}
)


def _scope(town: Town, params: Params) -> str:
    """The scope as one word: ``default``, ``all_private_chats``, ``chat:1001``."""
    scope = params.json("scope") or {"type": "default"}
    if not isinstance(scope, dict) or scope.get("type") not in _SCOPES:
        raise bad_request("can't parse BotCommandScope: unsupported type specified")
    if "chat_id" in scope and int(scope["chat_id"]) not in town.chats:
        raise bad_request("chat not found")
    where = [str(scope[key]) for key in ("chat_id", "user_id") if key in scope]
    return ":".join([scope["type"], *where])


def _command(given: Any) -> Json:  # noqa: ANN401  # from outside: checked here
    if not isinstance(given, dict):
        raise bad_request("can't parse list of bot commands")
    command, description = str(given.get("command", "")), str(given.get("description", ""))
    if not _COMMAND.fullmatch(command):
        raise bad_request("BOT_COMMAND_INVALID")
    if not 1 <= len(description) <= DESCRIPTION_MAX:
        raise bad_request("BOT_COMMAND_DESCRIPTION_INVALID")
    return {"command": command.removeprefix("/"), "description": description}


def set_my_commands(town: Town, params: Params) -> bool:
    """Set the menu of one scope and language."""
    given = params.json("commands")
    if not isinstance(given, list):
        raise bad_request("commands are not specified")
    if len(given) > COMMANDS_MAX:
        raise bad_request("BOT_COMMANDS_TOO_MUCH")
    town.commands[_scope(town, params), params.text("language_code")] = [_command(each) for each in given]
    town.tell({"kind": "commands"})
    return True


def get_my_commands(town: Town, params: Params) -> list[Json]:
    """The menu of exactly this scope and language."""
    return town.commands.get((_scope(town, params), params.text("language_code")), [])


def delete_my_commands(town: Town, params: Params) -> bool:
    """Take a menu away: the wider scope shows."""
    town.commands.pop((_scope(town, params), params.text("language_code")), None)
    town.tell({"kind": "commands"})
    return True


def set_profile(town: Town, params: Params, field: str) -> bool:
    """Set name, description or short description for one language; an empty one is removed."""
    text = params.text(field)
    if len(text) > _PROFILE_MAX[field]:
        raise bad_request(f"{field.replace('_', ' ')} is too long")
    town.profile[field, params.text("language_code")] = text
    town.tell({"kind": "commands"})
    return True


def get_profile(town: Town, params: Params, field: str) -> Json:
    """Name, description or short description; in the language, or else the general one."""
    language = params.text("language_code")
    text = town.profile.get((field, language)) or town.profile.get((field, ""), "")
    return {field: text or (town.bot.first_name if field == "name" else "")}


def set_webhook(town: Town, params: Params) -> bool:
    """Set a webhook: from now on ``courier`` brings the updates, and getUpdates is a Conflict.

    As a server started with ``--local``, the town takes http and any port; but only on this machine.
    """
    url, secret = params.text("url"), params.text("secret_token")
    if not url:
        return delete_webhook(town, params)
    if not (url.startswith("https://") or (url.startswith("http://") and is_loopback(url))):
        raise bad_request("bad webhook: An HTTPS URL must be provided for webhook")
    if len(secret) > SECRET_MAX:
        raise bad_request("secret token is too long")
    if not _SECRET.fullmatch(secret):
        raise bad_request("secret token contains unallowed characters")
    if params.flag("drop_pending_updates"):
        town.updates.drop_all()
    remember_allowed(town, params)
    connections = min(max(params.number("max_connections", CONNECTIONS), 1), CONNECTIONS_MAX)
    town.webhook = {"url": url, "max_connections": connections} | ({"secret_token": secret} if secret else {})
    town.tell({"kind": "webhook"})
    return True


def delete_webhook(town: Town, params: Params) -> bool:
    """Forget the webhook."""
    if params.flag("drop_pending_updates"):
        town.updates.drop_all()
    town.webhook = {}
    town.tell({"kind": "webhook"})
    return True


def get_webhook_info(town: Town, _params: Params) -> Json:
    """The ``WebhookInfo``; an empty url when none is set. It does not tell the secret."""
    shown = {name: value for name, value in town.webhook.items() if name != "secret_token"}
    info: Json = {"url": "", "has_custom_certificate": False, "pending_update_count": len(town.updates)} | shown
    return info | ({"allowed_updates": town.updates.allowed} if town.updates.allowed else {})


def remember_allowed(town: Town, params: Params) -> None:
    """``allowed_updates`` holds until it is given again; an empty list means the usual kinds."""
    kinds = params.json("allowed_updates")
    if isinstance(kinds, list):
        town.updates.allow([str(kind) for kind in kinds])


def set_menu_button(_town: Town, _params: Params) -> bool:
    """Accepted: the page always shows the command menu."""
    return True


def get_menu_button(_town: Town, _params: Params) -> Json:
    """The command menu, always."""
    return {"type": "commands"}
