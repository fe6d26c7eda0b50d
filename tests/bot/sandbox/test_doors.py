"""Who may reach the town at all, and in what shape."""

import json
from collections.abc import AsyncIterator

import httpx
import pytest

from bot.sandbox.people import ASHA
from bot.sandbox.server import Serving
from bot.sandbox.town import Town


@pytest.fixture
async def http(serving: Serving) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=serving.api_url) as client:
        yield client


@pytest.mark.parametrize("host", ["evil.example", "evil.example:8080", "127.0.0.1.evil.example", ""])
async def test_a_name_that_is_not_this_machine_is_refused(http: httpx.AsyncClient, host: str) -> None:
    """DNS rebinding: a foreign page that made its own name point at 127.0.0.1."""
    assert (await http.get("/town/state", headers={"host": host})).status_code == 403


async def test_a_write_from_another_origin_is_refused(http: httpx.AsyncClient, town: Town) -> None:
    foreign = {"origin": "https://evil.example"}

    assert (await http.post("/town/chats/1001/start", json={}, headers=foreign)).status_code == 403
    assert (await http.post("/town/chats/1001/start", data={"payload": "x"})).status_code == 400
    assert (await http.post("/town/chats/1001/start", json={}, headers={"origin": "null"})).status_code == 403

    assert town.messages(ASHA) == []


async def test_a_write_from_its_own_page_is_carried_out(http: httpx.AsyncClient, town: Town) -> None:
    own = {"origin": str(http.base_url).rstrip("/")}

    assert (await http.post("/town/chats/1001/start", json={}, headers=own)).status_code == 200

    assert town.last(ASHA).text == "/start"


async def test_the_page_may_load_its_own_files_only(http: httpx.AsyncClient) -> None:
    answer = await http.get("/")

    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert (await http.get("/page/app.js")).headers["content-type"].startswith("text/javascript")
    assert (await http.get("/page/..%2Fserver.py")).status_code == 404


@pytest.mark.parametrize("verb", ["GET", "POST"])
async def test_parameters_come_in_any_shape(http: httpx.AsyncClient, town: Town, verb: str) -> None:
    """core.telegram.org/bots/api#making-requests: a query, a form, multipart or JSON."""
    town.start(ASHA)
    address = f"/bot{town.token}/sendMessage"
    markup = {"inline_keyboard": [[{"text": "Pay", "callback_data": "p"}]]}
    as_text = {"chat_id": "1001", "text": "₹200 & more", "reply_markup": json.dumps(markup)}

    answers = [await http.request(verb, address, params=as_text)]
    if verb == "POST":
        answers.append(await http.post(address, data=as_text))
        answers.append(await http.post(address, files={name: (None, value) for name, value in as_text.items()}))
        answers.append(await http.post(address, json={"chat_id": 1001, "text": "₹200 & more", "reply_markup": markup}))

    for answer in answers:
        assert answer.json()["ok"], answer.text
        assert answer.json()["result"]["text"] == "₹200 & more"
        assert answer.json()["result"]["reply_markup"] == markup


@pytest.mark.parametrize(
    ("path", "code", "description"),
    [
        ("/bot{token}/noSuchMethod", 404, "Not Found: method not found"),
        ("/bot1:wrong/getMe", 401, "Unauthorized"),
        ("/bot{token}/sendMessage", 400, "Bad Request: chat_id is empty"),
        ("/bot{token}/sendMessage?chat_id=7&text=x", 400, "Bad Request: chat not found"),
        ("/bot{token}/sendMessage?chat_id=1001&text=x", 403, "Forbidden: bot can't initiate conversation with a user"),
        ("/bot{token}/editMessageText?chat_id=1002&text=x", 400, "Bad Request: message identifier is not specified"),
        (
            "/bot{token}/sendMessage?chat_id=1002&text=x&reply_markup=[]",
            400,
            "Bad Request: object expected as reply markup",
        ),
    ],
)
async def test_a_refusal_has_telegrams_shape(
    http: httpx.AsyncClient, town: Town, path: str, code: int, description: str
) -> None:
    town.start(1002)

    answer = await http.get(path.format(token=town.token))

    assert answer.status_code == code
    assert answer.json() == {"ok": False, "error_code": code, "description": description}


async def test_methods_are_named_in_any_case(http: httpx.AsyncClient, town: Town) -> None:
    assert (await http.get(f"/bot{town.token}/GETME")).json()["result"]["username"] == "hundi_bot"


async def test_misfortune_is_switched_on_over_http(http: httpx.AsyncClient, town: Town) -> None:
    switch = {"kind": "429", "method": "getMe", "times": 2, "retry_after_s": 9}
    assert (await http.post("/town/faults", json=switch)).json() == {"ok": True, "faults": [switch["kind"]]}

    answer = await http.get(f"/bot{town.token}/getMe")

    assert answer.status_code == 429
    assert answer.json()["parameters"] == {"retry_after": 9}
    assert (await http.post("/town/faults", json={"clear": True})).status_code == 200
    assert (await http.get(f"/bot{town.token}/getMe")).status_code == 200
    assert (await http.post("/town/faults", json={"kind": "nonsense"})).status_code == 400


async def test_a_tap_on_a_button_that_is_gone_is_refused(http: httpx.AsyncClient, town: Town) -> None:
    message = town.start(ASHA)

    gone = {"message_id": message.message_id, "row": 0, "column": 0}

    assert (await http.post("/town/chats/1001/tap", json=gone)).status_code == 400
    assert len(town.updates) == 1


@pytest.mark.parametrize(
    "wrong",
    [
        {"message_id": "x"},
        {"message_id": [1]},
        {"text": None},
        {"text": {"a": 1}},
        {"chat_id": {}},
        {"reply_parameters": []},
        {"reply_parameters": {"message_id": {}}},
        {"entities": [{"type": "bold", "offset": "a", "length": 1}]},
        {"reply_markup": {"inline_keyboard": [[1]]}},
        {"reply_markup": {"inline_keyboard": 7}},
        {"commands": [7], "scope": 7},
        {"message_ids": [[]]},
    ],
)
async def test_parameters_of_a_shape_nobody_foresaw_break_nothing(
    http: httpx.AsyncClient, town: Town, wrong: dict[str, object]
) -> None:
    town.start(ASHA)
    shape = {"chat_id": ASHA.id, "message_id": 1, "text": "x"} | wrong
    methods = ("sendMessage", "editMessageText", "deleteMessage", "deleteMessages", "answerCallbackQuery")

    for method in (*methods, "setMyCommands", "getUpdates", "sendDocument", "setWebhook"):
        answer = await http.post(f"/bot{town.token}/{method}", json=shape)
        assert answer.status_code in {200, 400}, answer.text

    assert (await http.get(f"/bot{town.token}/getMe")).json()["ok"]


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("application/json", b"{"),
        ("application/json", b"[1]"),
        ("application/json", b"\xff\xfe"),
        ("multipart/form-data", b"no boundary"),
        ("multipart/form-data; boundary=x", b"--x\r\n\r\n"),
        ("text/plain", b"\xff\x00"),
    ],
)
async def test_a_body_that_cannot_be_read_is_refused(
    http: httpx.AsyncClient, town: Town, kind: str, body: bytes
) -> None:
    answer = await http.post(f"/bot{town.token}/sendMessage", content=body, headers={"content-type": kind})

    assert answer.status_code == 400
    assert answer.json()["ok"] is False
