"""What the page posts and what it is answered: JSON objects, and nothing a form of another site could send."""

import json

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from bot.sandbox.people import Json


async def json_body(request: Request) -> Json | None:
    """The JSON object that was posted; ``None`` for anything else, a form of another site above all."""
    if request.headers.get("content-type", "").partition(";")[0].strip() != "application/json":
        return None
    try:
        body = json.loads(await request.body())
    except ValueError:
        return None
    return body if isinstance(body, dict) else None


def refused(why: str) -> Response:
    """It was not done, and why."""
    return JSONResponse({"ok": False, "why": why}, status_code=400)
