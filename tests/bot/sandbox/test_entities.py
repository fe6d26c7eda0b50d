"""Telegram's HTML becomes text and entities, counted as Telegram counts."""

from html import escape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.sandbox.entities import clean, parse_html, utf16_length
from bot.sandbox.errors import ApiError
from bot.sandbox.people import Json


def entity(kind: str, offset: int, length: int, **more: str) -> Json:
    return {"type": kind, "offset": offset, "length": length, **more}


@pytest.mark.parametrize(
    ("html", "text", "entities"),
    [
        ("plain", "plain", []),
        ("a <b>bold</b> word", "a bold word", [entity("bold", 2, 4)]),
        ("<strong>x</strong><em>y</em>", "xy", [entity("bold", 0, 1), entity("italic", 1, 1)]),
        ("<u>u</u><ins>v</ins>", "uv", [entity("underline", 0, 2)]),
        ("<s>a</s> <del>b</del>", "a b", [entity("strikethrough", 0, 1), entity("strikethrough", 2, 1)]),
        ("<b>one <i>two</i></b>", "one two", [entity("bold", 0, 7), entity("italic", 4, 3)]),
        ("<code>/x</code>", "/x", [entity("code", 0, 2)]),
        ('<pre><code class="language-python">x</code></pre>', "x", [entity("pre", 0, 1, language="python")]),
        ("<tg-spoiler>a</tg-spoiler>", "a", [entity("spoiler", 0, 1)]),
        ('<span class="tg-spoiler">a</span>', "a", [entity("spoiler", 0, 1)]),
        ("<blockquote expandable>a</blockquote>", "a", [entity("expandable_blockquote", 0, 1)]),
        ('<a href="https://x.org/?a=1&amp;b=2">x</a>', "x", [entity("text_link", 0, 1, url="https://x.org/?a=1&b=2")]),
        ("<a href='javascript:alert(1)'>x</a>", "x", []),
        ("<a>https://x.org</a>", "https://x.org", [entity("text_link", 0, 13, url="https://x.org")]),
        ("&lt;b&gt; &amp; &quot;&#39;&#x20b9;", "<b> & \"'₹", []),
        ("&ge;&lt;&gt;&amp;&laquo;&#12345678;", "&ge;<>&&laquo;&#12345678;", []),
        ("😀<b>😀</b>", "😀😀", [entity("bold", 2, 2)]),
        ("🏳️‍🌈<i>प्रिया</i>", "🏳️‍🌈प्रिया", [entity("italic", 6, 6)]),
        ("  <b> x </b>  ", "x", [entity("bold", 0, 1)]),
        ("<b></b>x", "x", []),
        ("<B>x</B>", "x", [entity("bold", 0, 1)]),
        ("<b>x</>", "x", [entity("bold", 0, 1)]),
        ("a\r\nb", "a\nb", []),
        ("ask @priya or /help", "ask @priya or /help", [entity("mention", 4, 6), entity("bot_command", 14, 5)]),
        ("a@b.org and 1/2 and https://x.org.", "a@b.org and 1/2 and https://x.org.", None),
    ],
)
def test_html_reads_as_telegram_reads_it(html: str, text: str, entities: list[Json] | None) -> None:
    read, found = parse_html(clean(html))

    assert read == text
    if entities is None:
        entities = [entity("email", 0, 7), entity("url", 20, 13)]
    assert found == entities


@pytest.mark.parametrize(
    ("html", "sentence"),
    [
        ("🏟 🏟&lt;<abac>", 'Unsupported start tag "abac" at byte offset 13'),
        ("🏟 🏟&lt;<i   =aba>", 'Empty attribute name in the tag "i" at byte offset 13'),
        ("🏟 🏟&lt;<i    aba>", 'Can\'t find end tag corresponding to start tag "i"'),
        ("🏟 🏟&lt;<i    aba  =  ", 'Unclosed start tag "i" at byte offset 13'),
        ("🏟 🏟&lt;<i    aba  =  190azAz-.,", "Unexpected end of name token at byte offset 27"),
        ('🏟 🏟&lt;<i    aba  =  "&lt;&gt;&quot;>', "Unclosed start tag at byte offset 13"),
        ("🏟 🏟&lt;<i    aba  =  '&lt;&gt;&quot;>", "Unclosed start tag at byte offset 13"),
        ("🏟 🏟&lt;</", "Unexpected end tag at byte offset 13"),
        ("🏟 🏟&lt;<b></b></", "Unexpected end tag at byte offset 20"),
        ("🏟 🏟&lt;<i>a</i   ", "Unclosed end tag at byte offset 17"),
        (
            "🏟 🏟&lt;<i>a</em   >",
            'Unmatched end tag at byte offset 17, expected "</i>", found "</em>"',
        ),
        ("<span>x</span>", 'Tag "span" must have class "tg-spoiler" at byte offset 0'),
        ("<b>never closed", 'Can\'t find end tag corresponding to start tag "b"'),
        ("₹<Amount>", 'Unsupported start tag "amount" at byte offset 3'),
        ("<", "Unclosed start tag at byte offset 0"),
    ],
)
def test_what_is_no_html_is_refused_in_telegrams_words(html: str, sentence: str) -> None:
    """The sentences are those of tdlib's own test of its parser (test/message_entities.cpp)."""
    with pytest.raises(ApiError) as refused:
        parse_html(clean(html))

    assert refused.value.code == 400
    assert refused.value.description == f"Bad Request: can't parse entities: {sentence}"


PIECES = st.lists(
    st.tuples(
        st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc")), min_size=1, max_size=8),
        st.sampled_from(["", "b", "i", "code", "u"]),
    ),
    max_size=8,
)


@given(PIECES)
def test_each_entity_covers_exactly_what_was_marked(pieces: list[tuple[str, str]]) -> None:
    """Offsets are UTF-16: cutting the UTF-16 text by them gives back the words, whatever characters they hold."""
    words = [(f"[{text}]", tag) for text, tag in pieces]  # brackets: no white space at an edge, nothing merges away
    html = "|".join(f"<{tag}>{escape(word)}</{tag}>" if tag else escape(word) for word, tag in words)

    text, entities = parse_html(clean(html))

    assert text == clean("|".join(word for word, _ in words))
    wide = text.encode("utf-16-le")
    marked = {"b": "bold", "i": "italic", "code": "code", "u": "underline"}
    cut = [
        (wide[2 * e["offset"] : 2 * (e["offset"] + e["length"])].decode("utf-16-le"), e["type"])
        for e in entities
        if e["type"] in marked.values()
    ]
    assert cut == [(clean(word), marked[tag]) for word, tag in words if tag]


@given(st.text(st.characters(codec="utf-8")))
def test_length_is_what_utf16_says(text: str) -> None:
    assert utf16_length(text) == len(text.encode("utf-16-le")) // 2


@given(st.text(alphabet="<>/&;=\"' abi😀₹", max_size=40))
def test_any_text_is_read_or_refused(html: str) -> None:
    """Nothing a bot sends breaks the town."""
    try:
        text, entities = parse_html(clean(html))
    except ApiError as refused:
        assert refused.description.startswith("Bad Request: can't parse entities: ")  # noqa: PT017  # either is right
        return

    end = utf16_length(text)
    assert all(0 <= e["offset"] < e["offset"] + e["length"] <= end for e in entities)
