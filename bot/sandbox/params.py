"""The parameters of one call, whichever way they came: query, form, multipart or JSON."""

import json
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import HTTP
from typing import Any
from urllib.parse import parse_qsl

from bot.sandbox.errors import bad_request
from bot.sandbox.people import Json


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that came with a call."""

    name: str
    content: bytes
    mime_type: str = "application/octet-stream"


@dataclass(frozen=True, slots=True)
class Params:
    """Named values. In a form every value is text, objects as JSON; in JSON they have their own types."""

    values: Json = field(default_factory=dict)
    files: dict[str, Upload] = field(default_factory=dict)

    def text(self, name: str) -> str:
        """A text; empty when absent."""
        value = self.values.get(name)
        return "" if value is None else value if isinstance(value, str) else json.dumps(value)

    def number(self, name: str, default: int = 0) -> int:
        """A whole number; the default when absent or unreadable, as the server does it."""
        try:
            return int(self.values.get(name, default))
        except (TypeError, ValueError):
            return default

    def flag(self, name: str) -> bool:
        """A Boolean: true, "true", "True" or 1."""
        return str(self.values.get(name, "")).lower() in {"true", "1", "yes"}

    def json(self, name: str) -> Any:  # noqa: ANN401  # a JSON value of any kind; each caller checks
        """An object or a list, given as such or as its JSON text; ``None`` when absent."""
        value = self.values.get(name)
        if not isinstance(value, str):
            return value
        try:
            return json.loads(value) if value else None
        except ValueError:
            raise bad_request(f"can't parse {name} JSON object") from None


def read_params(query: str, content_type: str, body: bytes) -> Params:
    """The parameters of a request. What the body says counts over what the address says."""
    values: Json = dict(parse_qsl(query, keep_blank_values=True))
    if not body:
        return Params(values)
    kind = content_type.partition(";")[0].strip().lower()
    if kind == "application/json":
        return Params(values | _json_object(body))
    if kind == "multipart/form-data":
        fields, files = _multipart(content_type, body)
        return Params(values | fields, files)
    return Params(values | dict(parse_qsl(body.decode(errors="replace"), keep_blank_values=True)))


def _json_object(body: bytes) -> Json:
    try:
        given = json.loads(body)
    except ValueError:
        raise bad_request("can't parse JSON object") from None
    if not isinstance(given, dict):
        raise bad_request("object expected")
    return given


def _multipart(content_type: str, body: bytes) -> tuple[Json, dict[str, Upload]]:
    """Fields and files. The standard library reads MIME, which is what multipart/form-data is."""
    head = f"Content-Type: {content_type}\r\n\r\n".encode()
    message = BytesParser(EmailMessage, policy=HTTP).parsebytes(head + body)
    fields: Json = {}
    files: dict[str, Upload] = {}
    for part in message.iter_parts():
        name = part.get_param("name", header="content-disposition")
        content = part.get_payload(decode=True)
        if not isinstance(name, str) or not isinstance(content, bytes):
            continue
        if part.get_filename() is None:
            fields[name] = content.decode(errors="replace")
        else:
            files[name] = Upload(str(part.get_filename()), content, part.get_content_type())
    return fields, files
