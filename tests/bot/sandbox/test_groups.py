"""Groups and channels: who is there, what the bot hears, what it may do, and the words in which it is refused."""

from collections.abc import Callable

import pytest

from bot.sandbox.chats import Chat
from bot.sandbox.errors import ApiError
from bot.sandbox.methods import call
from bot.sandbox.params import Params
from bot.sandbox.people import ASHA, PRIYA, RAVI, BotUser, Json, Person
from bot.sandbox.town import Town

MEERA = Person(1004, "Meera")  # has no username


def ask(town: Town, method: str, chat: Chat, **values: object) -> object:
    return call(town, method, Params({"chat_id": chat.chat_id} | values))


def heard(town: Town) -> list[str]:
    """Everything the bot has not fetched yet, in few words; it is forgotten by this."""
    words = [_in_few_words(update.as_json()) for update in town.updates]
    town.updates.drop_all()
    return words


def _in_few_words(update: Json) -> str:
    kind, body = list(update.items())[-1]
    if kind == "my_chat_member":
        return f"bot: {body['old_chat_member']['status']} → {body['new_chat_member']['status']}"
    service = [key for key in body if key.endswith(("_members", "_member", "_created", "_title", "_chat_id"))]
    return str(body.get("text") or ", ".join(service))


@pytest.fixture
def group(town: Town) -> Chat:
    opened = town.open_group("Flat 4B", [ASHA, PRIYA])
    town.updates.drop_all()
    return opened


def test_a_group_opens_with_its_people_and_the_bot_is_told_that_it_came(town: Town) -> None:
    group = town.open_group("Flat 4B", [ASHA, PRIYA])
    basic = town.open_group("Old", [ASHA], basic=True)

    assert group.chat_id < -1_000_000_000_000 < basic.chat_id < 0
    assert heard(town) == ["bot: left → member", "new_chat_members"] * 2
    assert ask(town, "getChatMemberCount", group) == 3
    assert [each["user"]["id"] for each in ask(town, "getChatAdministrators", group)] == [ASHA.id]  # type: ignore[attr-defined]  # a list of objects


@pytest.mark.parametrize(
    ("text", "is_heard"),
    [
        ("lunch at one?", False),
        ("/balance", True),
        ("/balance@hundi_bot", True),
        ("/BALANCE@Hundi_Bot now", True),
        ("/balance@other_bot", False),
        ("try /balance", False),
        ("@hundi_bot what can you do", True),
        ("ask @hundi_bot_two", False),
        ("274913", False),
    ],
)
def test_in_privacy_mode_the_bot_hears_only_what_calls_it(town: Town, group: Chat, text: str, is_heard: bool) -> None:
    town.say(ASHA, text, chat=group)

    assert heard(town) == ([text] if is_heard else [])


def test_a_reply_to_the_bot_or_to_a_command_for_it_is_heard(town: Town, group: Chat) -> None:
    ask(town, "sendMessage", group, text="Paid")
    town.say(PRIYA, "thanks", chat=group, reply_to=town.last(group).message_id)
    command = town.say(ASHA, "/send@hundi_bot 200", chat=group)
    town.say(PRIYA, "to me?", chat=group, reply_to=command.message_id)
    chatter = town.say(ASHA, "nice weather", chat=group)
    town.say(PRIYA, "indeed", chat=group, reply_to=chatter.message_id)

    assert heard(town) == ["thanks", "/send@hundi_bot 200", "to me?"]


def test_an_administrator_and_a_bot_without_privacy_hear_everything(town: Town, group: Chat) -> None:
    town.promote_bot(group, "can_delete_messages")
    town.say(ASHA, "lunch at one?", chat=group)
    town.demote_bot(group)
    town.say(ASHA, "or at two?", chat=group)

    assert heard(town) == ["bot: member → administrator", "lunch at one?", "bot: administrator → member"]

    open_eared = Town(bot=BotUser(can_read_all_group_messages=True))
    open_eared.say(ASHA, "hello", chat=open_eared.open_group("All ears", [ASHA]))
    assert heard(open_eared)[-1] == "hello"


def test_coming_and_going_is_told_as_service_messages(town: Town, group: Chat) -> None:
    town.join(RAVI, group)
    town.leave(RAVI, group)
    town.join(RAVI, group, by=PRIYA)
    added = list(town.updates)[-1].body
    town.rename_group(group, "Flat 5A")

    assert heard(town) == ["new_chat_members", "left_chat_member", "new_chat_members", "new_chat_title"]
    assert (added["from"]["id"], added["new_chat_members"][0]["id"]) == (PRIYA.id, RAVI.id)
    assert added["chat"] == {"id": group.chat_id, "type": "supergroup", "title": "Flat 4B"}


def test_a_creator_who_leaves_is_the_creator_still(town: Town, group: Chat) -> None:
    town.leave(ASHA, group)
    with pytest.raises(LookupError, match="is not in"):
        town.say(ASHA, "hello", chat=group)
    with pytest.raises(ValueError, match="the creator stays"):
        town.demote(ASHA, group)
    town.join(ASHA, group)

    assert heard(town) == ["left_chat_member", "new_chat_members"]
    assert group.member(ASHA.id).status == "creator"
    assert town.say(ASHA, "hello", chat=group).text == "hello"


def test_who_is_not_in_a_group_says_nothing_there(town: Town, group: Chat) -> None:
    with pytest.raises(LookupError, match="Ravi Kumar is not in Flat 4B"):
        town.say(RAVI, "hello", chat=group)


def test_a_group_where_nobody_may_write_lets_its_admins_write(town: Town, group: Chat) -> None:
    town.permit(group)

    with pytest.raises(ValueError, match="may not write"):
        town.say(PRIYA, "hello", chat=group)
    assert town.say(ASHA, "quiet please", chat=group).text == "quiet please"


def _removed(town: Town, group: Chat) -> None:
    town.remove_bot(group)


def _left(town: Town, group: Chat) -> None:
    ask(town, "leaveChat", group)


def _restricted(town: Town, group: Chat) -> None:
    town.restrict_bot(group)


def _all_restricted(town: Town, group: Chat) -> None:
    town.permit(group)


@pytest.mark.parametrize(
    ("basic", "after", "code", "sentence"),
    [
        (False, _removed, 403, "Forbidden: bot was kicked from the supergroup chat"),
        (True, _removed, 403, "Forbidden: bot was kicked from the group chat"),
        (False, _left, 403, "Forbidden: bot is not a member of the supergroup chat"),
        (False, _restricted, 400, "Bad Request: not enough rights to send text messages to the chat"),
        (False, _all_restricted, 400, "Bad Request: not enough rights to send text messages to the chat"),
    ],
)
def test_where_the_bot_may_not_write_it_is_told_why(
    town: Town, basic: bool, after: Callable[[Town, Chat], None], code: int, sentence: str
) -> None:
    group = town.open_group("Flat 4B", [ASHA, PRIYA], basic=basic)
    after(town, group)

    with pytest.raises(ApiError) as refused:
        ask(town, "sendMessage", group, text="hello")

    assert (refused.value.code, refused.value.description) == (code, sentence)


def test_a_bot_that_was_removed_hears_no_more_until_it_is_added_again(town: Town, group: Chat) -> None:
    town.remove_bot(group)
    town.say(ASHA, "/balance", chat=group)
    town.add_bot(group, by=PRIYA)

    assert heard(town) == ["bot: member → kicked", "bot: kicked → member", "new_chat_members"]


def test_a_group_that_was_never_entered_is_not_found(town: Town) -> None:
    closed = town.open_group("Closed", [ASHA], bot=False)

    with pytest.raises(ApiError, match="chat not found"):
        ask(town, "sendMessage", closed, text="hello")


def test_the_bot_deletes_others_messages_only_with_the_right(town: Town, group: Chat) -> None:
    typed = town.say(ASHA, "274913", chat=group)
    own = ask(town, "sendMessage", group, text="hello")

    with pytest.raises(ApiError, match="message can't be deleted"):
        ask(town, "deleteMessage", group, message_id=typed.message_id)
    town.promote_bot(group, "can_delete_messages")

    assert ask(town, "deleteMessage", group, message_id=typed.message_id)
    assert ask(town, "deleteMessage", group, message_id=own["message_id"])  # type: ignore[index]  # a Message


def test_a_member_as_telegram_describes_one(town: Town, group: Chat) -> None:
    def status(who: int) -> Json:
        found = ask(town, "getChatMember", group, user_id=who)
        assert isinstance(found, dict)
        return found

    town.promote(PRIYA, group, "can_delete_messages", anonymous=True)
    town.join(RAVI, group)
    town.restrict(RAVI, group, "can_send_messages")

    assert status(ASHA.id)["status"] == "creator"
    hers = status(PRIYA.id)
    assert (hers["status"], hers["is_anonymous"]) == ("administrator", True)
    assert (hers["can_delete_messages"], hers["can_pin_messages"]) == (True, False)
    assert (status(RAVI.id)["is_member"], status(RAVI.id)["can_send_polls"]) == (True, False)
    town.remove(RAVI, group)
    assert status(RAVI.id)["status"] == "kicked"


def test_anybody_in_the_group_presses_a_button_there(town: Town, group: Chat) -> None:
    row = [{"text": "My share", "callback_data": "share"}]
    ask(town, "sendMessage", group, text="Split?", reply_markup={"inline_keyboard": [row]})
    shown = town.last(group)

    tap = town.tap(PRIYA, shown.message_id, "My share", chat=group)

    query = list(town.updates)[-1].body
    assert (query["from"]["id"], query["message"]["chat"]["id"]) == (PRIYA.id, group.chat_id)
    assert call(town, "answerCallbackQuery", Params({"callback_query_id": tap.query_id, "text": "Yours: ₹50.00"}))
    assert tap.answer is not None
    with pytest.raises(LookupError):
        town.tap(RAVI, shown.message_id, "My share", chat=group)


def test_a_supergroup_numbers_its_messages_by_itself(town: Town) -> None:
    """So the same number stands for another message in each chat."""
    first = town.say(ASHA, "hello")

    assert town.say(ASHA, "hello", chat=town.open_group("New", [ASHA], bot=False)).message_id == 1
    assert town.say(ASHA, "hello", chat=town.open_group("Old", [ASHA], bot=False, basic=True)).message_id == (
        first.message_id + 1
    )


def test_an_anonymous_admin_is_the_group(town: Town, group: Chat) -> None:
    town.hide_creator(group)

    town.say(ASHA, "/send 200", chat=group)

    message = list(town.updates)[-1].body
    assert (message["from"]["id"], message["from"]["username"]) == (1_087_968_824, "GroupAnonymousBot")
    assert message["sender_chat"] == message["chat"]


def test_a_basic_group_becomes_a_supergroup_under_another_number(town: Town) -> None:
    old = town.open_group("Flat 4B", [ASHA, PRIYA], basic=True)
    town.updates.drop_all()

    new = town.upgrade(old)

    gone, came = (update.body for update in town.updates)
    assert (gone["chat"]["id"], gone["migrate_to_chat_id"]) == (old.chat_id, new.chat_id)
    assert (came["chat"]["id"], came["migrate_from_chat_id"]) == (new.chat_id, old.chat_id)
    with pytest.raises(ApiError, match="group chat was upgraded to a supergroup chat") as refused:
        ask(town, "sendMessage", old, text="hello")
    assert refused.value.parameters == {"migrate_to_chat_id": new.chat_id}
    assert ask(town, "sendMessage", new, text="hello")
    assert town.say(PRIYA, "hello", chat=new).message_id == 3


def test_a_channel_s_posts_have_no_author_and_appear_in_its_group(town: Town) -> None:
    group = town.open_group("Talk", [ASHA], rights=["can_delete_messages"])
    channel = town.open_channel("News", ASHA, discussed_in=group)
    town.updates.drop_all()

    town.post_in_channel(channel, "send 200 to priya")

    post, forwarded = (update.as_json() for update in town.updates)
    assert "from" not in post["channel_post"]
    assert post["channel_post"]["sender_chat"] == post["channel_post"]["chat"]
    message = forwarded["message"]
    assert (message["from"]["id"], message["is_automatic_forward"]) == (777_000, True)
    assert message["forward_origin"]["type"] == "channel"


def test_somebody_without_a_username_is_mentioned_by_number(town: Town, group: Chat) -> None:
    town.join(town.add_person(MEERA), group)
    town.promote_bot(group)
    town.mention(ASHA, MEERA, "pays too", chat=group)
    (by_number,) = list(town.updates)[-1].body["entities"]
    town.mention(ASHA, PRIYA, "pays too", chat=group)
    (by_name,) = list(town.updates)[-1].body["entities"]

    assert by_number == {"type": "text_mention", "offset": 0, "length": 5, "user": MEERA.as_user()}
    assert by_name == {"type": "mention", "offset": 0, "length": 6}


def test_each_member_has_their_own_unread_messages(town: Town, group: Chat) -> None:
    town.say(ASHA, "one", chat=group)
    ask(town, "sendMessage", group, text="two")

    assert [group.member(each.id).unread for each in (ASHA, PRIYA)] == [1, 3]  # for Priya the bot's arrival is one
    assert group.unread == 0
    town.read(PRIYA, chat=group)
    assert group.member(PRIYA.id).unread == 0


def test_the_menu_in_a_group_is_the_narrowest_that_was_set(town: Town, group: Chat) -> None:
    """core.telegram.org/bots/api#determining-list-of-commands."""

    def menu(word: str, **scope: object) -> None:
        given = {"commands": [{"command": word, "description": "x"}], "scope": scope}
        call(town, "setMyCommands", Params(given))

    def seen(who: Person) -> str:
        return str(town.commands_for(who, group)[0]["command"])

    menu("private", type="all_private_chats")
    menu("general", type="default")
    assert seen(PRIYA) == "general"
    menu("groups", type="all_group_chats")
    menu("admins", type="all_chat_administrators")
    assert (seen(ASHA), seen(PRIYA)) == ("admins", "groups")
    menu("here", type="chat", chat_id=group.chat_id)
    assert (seen(ASHA), seen(PRIYA)) == ("here", "here")
    menu("heads", type="chat_administrators", chat_id=group.chat_id)
    menu("hers", type="chat_member", chat_id=group.chat_id, user_id=PRIYA.id)
    assert (seen(ASHA), seen(PRIYA)) == ("heads", "hers")


# ── topics ───────────────────────────────────────────────────────────────────


@pytest.fixture
def forum(town: Town) -> Chat:
    opened = town.open_group("Support", [ASHA, PRIYA], forum=True, rights=["can_manage_topics"])
    town.updates.drop_all()
    return opened


def test_a_topic_is_numbered_by_the_message_that_opened_it(town: Town, forum: Chat) -> None:
    topic = town.open_topic(ASHA, forum, "Case 1042")
    town.say(PRIYA, "my money", chat=forum, topic=topic.thread_id)

    opened, said = (update.body for update in town.updates)
    assert opened["forum_topic_created"]["name"] == "Case 1042"
    assert (opened["message_id"], opened["message_thread_id"]) == (topic.thread_id, topic.thread_id)
    assert (said["message_thread_id"], said["is_topic_message"], said["chat"]["is_forum"]) == (
        topic.thread_id,
        True,
        True,
    )


def test_words_in_a_topic_reply_to_its_opening(town: Town, forum: Chat) -> None:
    """So a bot that takes every reply for a reply to a person would take the opener of the topic for the payee."""
    topic = town.open_topic(ASHA, forum, "Dinner")
    town.say(PRIYA, "/send 200", chat=forum, topic=topic.thread_id)

    replied = list(town.updates)[-1].body["reply_to_message"]

    assert (replied["from"]["id"], replied["message_id"]) == (ASHA.id, topic.thread_id)
    assert "forum_topic_created" in replied


def test_the_general_topic_has_no_number_on_the_wire(town: Town, forum: Chat) -> None:
    town.say(PRIYA, "hello", chat=forum, topic=1)

    assert "message_thread_id" not in list(town.updates)[-1].body
    with pytest.raises(ApiError, match="message thread not found"):
        ask(town, "sendMessage", forum, text="hello", message_thread_id=1)


def test_the_bot_writes_into_a_topic_that_is_there_and_open(town: Town, forum: Chat) -> None:
    topic = ask(town, "createForumTopic", forum, name="Case 1043")
    assert isinstance(topic, dict)
    number = topic["message_thread_id"]
    sent = ask(town, "sendMessage", forum, text="hello", message_thread_id=number)
    assert isinstance(sent, dict)
    assert (sent["message_thread_id"], sent["is_topic_message"]) == (number, True)
    assert not town.updates, "a bot is not told of its own deeds"

    with pytest.raises(ApiError, match="message thread not found"):
        ask(town, "sendMessage", forum, text="hello", message_thread_id=4711)
    town.close_topic(ASHA, forum, number)
    town.promote_bot(forum)  # without the right to manage topics
    with pytest.raises(ApiError, match="TOPIC_CLOSED"):
        ask(town, "sendMessage", forum, text="hello", message_thread_id=number)
    with pytest.raises(ValueError, match="is closed"):
        town.say(PRIYA, "hello", chat=forum, topic=number)
    with pytest.raises(ApiError, match="not enough rights to create a topic"):
        ask(town, "createForumTopic", forum, name="Case 1044")


def test_a_group_without_topics_is_no_forum(town: Town, group: Chat) -> None:
    with pytest.raises(ApiError, match="the chat is not a forum"):
        ask(town, "createForumTopic", group, name="Case 1")


def test_replies_in_a_supergroup_carry_their_thread(town: Town, group: Chat) -> None:
    town.promote_bot(group)
    first = town.say(ASHA, "dinner?", chat=group)
    second = town.say(PRIYA, "yes", chat=group, reply_to=first.message_id)
    town.say(ASHA, "when?", chat=group, reply_to=second.message_id)

    assert [update.body.get("message_thread_id") for update in list(town.updates)[-3:]] == [
        None, first.message_id, first.message_id,
    ]  # fmt: skip
