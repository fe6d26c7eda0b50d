"""Who is what in a group or a channel, as a ``ChatMember`` of the Bot API. Pure.

Which fields belong to which status: core.telegram.org/bots/api#chatmember and its six kinds.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from bot.sandbox.people import Json

# What an administrator may be allowed; the second group exists in supergroups only, the third in channels only.
RIGHTS: Final = (
    "can_manage_chat", "can_delete_messages", "can_manage_video_chats", "can_restrict_members", "can_promote_members",
    "can_change_info", "can_invite_users", "can_post_stories", "can_edit_stories", "can_delete_stories",
    "can_send_welcome_messages",
)  # fmt: skip
_GROUP_RIGHTS: Final = ("can_pin_messages", "can_manage_topics")
_CHANNEL_RIGHTS: Final = ("can_post_messages", "can_edit_messages")
EVERY_RIGHT: Final = (*RIGHTS, *_GROUP_RIGHTS, *_CHANNEL_RIGHTS)

# What an ordinary member may be allowed: bots/api#chatpermissions.
PERMISSIONS: Final = (
    "can_send_messages", "can_send_audios", "can_send_documents", "can_send_photos", "can_send_videos",
    "can_send_video_notes", "can_send_voice_notes", "can_send_polls", "can_send_other_messages",
    "can_add_web_page_previews", "can_react_to_messages", "can_edit_tag", "can_change_info", "can_invite_users",
    "can_pin_messages", "can_manage_topics",
)  # fmt: skip
USUAL_PERMISSIONS: Final = tuple(name for name in PERMISSIONS if name not in {"can_change_info", "can_pin_messages"})

_PRESENT: Final = frozenset({"creator", "administrator", "member", "restricted"})


@dataclass(slots=True)
class Member:
    """One membership. ``may`` names the rights of an administrator, or what a restricted member is left with."""

    status: str = "member"  # creator | administrator | member | restricted | left | kicked
    may: tuple[str, ...] = ()
    is_anonymous: bool = False  # of a creator or an administrator: writes as the group itself
    custom_title: str = ""
    is_in: bool = True  # whether they are in the chat: a creator and a restricted one stay what they are when they go
    unread: int = 0  # messages of others since this person last looked

    @property
    def is_present(self) -> bool:
        """Whether they are in the chat."""
        return self.is_in and self.status in _PRESENT

    @property
    def is_admin(self) -> bool:
        """Whether they administer the chat, as its creator or otherwise."""
        return self.status in {"creator", "administrator"}

    def may_do(self, right: str) -> bool:
        """Whether an administrator has this right; a creator has all."""
        return self.status == "creator" or (self.status == "administrator" and right in self.may)

    def may_send(self, permission: str, permissions: Iterable[str]) -> bool:
        """Whether they may send this kind of thing where ``permissions`` hold for everybody."""
        if self.is_admin:
            return True
        allowed = permission in permissions
        return allowed and (permission in self.may if self.status == "restricted" else self.status == "member")

    def as_json(self, user: Json, chat_kind: str) -> Json:
        """The ``ChatMember``."""
        body: Json = {"user": user, "status": self.status}
        title = {"custom_title": self.custom_title} if self.custom_title else {}
        match self.status:
            case "creator":
                return body | {"is_anonymous": self.is_anonymous} | title
            case "administrator":
                own = {"channel": _CHANNEL_RIGHTS, "supergroup": _GROUP_RIGHTS, "group": _GROUP_RIGHTS[:1]}
                rights = {name: name in self.may for name in (*RIGHTS, *own.get(chat_kind, ()))}
                return body | {"can_be_edited": False, "is_anonymous": self.is_anonymous} | rights | title
            case "restricted":
                left = {name: name in self.may for name in PERMISSIONS}
                return body | {"is_member": self.is_in, "until_date": 0} | left
            case "kicked":
                return body | {"until_date": 0}
            case _:
                return body


LEFT: Final = Member("left")
