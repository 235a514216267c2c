"""The acts an utterance of a service call can do, for the agent's side and the caller's."""

from __future__ import annotations

AGENT_ACTS = (
    "acknowledges-feelings-or-trouble",
    "apologises",
    "offers-next-step",
    "offers-options",
    "refuses",
    "negative-language",
    "offers-someone-else",
    "sets-limit",
    "asks-open-question",
    "asks-how-they-got-here",
    "repeats-back",
    "puts-on-hold",
    "reassures-they-matter",
    "thanks",
    "closes",
    "promises-follow-up",
    "contradicts",
)
CALLER_ACTS = (
    "states-problem",
    "blames-company",
    "complains-of-waiting-or-transfers",
    "asks-for-superior",
    "threatens-to-leave",
    "threatens-legal-or-public",
    "threatens-harm",
    "insults",
    "feels-ignored-or-unimportant",
    "repeats-earlier-demand",
    "says-it-is-helped/thanks",
    "says-is-not-helped",
)
ACTS = {"agent": AGENT_ACTS, "caller": CALLER_ACTS}
"""By role. The order is that of the model's scores."""
NAMES = (*AGENT_ACTS, *CALLER_ACTS)
"""All acts, in the order of the encoder's logits."""
LANGUAGES = ("en", "de", "es", "fr")
"""Languages the model was trained on; in others it says nothing worth hearing."""
