"""What comes with the program and is read once: the words of every language, and how the bot introduces itself."""

from collections.abc import Mapping
from importlib.resources import files
from importlib.resources.abc import Traversable

from bot.dialogue.labels import GROUP_MENU, MENU, PROFILE
from bot.language.lexicon import Lexicon, together
from bot.runner.doors import Voice
from bot.speech.catalogue import Catalogue
from bot.transport.telegram.profile import Introduction


def languages() -> tuple[str, ...]:
    """Every language that has a catalogue; English first. Catalogues are complete: a test holds them to it."""
    spoken = {folder.name for folder in _resources("bot.speech", "catalogues") if folder.is_dir()}
    return tuple(sorted(spoken, key=lambda code: (code != "en", code)))


def read_lexicons() -> Mapping[str, Lexicon]:
    """What is read of those who chose each language: its own words first, or English while it has none, then all."""
    folder = files("bot.language").joinpath("lexicons")
    found = {file.name.removesuffix(".toml") for file in _resources("bot.language", "lexicons") if _is_toml(file)}
    codes = sorted(found, key=lambda code: (code != "en", code))
    texts = {code: folder.joinpath(f"{code}.toml").read_text("utf-8") for code in codes}
    lexicons = together({code: Lexicon.from_toml(text) for code, text in texts.items()})
    return {code: lexicons.get(code, lexicons["en"]) for code in languages()}


def read_catalogues() -> Mapping[str, Catalogue]:
    """The sentences of every language."""
    folder = files("bot.speech").joinpath("catalogues")
    return {code: Catalogue.from_po(folder.joinpath(code, "hundi.po").read_text("utf-8")) for code in languages()}


def introductions(voice: Voice) -> Mapping[str, Introduction]:
    """How the bot introduces itself, in every language."""
    return {code: _introduction(voice, code) for code in voice.catalogues}


def _introduction(voice: Voice, language: str) -> Introduction:
    description, short_description = (voice.catalogues[language].plain(key) for key in PROFILE)
    private, group = (
        tuple((entry, voice.catalogues[language].plain(f"menu.{entry}")) for entry in menu)
        for menu in (MENU, GROUP_MENU)
    )
    return Introduction(private, group, description, short_description)


def _resources(package: str, folder: str) -> list[Traversable]:
    return list(files(package).joinpath(folder).iterdir())


def _is_toml(file: Traversable) -> bool:
    return file.name.endswith(".toml")
