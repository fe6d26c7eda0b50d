"""What somebody may call themselves: as names are written, and not as somebody else's or the house's."""

import pytest

from bot.language.own_names import MAX_LENGTH, NameFault, read_name


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("Priya Mehta", "Priya Mehta"),
        ("  Priya \t Mehta ", "Priya Mehta"),
        ("प्रिया मेहता", "प्रिया मेहता"),
        ("Jose\u0301 D’Souza", "José D’Souza"),
        ("A. P. J. Abdul Kalam", "A. P. J. Abdul Kalam"),
        ("Ayesha عائشة", "Ayesha عائشة"),
        ("王小明", "王小明"),
        ("Meena & Suresh (Kolkata)", "Meena & Suresh (Kolkata)"),
        ("Ravi 2", "Ravi 2"),
        ("Nirmala Supporter", "Nirmala Supporter"),
        ("x" * MAX_LENGTH, "x" * MAX_LENGTH),
    ],
)
def test_a_name_is_taken_as_it_is_written(written: str, name: str) -> None:
    assert read_name(written) == name


@pytest.mark.parametrize(
    ("written", "fault"),
    [
        ("", NameFault.LETTERS),
        ("   ", NameFault.LETTERS),
        ("\u200b", NameFault.LETTERS),
        ("123", NameFault.LETTERS),
        ("🙂", NameFault.LETTERS),
        ("@priya", NameFault.LETTERS),
        ("x" * (MAX_LENGTH + 1), NameFault.LENGTH),
        ("Priya 🙂", NameFault.SIGNS),
        ("Priya @ravi", NameFault.SIGNS),
        ("<b>Priya</b>", NameFault.LETTERS),
        ("Priya <b>", NameFault.SIGNS),
        ("Priya https://x", NameFault.SIGNS),
        ("Priya\x00", NameFault.DISGUISED),
        ("Рriya", NameFault.DISGUISED),
        ("Pr1ya", NameFault.DISGUISED),
        ("Priya\u202e", NameFault.DISGUISED),
        ("𝗣riya", NameFault.DISGUISED),
        ("Hundi", NameFault.RESERVED),
        ("Hundi Support", NameFault.RESERVED),
        ("State Bank of India", NameFault.RESERVED),
        ("SUPPORT", NameFault.RESERVED),
        ("Refund-Team", NameFault.RESERVED),
        ("S u p p o r t", NameFault.RESERVED),
        ("Admln", NameFault.RESERVED),
    ],
)
def test_what_is_no_name_is_told_why(written: str, fault: NameFault) -> None:
    assert read_name(written) is fault
