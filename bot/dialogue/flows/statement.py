"""A statement: what moved in some days, in short on screen and line by line as a file. It changes nothing."""

from typing import Final

from bot.dialogue import reading
from bot.dialogue.context import Context, Step
from bot.dialogue.effects import Action, Button, Line, LoadStatement, Say, Tell
from bot.dialogue.events import StatementArrived, Tapped
from bot.dialogue.facts import StatementFacts
from bot.dialogue.history_pages import during
from bot.dialogue.leaving import leave
from bot.dialogue.saying import Rows, line, say, tell, toast, topic
from bot.dialogue.states import Idle, State
from bot.dialogue.table import ANY, Row
from bot.language.intents import Topic
from bot.language.periods import Period

# What a button says, and the months it means, counted from the present one. A button carries the index, so the order
# never changes and new ones go to the end.
_CHOICES: Final = (("this_month", 0, 1), ("last_month", -1, 1), ("last_3_months", -2, 3))
_YEARS: Final = (("this_year", 0), ("last_year", -1))


def statement(context: Context, state: State, argument: str = "") -> Step:
    """/statement: of which days, unless they are said."""
    closing = leave(context, state)
    if not argument:
        return Step(Idle(), (*closing, Tell(_which())))
    period = reading.period_in(context, argument)
    if period is None:
        unread = line("statement.unread", words=reading.clipped(argument))
        return Step(Idle(), (*closing, Tell(_which(unread))))
    if period.begins > context.today:
        return Step(Idle(), (*closing, Tell(_which(during(context, period), line("statement.to_come")))))
    return Step(Idle(), (*closing, LoadStatement(period)))


def _which(*why: Line) -> Say:
    return say(*why, line("statement.which"), line("statement.write"), buttons=_buttons())


def _buttons() -> Rows:
    one = [Button(Action.STATEMENT, bytes((index,)), label) for index, label in enumerate(_labels())]
    return ((one[0], one[1]), (one[2],), (one[3], one[4]))


def _labels() -> tuple[str, ...]:
    return (*(label for label, *_ in _CHOICES), *(label for label, _ in _YEARS))


def on_period(context: Context, state: State, event: Tapped) -> Step:
    """[This month], [Last month] …, as of now: a button that is weeks old means what it says."""
    index = event.argument[0] if len(event.argument) == 1 else len(_labels())
    if index < len(_CHOICES):
        _, first, count = _CHOICES[index]
        return Step(state, (LoadStatement(Period.of_months(context.today, first, count)),))
    if index < len(_labels()):
        _, back = _YEARS[index - len(_CHOICES)]
        return Step(state, (LoadStatement(Period.of_year(context.today.year + back)),))
    return Step(state, (toast("toast.over"),))


def on_statement(context: Context, state: State, event: StatementArrived) -> Step:
    """The sums, and the file if there is anything in it."""
    title = (line("statement.title"), during(context, event.period))
    facts = event.facts
    if facts is None:
        again = _buttons()[0]
        return Step(state, (tell(*title, line("statement.too_long"), line("statement.write"), buttons=(again,)),))
    if event.file is None:
        key = "statement.nothing_so_far" if event.period.ends > context.today else "statement.nothing"
        return Step(state, (tell(*title, line(key, balance=facts.closing), buttons=((topic(Topic.HISTORY),),)),))
    told = (*title, *_sums(context, event.period, facts))
    return Step(state, (Tell(say(*told), event.file, instead=say(*told, line("statement.not_taken"))),))


def _sums(context: Context, period: Period, facts: StatementFacts) -> tuple[Line, ...]:
    """What there was, what came and went, what there is."""
    over = period.ends <= context.today
    closing = line("statement.closing" if over else "statement.now", balance=facts.closing)
    moved = line("statement.sums", opening=facts.opening, money_in=facts.money_in, money_out=facts.money_out)
    return (moved, closing, line("statement.count", count=facts.count))


ROWS: Final = (
    Row(ANY, (Action.STATEMENT,), on_period),
    Row(ANY, (StatementArrived,), on_statement),
)
