"""Cues: what is shown to the agent, when, why, and how it goes. Packs in TOML say it, conditions observe, the engine
holds back."""

from voiceassist.cues.call_state import CallState
from voiceassist.cues.engine import CueEngine
from voiceassist.cues.pack import Cue, Pack, load_pack, pack_for

__all__ = ["CallState", "Cue", "CueEngine", "Pack", "load_pack", "pack_for"]
