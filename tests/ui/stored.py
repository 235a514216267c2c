"""What the person's choices are in the settings file, once they are written."""

from __future__ import annotations

from pytestqt.qtbot import QtBot

from ui.preferences import Preferences
from voiceassist.config import settings
from voiceassist.config.options import Settings


def stored(preferences: Preferences, qtbot: QtBot) -> Settings:
    qtbot.waitUntil(lambda: not preferences.saving)
    return settings.load().settings
