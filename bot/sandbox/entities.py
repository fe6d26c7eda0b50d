"""Telegram's HTML subset → text and entities, with offsets counted in UTF-16 code units. Pure.

The order of checks and the sentences follow td/telegram/MessageEntity.cpp (parse_html); docs/telegram.md lists what
is not imitated.
"""

import re
import sys
from dataclasses import dataclass

from bot.sandbox.errors import bad_request
from bot.sandbox.people import Json

_TYPES = {
    "b": "bold", "strong": "bold", "i": "italic", "em": "italic", "u": "underline", "ins": "underline",
    "s": "strikethrough", "strike": "strikethrough", "del": "strikethrough", "tg-spoiler": "spoiler",
    "span": "spoiler", "code": "code", "pre": "pre", "blockquote": "blockquote", "a": "text_link",
    "tg-emoji": "custom_emoji",
}  # fmt: skip
_NAMED = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}
_CHARACTER = re.compile(r"&(?:#x([0-9a-fA-F]{1,8})|#([0-9]{1,10})|([a-z]{2,4}));?")
_NAME_TOKEN = re.compile(r"[A-Za-z0-9.\-]*")
_SURROGATES = range(0xD800, 0xE000)
_SPACE = " \t\r\n"
_LITERAL = frozenset({"code", "pre"})  # nothing is detected inside these
_MERGED = frozenset({"bold", "italic", "underline", "strikethrough", "spoiler"})  # neighbours become one
_DETECTED = (
    ("url", re.compile(r"https?://[^\s<>\"]*[^\s<>\".,;:!?)]")),
    ("email", re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)*\.[A-Za-z]{2,}")),
    ("mention", re.compile(r"(?<![\w@/.])@[A-Za-z][A-Za-z0-9_]{2,31}(?!\w|@)")),
    ("bot_command", re.compile(r"(?<![\w/<>])/[A-Za-z0-9_]{1,64}(?:@[A-Za-z0-9_]{3,32})?(?![\w/])")),
    ("hashtag", re.compile(r"(?<!\w)#(?=\w*[^\W\d])\w{1,256}")),
)


def utf16_length(text: str) -> int:
    """Length in UTF-16 code units: what every offset and length of the Bot API counts."""
    return len(text) + sum(character > "\uffff" for character in text)


def utf16_slice(text: str, offset: int, length: int) -> str:
    """The part of a text that an entity marks."""
    units = text.encode("utf-16-le", "surrogatepass")
    return units[2 * offset : 2 * (offset + length)].decode("utf-16-le", "replace")


@dataclass(slots=True)
class _Open:
    tag: str
    entity: Json
    begins_at: int  # UTF-16
    written: int  # pieces of text before it


class _Html:
    """One reading of one text, from left to right."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.at = 0
        self.text: list[str] = []
        self.offset = 0  # UTF-16 code units written so far
        self.open: list[_Open] = []
        self.entities: list[Json] = []

    def read(self) -> tuple[str, list[Json]]:
        while self.at < len(self.source):
            character = self.source[self.at]
            if character == "<":
                self._tag()
            elif character == "&" and (match := _CHARACTER.match(self.source, self.at)) and (plain := _decoded(match)):
                self._write(plain)
                self.at = match.end()
            else:
                self._write(character)
                self.at += 1
        if self.open:
            raise _unreadable(f'Can\'t find end tag corresponding to start tag "{self.open[-1].tag}"')
        return "".join(self.text), self.entities

    def _write(self, plain: str) -> None:
        self.text.append(plain)
        self.offset += utf16_length(plain)

    def _tag(self) -> None:
        begin = self._byte_offset()
        self.at += 1
        if self.source.startswith("/", self.at):
            self.at += 1
            self._end_tag(begin)
        else:
            self._start_tag(begin)

    def _start_tag(self, begin: int) -> None:
        tag = self._word().lower()
        if self.at >= len(self.source):
            raise _unreadable(f"Unclosed start tag at byte offset {begin}")
        if tag not in _TYPES:
            raise _unreadable(f'Unsupported start tag "{tag}" at byte offset {begin}')
        attributes = self._attributes(tag, begin)
        entity = _entity(tag, attributes, begin)
        inner_code = tag == "code" and self.open and self.open[-1].tag == "pre"
        if inner_code and "language" in entity and self.open[-1].begins_at == self.offset:
            self.open[-1].entity["language"] = entity["language"]
            entity = {}  # <pre><code class="language-…"> is one entity
        elif tag == "code":
            entity.pop("language", None)
        self.open.append(_Open(tag, entity, self.offset, len(self.text)))

    def _attributes(self, tag: str, begin: int) -> dict[str, str]:
        found: dict[str, str] = {}
        while True:
            self._skip_space()
            if self._next() == ">":
                self.at += 1
                return found
            self._still_open(tag, begin)
            name = self._word("=>")
            if not name:
                raise _unreadable(f'Empty attribute name in the tag "{tag}" at byte offset {begin}')
            self._skip_space()
            if self._next() == "=":
                self.at += 1
                self._skip_space()
                self._still_open(tag, begin)
                found[name.lower()] = self._value(begin)
            else:
                found[name.lower()] = ""

    def _value(self, begin: int) -> str:
        quote = self._next()
        if quote in "\"'":
            end = self.source.find(quote, self.at + 1)
            if end < 0 or end + 1 == len(self.source):
                raise _unreadable(f"Unclosed start tag at byte offset {begin}")
            value, self.at = self.source[self.at + 1 : end], end + 1
            return _CHARACTER.sub(lambda match: _decoded(match) or match.group(), value)
        token_begin = self._byte_offset()
        token = _NAME_TOKEN.match(self.source, self.at)
        assert token is not None  # noqa: S101  # the pattern matches nothing at all, too
        self.at = token.end()
        if self._next() not in _SPACE + ">":
            raise _unreadable(f"Unexpected end of name token at byte offset {token_begin}")
        return token.group().lower()

    def _still_open(self, tag: str, begin: int) -> None:
        if not self._next():
            raise _unreadable(f'Unclosed start tag "{tag}" at byte offset {begin}')

    def _next(self) -> str:
        return self.source[self.at : self.at + 1]

    def _byte_offset(self) -> int:
        return len(self.source[: self.at].encode())

    def _end_tag(self, begin: int) -> None:
        if not self.open:
            raise _unreadable(f"Unexpected end tag at byte offset {begin}")
        tag = self._word()
        self._skip_space()
        if self.at >= len(self.source) or self.source[self.at] != ">":
            raise _unreadable(f"Unclosed end tag at byte offset {begin}")
        self.at += 1
        opened = self.open.pop()
        if tag and tag.lower() != opened.tag:
            raise _unreadable(f'Unmatched end tag at byte offset {begin}, expected "</{opened.tag}>", found "</{tag}>"')
        self._close(opened)

    def _close(self, opened: _Open) -> None:
        length = self.offset - opened.begins_at
        if opened.tag == "a" and "url" not in opened.entity:
            opened.entity = _link("".join(self.text[opened.written :]))
        if opened.entity and length:
            self.entities.append(opened.entity | {"offset": opened.begins_at, "length": length})

    def _word(self, ends: str = ">") -> str:
        begin = self.at
        while self.at < len(self.source) and self.source[self.at] not in _SPACE + ends:
            self.at += 1
        return self.source[begin : self.at]

    def _skip_space(self) -> None:
        while self.at < len(self.source) and self.source[self.at] in _SPACE:
            self.at += 1


def _unreadable(sentence: str) -> Exception:
    return bad_request(f"can't parse entities: {sentence}")


def _decoded(match: re.Match[str]) -> str:
    """The character of ``&lt;`` or ``&#38;``; empty when it names none, and then it stays as it is written."""
    hexadecimal, decimal, name = match.groups()
    if name:
        return _NAMED.get(name, "")
    code = int(hexadecimal, 16) if hexadecimal else int(decimal)
    return chr(code) if 0 < code <= sys.maxunicode and code not in _SURROGATES else ""


def _entity(tag: str, attributes: dict[str, str], begin: int) -> Json:
    css = attributes.get("class", "")
    if tag == "span" and css != "tg-spoiler":
        raise _unreadable(f'Tag "span" must have class "tg-spoiler" at byte offset {begin}')
    if tag == "a":
        return _link(attributes["href"]) if attributes.get("href") else {"type": "text_link"}
    if tag == "tg-emoji":
        if not attributes.get("emoji-id", "").isdigit():
            raise _unreadable("Invalid custom emoji identifier specified")
        return {"type": "custom_emoji", "custom_emoji_id": attributes["emoji-id"]}
    if tag == "code" and css.startswith("language-"):
        return {"type": "code", "language": css.removeprefix("language-")}
    if tag == "blockquote" and "expandable" in attributes:
        return {"type": "expandable_blockquote"}
    return {"type": _TYPES[tag]}


def _link(target: str) -> Json:
    """A link, a mention of a person by number, or nothing where the target is no address."""
    if user := re.fullmatch(r"tg://user\?id=([1-9][0-9]{0,15})", target):
        return {"type": "text_mention", "user_id": int(user.group(1)), "url": target}
    if re.fullmatch(r"(?:https?|tg|ton|mailto|tel):\S+", target):
        return {"type": "text_link", "url": target}
    if re.fullmatch(r"[\w-]+(?:\.[\w-]+)+(?:[/?#:]\S*)?", target):
        return {"type": "text_link", "url": f"http://{target}"}
    return {}


def parse_html(source: str) -> tuple[str, list[Json]]:
    """Text and entities of Telegram's HTML. ``ApiError`` 400 "can't parse entities: …" where it is not."""
    return tidy(*_Html(source).read())


def tidy(text: str, entities: list[Json]) -> tuple[str, list[Json]]:
    """What Telegram does to every text: control characters and outer white space go, entities are clipped to it.

    Neighbours of one kind become one entity; entities come in order, the longer first.
    """
    lead = text[: len(text) - len(text.lstrip())]
    kept = text.strip()
    shift, end = utf16_length(lead), utf16_length(kept)
    clipped = [clip for entity in entities if (clip := _clipped(entity, shift, end))]
    clipped += _detected(kept, clipped)
    return kept, _merged(sorted(clipped, key=lambda entity: (entity["offset"], -entity["length"])))


def clean(text: str) -> str:
    """Control characters become spaces and every line break a line feed, before anything is counted."""
    unified = text.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(" " if character < " " and character != "\n" else character for character in unified)


def _clipped(entity: Json, shift: int, end: int) -> Json:
    begin = max(entity["offset"] - shift, 0)
    stop = min(entity["offset"] + entity["length"] - shift, end)
    return entity | {"offset": begin, "length": stop - begin} if stop > begin else {}


def _merged(entities: list[Json]) -> list[Json]:
    merged: list[Json] = []
    last: dict[str, Json] = {}
    for entity in entities:
        before = last.get(entity["type"])
        touches = before is not None and before["offset"] + before["length"] >= entity["offset"]
        if before is not None and touches and entity["type"] in _MERGED:
            stop = max(before["offset"] + before["length"], entity["offset"] + entity["length"])
            before["length"] = stop - before["offset"]
            continue
        merged.append(dict(entity))
        last[entity["type"]] = merged[-1]
    return sorted(merged, key=lambda entity: (entity["offset"], -entity["length"]))


def _detected(text: str, given: list[Json]) -> list[Json]:
    """Links, mentions and commands that Telegram marks by itself, in people's messages and in bots'."""
    taken = [(e["offset"], e["offset"] + e["length"]) for e in given if e["type"] in _LITERAL | {"text_link"}]
    taken += [(e["offset"], e["offset"] + e["length"]) for e in given if e["type"] == "text_mention"]
    found: list[Json] = []
    for kind, pattern in _DETECTED:
        for match in pattern.finditer(text):
            offset, length = utf16_length(text[: match.start()]), utf16_length(match.group())
            if all(offset >= stop or offset + length <= begin for begin, stop in taken):
                found.append({"type": kind, "offset": offset, "length": length})
                taken.append((offset, offset + length))
    return found
