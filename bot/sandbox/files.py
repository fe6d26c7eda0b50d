"""What people send besides words: pictures, documents, voice, stickers, places, cards. The bot can fetch the files."""

import struct
import zlib
from typing import Final

from bot.sandbox.chats import Message
from bot.sandbox.deeds import Deeds
from bot.sandbox.entities import clean, tidy
from bot.sandbox.ground import Ground, Place, Who
from bot.sandbox.people import Json

_PREVIEWS: Final = (90, 320)  # longer sides of the smaller sizes that Telegram makes: api/files#image-thumbnail-types
_PLAIN: Final = (640, 480)  # of a picture that nobody has made


class Files(Deeds):
    """People's verbs for everything that is no text; ``chat`` and ``reply_to`` as in ``say``."""

    def send_photo(
        self,
        who: Who,
        content: bytes = b"",
        *,
        caption: str = "",
        chat: Place | None = None,
        reply_to: int | None = None,
    ) -> Message:
        """Send a picture (PNG or JPEG); without ``content`` one of a single colour."""
        content = content or plain_picture(*_PLAIN)
        sizes = sizes_of(self, content, *(picture_size(content) or _PLAIN))
        return self._send(who, chat, reply_to, {"photo": sizes}, caption)

    def send_document(
        self,
        who: Who,
        name: str,
        content: bytes,
        *,
        mime_type: str = "application/octet-stream",
        caption: str = "",
        chat: Place | None = None,
        reply_to: int | None = None,
    ) -> Message:
        """Send a file."""
        body = self.keep_file("document", name, content) | {"file_name": name, "mime_type": mime_type}
        plain, entities = tidy(clean(caption), [])
        return self._from(who, chat, document=body, text=plain, entities=entities, reply_to=reply_to)

    def send_voice(self, who: Who, seconds: int = 3, *, content: bytes = b"OggS", chat: Place | None = None) -> Message:
        """Send a voice message."""
        body = self.keep_file("voice", "voice.ogg", content) | {"duration": seconds, "mime_type": "audio/ogg"}
        return self._send(who, chat, None, {"voice": body})

    def send_sticker(self, who: Who, emoji: str = "👍", *, chat: Place | None = None) -> Message:
        """Send a sticker."""
        about = {"type": "regular", "width": 512, "height": 512, "is_animated": False, "is_video": False}
        body = self.keep_file("sticker", "sticker.webp", b"RIFF") | about | {"emoji": emoji, "set_name": "TownFolk"}
        return self._send(who, chat, None, {"sticker": body})

    def send_location(self, who: Who, latitude: float, longitude: float, *, chat: Place | None = None) -> Message:
        """Send a place."""
        return self._send(who, chat, None, {"location": {"latitude": latitude, "longitude": longitude}})

    def share_card(
        self, who: Who, first_name: str, phone_number: str, last_name: str = "", *, chat: Place | None = None
    ) -> Message:
        """Share a card of one's own telephone book, under the name it has there.

        Telegram adds ``user_id`` when the number is somebody's account; who is not on Telegram has none.
        """
        card: Json = {"phone_number": phone_number, "first_name": first_name}
        card |= {"last_name": last_name} if last_name else {}
        known = next(
            (each for each in self.people.values() if phone_number and each.phone_number == phone_number), None
        )
        return self._from(who, chat, contact=card | ({"user_id": known.id} if known else {}))

    def _send(self, who: Who, chat: Place | None, reply_to: int | None, media: Json, caption: str = "") -> Message:
        plain, entities = tidy(clean(caption), [])
        return self._from(who, chat, media=media, text=plain, entities=entities, reply_to=reply_to)


def sizes_of(ground: Ground, content: bytes, width: int, height: int) -> list[Json]:
    """The ``PhotoSize``s of a picture, the smallest first; all hold the same content: nobody measures the previews."""
    sides = [*(side for side in _PREVIEWS if side < max(width, height)), max(width, height)]
    return [ground.keep_file("photo", "photo.jpg", content) | _scaled(width, height, side) for side in sides]


def plain_picture(width: int, height: int) -> bytes:
    """A PNG of one colour."""
    row = b"\x00" + b"\x2f\x6f\xde" * width

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    body = chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(row * height, 9)) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + body


def picture_size(content: bytes) -> tuple[int, int] | None:
    """Width and height of a PNG in pixels; ``None`` for anything else."""
    if content[:8] != b"\x89PNG\r\n\x1a\n" or len(content) < 24:  # noqa: PLR2004  # signature, length, IHDR, 2 numbers
        return None
    width, height = struct.unpack(">II", content[16:24])
    return (width, height) if width and height else None


def _scaled(width: int, height: int, side: int) -> Json:
    longer = max(width, height)
    return {"width": max(width * side // longer, 1), "height": max(height * side // longer, 1)}
