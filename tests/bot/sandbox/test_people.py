"""People who are not only names: what they send besides words, and who they turn out to be."""

import pytest

from bot.sandbox.chats import Message
from bot.sandbox.errors import ApiError
from bot.sandbox.files import picture_size, plain_picture
from bot.sandbox.methods import call
from bot.sandbox.params import Params
from bot.sandbox.people import ASHA, PRIYA, RAVI, Json, Person
from bot.sandbox.town import Town


def told(town: Town) -> Json:
    """The message of the newest update."""
    return dict(list(town.updates)[-1].body)


def ask(town: Town, method: str, **values: object) -> Json:
    found = call(town, method, Params(values))
    assert isinstance(found, dict)
    return found


def test_a_picture_comes_in_sizes_and_can_be_fetched(town: Town) -> None:
    picture = plain_picture(1280, 720)

    town.send_photo(ASHA, picture, caption="the bill")

    message = told(town)
    assert [(size["width"], size["height"]) for size in message["photo"]] == [(90, 50), (320, 180), (1280, 720)]
    assert (message["caption"], "text" in message) == ("the bill", False)
    stored = ask(town, "getFile", file_id=message["photo"][-1]["file_id"])
    assert stored["file_path"].startswith("photos/")
    assert town.files[stored["file_id"]][1] == picture


def test_a_picture_nobody_made_is_one_all_the_same(town: Town) -> None:
    town.send_photo(ASHA)

    content = town.files[told(town)["photo"][-1]["file_id"]][1]
    assert picture_size(content) == (640, 480)
    assert picture_size(b"GIF89a") is None


def test_documents_voices_stickers_and_places_are_what_they_are_on_the_wire(town: Town) -> None:
    town.send_document(ASHA, "bill.csv", b"1,2", mime_type="text/csv")
    assert told(town)["document"]["file_name"] == "bill.csv"
    town.send_voice(ASHA, 7)
    assert told(town)["voice"]["duration"] == 7
    town.send_sticker(ASHA)
    assert told(town)["sticker"]["emoji"] == "👍"
    town.send_location(ASHA, 12.97, 77.59)
    assert told(town)["location"] == {"latitude": 12.97, "longitude": 77.59}


def test_a_bot_sends_a_picture_only_if_it_is_one(town: Town) -> None:
    town.start(ASHA)
    sent = town.send_photo(ASHA)
    assert sent.media is not None
    shown = ask(town, "sendPhoto", chat_id=ASHA.id, photo=sent.media["photo"][-1]["file_id"], caption="yours")
    document = town.send_document(ASHA, "bill.csv", b"1,2").document
    assert document is not None

    assert shown["photo"][-1]["width"] == 640
    with pytest.raises(ApiError, match="IMAGE_PROCESS_FAILED"):
        ask(town, "sendPhoto", chat_id=ASHA.id, photo=document["file_id"])


def test_a_card_of_somebody_who_is_not_on_telegram_has_no_number_of_theirs(town: Town) -> None:
    town.share_card(ASHA, "Didi", str(PRIYA.phone_number))
    assert told(town)["contact"] == {"phone_number": PRIYA.phone_number, "first_name": "Didi", "user_id": PRIYA.id}

    town.share_card(ASHA, "Plumber", "+919999900000")
    assert "user_id" not in told(town)["contact"]


def forwarded(town: Town, message: Message) -> Json:
    town.forward(ASHA, message)
    return dict(told(town)["forward_origin"])


def test_a_forward_says_as_much_of_its_author_as_they_allow(town: Town) -> None:
    words = town.say(RAVI, "send 500 to ravi")
    town.hide_forwards(RAVI)
    assert forwarded(town, words) == {"type": "hidden_user", "sender_user_name": "Ravi Kumar", "date": words.at}

    town.hide_forwards(RAVI, hidden=False)
    assert forwarded(town, words)["sender_user"]["id"] == RAVI.id
    assert forwarded(town, town.last(ASHA))["sender_user"]["id"] == RAVI.id, "a forward of a forward keeps its author"


def test_a_forward_from_a_channel_or_of_an_anonymous_admin_names_the_chat(town: Town) -> None:
    group = town.open_group("Flat 4B", [RAVI])
    town.hide_creator(group)
    assert forwarded(town, town.say(RAVI, "all pay", chat=group))["sender_chat"]["id"] == group.chat_id

    post = town.post_in_channel(town.open_channel("News", RAVI), "send 1 to ravi")
    origin = forwarded(town, post)
    assert (origin["type"], origin["message_id"], origin["chat"]["type"]) == ("channel", post.message_id, "channel")


def test_a_new_name_shows_from_the_next_message_on(town: Town) -> None:
    town.start(ASHA)

    town.rename(ASHA, "Asha", "Rao-Iyer", username="asha_new", language_code="hi")

    town.say(ASHA, "hello")
    assert told(town)["from"] == {
        "id": ASHA.id, "is_bot": False, "first_name": "Asha", "last_name": "Rao-Iyer", "username": "asha_new",
        "language_code": "hi",
    }  # fmt: skip


def test_a_username_belongs_to_one_at_a_time(town: Town) -> None:
    with pytest.raises(ValueError, match="taken"):
        town.rename(RAVI, username="Priya")
    with pytest.raises(ValueError, match="first name"):
        town.rename(RAVI, " ")

    town.swap_usernames(PRIYA, RAVI)
    assert (town.person(PRIYA).username, town.person(RAVI).username) == ("ravi", "priya")
    town.rename(PRIYA, username="")
    assert town.rename(RAVI, username="ravi").username == "ravi"


def test_two_people_may_look_the_same(town: Town) -> None:
    twin = town.add_person(Person(4711, ASHA.first_name, ASHA.last_name))

    town.say(twin, "hello")

    assert town.person(twin).name == town.person(ASHA).name
    assert told(town)["from"]["id"] == 4711


def test_a_deleted_account_has_no_name_and_hears_nothing(town: Town) -> None:
    town.start(ASHA)
    town.say(ASHA, "hello")
    town.delete_account(ASHA)

    with pytest.raises(ApiError) as refused:
        ask(town, "sendMessage", chat_id=ASHA.id, text="hello")

    assert (refused.value.code, refused.value.description) == (403, "Forbidden: user is deactivated")
    assert town.last(ASHA).sender == {"id": ASHA.id, "is_bot": False, "first_name": ""}
    with pytest.raises(ValueError, match="deleted"):
        town.say(ASHA, "still there?")
