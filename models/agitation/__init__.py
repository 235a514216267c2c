"""How agitated a caller sounds, against that caller's own start. See README.md here for how good it is.

Works on figures of the voice (pitch, level, tilt), not on sound or words, and knows nothing of calls or of agents.
"""

from models.agitation.estimator import CallerFrames, Estimate, Estimator, State

__all__ = ["CallerFrames", "Estimate", "Estimator", "State"]
