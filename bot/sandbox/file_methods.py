"""Files that a bot sends, new or by a number it knows, and files that it fetches."""

from typing import Final

from bot.sandbox.errors import bad_request
from bot.sandbox.files import picture_size, sizes_of
from bot.sandbox.params import Params
from bot.sandbox.people import Json
from bot.sandbox.town import Town

_FOLDERS: Final = {"AgAC": "photos", "BQAC": "documents", "AwAC": "voice", "CAAC": "stickers"}  # by how the id begins


def given_document(town: Town, params: Params) -> Json:
    """The ``document`` of a call."""
    file_id, mime_type = _given(town, params, "document")
    return {"document": file_json(town, file_id) | {"file_name": town.files[file_id][0], "mime_type": mime_type}}


def given_photo(town: Town, params: Params) -> Json:
    """The ``photo`` of a call: a PNG, since the town measures no other picture."""
    file_id, _ = _given(town, params, "photo")
    size = picture_size(town.files[file_id][1])
    if size is None:
        raise bad_request("IMAGE_PROCESS_FAILED")
    return {"photo": sizes_of(town, town.files[file_id][1], *size)}


def file_json(town: Town, file_id: str) -> Json:
    """What every file has on the wire."""
    return {"file_id": file_id, "file_unique_id": f"AgAD{file_id[-8:]}", "file_size": len(town.files[file_id][1])}


def get_file(town: Town, params: Params) -> Json:
    """The ``File``: where it can be fetched."""
    file_id = params.text("file_id")
    if file_id not in town.files:
        raise bad_request("invalid file_id")
    return file_json(town, file_id) | {"file_path": f"{_FOLDERS[file_id[:4]]}/{file_id}"}


def _given(town: Town, params: Params, kind: str) -> tuple[str, str]:
    """A new file, or one that was sent before, by its file_id; and its type."""
    given = params.text(kind)
    upload = params.files.get(given.removeprefix("attach://")) or params.files.get(kind)
    if upload is not None:
        if not upload.content:
            raise bad_request("file must be non-empty")
        return str(town.keep_file(kind, upload.name, upload.content)["file_id"]), upload.mime_type
    if given in town.files:
        return given, "application/octet-stream"
    if given:
        raise bad_request("wrong file identifier/HTTP URL specified")
    raise bad_request(f"there is no {kind} in the request")
