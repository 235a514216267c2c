"""How agitated a caller sounds, against that caller's own start. See README.md here for how good it is.

Works on figures of the voice (pitch, level, tilt) and on phrases already found; knows nothing of sound, of calls or of
agents.
"""

from models.agitation.counting import CallerFrames
from models.agitation.estimator import Estimate, Estimator, State

__all__ = ["CallerFrames", "Estimate", "Estimator", "State"]
