"""French: what is a payment, how its numbers are written, and what only looks like a payment."""

from collections.abc import Callable

import pytest

from bot.language.intents import (
    Answer,
    Ask,
    AskWhat,
    ByHandle,
    ByName,
    Nothing,
    Open,
    PayeeWords,
    Reading,
    Refuse,
    RefuseWhy,
    Request,
    Send,
    Split,
    Topic,
)
from ledger.kernel.money import Money

Read = Callable[..., Reading]
Row = tuple[str, Money | None, PayeeWords | None, str | None]
PRIYA = ByName("Priya")


def eur(cents: int) -> Money:
    return Money(cents, "EUR")


PAYMENTS: list[Row] = [
    ("envoie 200 à Priya pour le dîner", eur(200_00), PRIYA, "le dîner"),
    ("envoie 200 a Priya", eur(200_00), PRIYA, None),
    ("Envoie 20 € à Priya, s'il te plaît", eur(20_00), PRIYA, None),
    ("paie Priya 20 euros", eur(20_00), PRIYA, None),
    ("peux-tu envoyer vingt euros cinquante à Priya stp ?", eur(20_50), PRIYA, None),
    ("je voudrais envoyer 12,50 € à @Priya_S", eur(12_50), ByHandle("priya_s"), None),
    ("vire 1 500,50 à Priya", eur(1500_50), PRIYA, None),
    ("fais un virement de deux cent cinquante euros à Priya pour le loyer", eur(250_00), PRIYA, "le loyer"),
    ("envoie quatre-vingt-dix-neuf euros à Priya", eur(99_00), PRIYA, None),
    ("envoie mille deux cents à Priya", eur(1200_00), PRIYA, None),
    ("envoie 5 euros et 20 centimes à Priya", eur(5_20), PRIYA, None),
    ("rembourse 30 à Priya Sharma", eur(30_00), ByName("Priya Sharma"), None),
    ("envoie-lui 20", eur(20_00), None, None),
    ("envoie de l'argent à Priya", None, PRIYA, None),
    ("envoie 150 000 à Priya", eur(150_000_00), PRIYA, None),
]

ASKED: list[tuple[str, AskWhat]] = [
    ("envoie 200 ou 300 à Priya", AskWhat.WHICH_AMOUNT),
    ("envoie 200 300 à Priya", AskWhat.GROUPING),
    ("envoie 1.500 à Priya", AskWhat.GROUPING),
    ("envoie 1,500 à Priya", AskWhat.GROUPING),
    ("envoie environ 200 à Priya", AskWhat.WHICH_AMOUNT),
    ("envoie entre 200 et 300 à Priya", AskWhat.WHICH_AMOUNT),
    ("envoie la moitié de mon solde à Priya", AskWhat.WHICH_AMOUNT),
    ("envoie une centaine d'euros à Priya", AskWhat.WHICH_AMOUNT),
    ("envoie deux trois cents à Priya", AskWhat.WHICH_AMOUNT),
    ("envoie 200 à Priya et 300 à Amit", AskWhat.SEVERAL_PAYEES),
    ("envoie 200 à Priya et Amit", AskWhat.SEVERAL_PAYEES),
    ("envoie 200 à Priya demain", AskWhat.REALLY_SEND),
    ("dois-je envoyer 200 à Priya ?", AskWhat.REALLY_SEND),
    ("envoie 200 à Priya ?", AskWhat.REALLY_SEND),
]

SILENT = [
    "n'envoie pas 200 à Priya",
    "ne paie pas Priya",
    "j'ai envoyé 200 à Priya",
    "as-tu envoyé 200 à Priya ?",
    "si j'envoie 200 à Priya",
    "comment envoyer 200 à Priya ?",
    "il a dit : envoie 200 à Priya",
    "donne ta langue au chat",
    "envoie le rapport à Priya",
    "envoie un message à Priya",
    "paie la facture",
]

OTHERS: list[tuple[str, Reading]] = [
    ("demande 50 € à Priya pour le taxi", Request(eur(50_00), PRIYA, "le taxi")),
    ("envoie-moi 50", Request(eur(50_00))),
    ("partage 90 € avec Priya et Amit", Split(eur(90_00), (PRIYA, ByName("Amit")))),
    ("partage 90 entre Priya, Amit et moi", Split(eur(90_00), (PRIYA, ByName("Amit")))),
    ("envoie 20 dollars à Priya", Refuse(RefuseWhy.OTHER_CURRENCY, "USD")),
    ("envoie moins 20 à Priya", Refuse(RefuseWhy.NOT_POSITIVE)),
    ("quel est mon solde ?", Open(Topic.BALANCE)),
    ("Combien me reste-t-il ?", Open(Topic.BALANCE)),
    ("historique", Open(Topic.HISTORY)),
    ("aide", Open(Topic.HELP)),
    ("annule", Open(Topic.CANCEL)),
    ("j'ai oublié mon code", Open(Topic.FORGOT)),
    ("on m'a volé mon téléphone", Open(Topic.LOST)),
    ("oui", Answer(yes=True)),
    ("non merci", Answer(yes=False)),
]


@pytest.mark.parametrize("row", PAYMENTS, ids=[row[0] for row in PAYMENTS])
@pytest.mark.parametrize(("language", "locale"), [("fr", "fr-FR"), ("en", "en-IN")])
def test_a_payment_is_read_exactly_whatever_language_somebody_has_chosen(
    read_any: Read, row: Row, language: str, locale: str
) -> None:
    text, amount, payee, note = row

    assert read_any(text, "EUR", language=language, locale=locale) == Send(amount, payee, note)


@pytest.mark.parametrize(("text", "what"), ASKED, ids=[row[0] for row in ASKED])
def test_what_is_unsure_is_asked(read_any: Read, text: str, what: AskWhat) -> None:
    reading = read_any(text, "EUR", language="fr", locale="fr-FR")

    assert isinstance(reading, Ask)
    assert reading.what is what


@pytest.mark.parametrize("text", SILENT)
def test_what_is_not_clearly_a_command_means_nothing(read_any: Read, text: str) -> None:
    assert read_any(text, "EUR", language="fr", locale="fr-FR") == Nothing()


@pytest.mark.parametrize(("text", "reading"), OTHERS, ids=[row[0] for row in OTHERS])
def test_everything_else_that_can_be_said(read_any: Read, text: str, reading: Reading) -> None:
    assert read_any(text, "EUR", language="fr", locale="fr-FR") == reading
