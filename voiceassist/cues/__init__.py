"""Cues: what is shown to the agent, when, why, and how it goes. Packs in TOML say it, conditions observe, the engine
holds back."""

from voiceassist.cues.engine import CueEngine
from voiceassist.cues.pack import Cue, Pack, load_pack, pack_for
from voiceassist.cues.situation import Situation

__all__ = ["Cue", "CueEngine", "Pack", "Situation", "load_pack", "pack_for"]
