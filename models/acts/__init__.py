"""What an utterance does: acts of the agent and of the caller, each with a score and the piece that carries it.

>>> model = ActModel.load()
>>> best = max(model.acts("caller", "", "let me talk to your manager right now"), key=lambda act: act.score)
>>> best.name
'asks-for-superior'

Three working points an act (`points.toml`): NAG for cues that remind, INTERRUPT for those that come at once whatever
else is due, FOLLOWED for what somebody has done already, where missing it is the worse mistake. README.md here says
how the model is made, on what, how well it hears, and what it does not understand.
"""

from .model import Act, ActModel, Point
from .names import ACTS, AGENT_ACTS, CALLER_ACTS, LANGUAGES

__all__ = ["ACTS", "AGENT_ACTS", "CALLER_ACTS", "LANGUAGES", "Act", "ActModel", "Point"]
