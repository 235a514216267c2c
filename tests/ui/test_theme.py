from __future__ import annotations

import pytest
from pytestqt.qtbot import QtBot

from ui.theme import CONTRAST, DARK, LIGHT, Colours, Role, Scheme, Theme, contrast
from voiceassist.core.events import AgitationState, CueKind

PALETTES = {"light": LIGHT, "dark": DARK, "contrast": CONTRAST}
GROUNDS = ("window", "surface", "sunken", "agent_bubble", "caller_bubble")
SIGNALS = ("listening", "calm", "rising", "high", "falling", "tip", "safety", "good", "warning", "lost", "accent")


def test_contrast_is_that_of_wcag() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21.0)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("name", PALETTES)
@pytest.mark.parametrize("ground", GROUNDS)
def test_text_can_be_read_on_every_ground(name: str, ground: str) -> None:
    palette, least = PALETTES[name], 7.0
    assert contrast(palette.text, getattr(palette, ground)) >= least
    assert contrast(palette.muted, getattr(palette, ground)) >= (4.5 if name != "contrast" else least)
    assert contrast(palette.on_accent, palette.accent) >= 4.5
    assert contrast(palette.disabled, getattr(palette, ground)) >= 3.0
    assert palette.disabled != palette.text


@pytest.mark.parametrize("name", PALETTES)
@pytest.mark.parametrize("signal", SIGNALS)
def test_every_signal_colour_stands_out_from_the_panels(name: str, signal: str) -> None:
    palette = PALETTES[name]
    assert contrast(getattr(palette, signal), palette.surface) >= (4.5 if name != "contrast" else 7.0)


@pytest.mark.parametrize("palette", PALETTES.values(), ids=PALETTES)
def test_no_two_states_and_no_two_kinds_of_cue_share_a_colour(palette: Colours) -> None:
    assert len({palette.agitation(state).name() for state in AgitationState}) == len(AgitationState)
    assert len({palette.cue(kind).name() for kind in CueKind}) == len(CueKind)


def test_text_grows_with_the_scale_the_person_chose(theme: Theme) -> None:
    before = theme.font(Role.BODY).pixelSize()
    theme.choose(text_scale=1.5)
    assert theme.font(Role.BODY).pixelSize() == round(before * 1.5)
    theme.choose(text_scale=1.0)


def test_choosing_a_scheme_notifies_all_views(theme: Theme, qtbot: QtBot) -> None:
    with qtbot.waitSignal(theme.changed):
        theme.choose(scheme=Scheme.DARK)
    assert theme.colours is DARK
    theme.choose(scheme=Scheme.LIGHT)


def test_nothing_moves_when_less_motion_is_asked_for(theme: Theme) -> None:
    theme.choose(reduced_motion=True)
    assert not theme.moves
