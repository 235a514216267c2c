"""What the agent's sentences were recognised to do, in words a coach uses. Run beside the Qt thread."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from ui.i18n.wording import translate
from voiceassist.core.events import Channel, Text


def words(act: str) -> str:
    """An act of the agent as a short phrase; empty for one that is not shown."""
    return {
        "acknowledges-feelings-or-trouble": translate("Acts", "acknowledges the trouble"),
        "apologises": translate("Acts", "apologises"),
        "offers-next-step": translate("Acts", "offers a next step"),
        "offers-options": translate("Acts", "offers a choice"),
        "refuses": translate("Acts", "refuses"),
        "negative-language": translate("Acts", "says what is not possible"),
        "offers-someone-else": translate("Acts", "offers somebody else"),
        "sets-limit": translate("Acts", "sets a limit"),
        "asks-open-question": translate("Acts", "asks an open question"),
        "asks-how-they-got-here": translate("Acts", "asks what happened"),
        "repeats-back": translate("Acts", "repeats back"),
        "puts-on-hold": translate("Acts", "puts on hold"),
        "reassures-they-matter": translate("Acts", "reassures"),
        "thanks": translate("Acts", "thanks"),
        "closes": translate("Acts", "closes the call"),
        "promises-follow-up": translate("Acts", "promises to follow up"),
        "contradicts": translate("Acts", "contradicts"),
    }.get(act, "")


def recognised(texts: Sequence[Text], cancelled: Callable[[], bool]) -> dict[int, list[str]]:
    """By utterance of the agent: what it did, as far as the model is sure. Some 3 ms a text."""
    from models.acts import LANGUAGES, ActModel

    model = ActModel.load()
    found: dict[int, list[str]] = {}
    caller = ""
    for text in texts:
        if cancelled():
            break
        if text.channel is Channel.CALLER:
            caller = text.text
        elif not text.language or text.language in LANGUAGES:
            done = model.decided(model.acts("agent", caller, text.text))
            if names := [name for act in done if (name := words(act.name))]:
                found[text.utterance] = names
    return found
