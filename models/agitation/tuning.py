"""Every number of the agitation estimator and where it comes from. How good the whole is: README.md here."""

from __future__ import annotations

import math
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Tuning:
    # --- which frames count ------------------------------------------------------------------------------------------
    run: float = 0.096
    """Seconds a voiced stretch must last: shorter ones are clicks, coughs and slips of the pitch tracker."""
    leap: float = 7.0
    """Semitones from one frame to the next at which a voiced stretch is taken for broken: an octave slip, another
    voice. Calm speech moves by less than 3 in 32 ms, shouting by up to 6."""
    steady: float = 0.05
    steady_for: float = 0.32
    """A pitch that moves by less than `steady` semitones a frame for `steady_for` seconds is a tone, ring-back or
    music. No voice holds still like that: none of 2 470 clips of speech tripped it."""
    faint: float = 25.0
    faint_for: float = 30.0
    """Frames this many dB under the loudest tenth of so many seconds of voiced sound are somebody in the background."""
    long_run: float = 0.16
    """A window of which voiced stretches of this length make up less than a quarter is laughter, coughing or sobbing,
    not a sentence."""

    # --- the window -------------------------------------------------------------------------------------------------
    window: float = 1.0
    """Seconds of voiced speech the figures are taken over. AUC on the last figure of a clip: 0.8 s .999/.917,
    1.2 s .998/.928 (EmoDB/BAVED, telephone, level normalised): short is as good and half a second quicker."""
    age: float = 3.0
    """Seconds after which a frame leaves the window even if nothing followed."""
    least: float = 0.45
    """Seconds of voiced speech below which nothing is measured."""
    pause: float = 0.4
    """After a pause this long the window begins anew, as soon as it has `least` seconds: a sentence is judged by
    itself."""
    step: float = 0.2
    """A measurement every so many seconds of voiced speech."""
    top: float = 0.4
    """Pitch is the mean of this share of the highest frames: agitation lifts the peaks of the melody first. AUC .946
    against .934 for the median (BAVED), the same on EmoDB, and it answers within half a window."""
    loud: float = 0.6
    """Tilt is the mean over this share of the loudest frames, the vowels."""
    background: float = 10.0
    background_for: float = 30.0
    """What is heard behind the caller: this percentile of the level of all frames of so many seconds, speech or not."""
    drowned: float = 3.0
    clear: float = 12.0
    drowned_share: float = 0.05
    """For the pitch, frames up to `drowned` dB over the background count `drowned_share`, from `clear` dB on whole, in
    between in proportion. In a crowd 10 dB under the caller, 53 to 88 % of the frames 0 to 3 dB over it have the
    caller's pitch, and 85 to 99 % of those from 12 dB on. Ramps found in such a crowd: 56 % instead of 48 %; in one
    14 dB under the caller 75 % instead of 64 %."""

    # --- the baseline ------------------------------------------------------------------------------------------------
    abstain: float = 3.0
    abstain_voiced: float = 1.5
    """Seconds of speech, and of frames with pitch in it, before there is a score: 2 to 3 s buy most of the gain of a
    speaker's own baseline (AUC .75 without, .87 after 1 s with pitch, .90 after 6 s on BAVED)."""
    baseline: float = 12.0
    """Seconds of voiced speech after which the baseline is fully believed."""
    memory: float = 90.0
    """Seconds of calm voiced speech the baseline is taken over: that is its slow drift."""
    quantile: float = 50.0
    """Percentile of the remembered figures."""
    learn: float = 0.45
    patience: float = 1.0
    """A window joins the baseline when the score is below `learn` and stays below `rising` for so many more seconds of
    voiced speech: the baseline is frozen during agitation."""
    most_spread: float = 2.7
    """The caller's own spread counts up to so many times the scale below: nobody is so lively that nothing shows."""
    ceiling: float = 12 * math.log2(300.0)
    """No calm pitch is believed to lie above 300 Hz (in semitones over 1 Hz), which is what gives away somebody who
    starts by shouting. Weak on purpose: calm voices of grown-ups lie between 80 and 260 Hz."""

    # --- evidence ----------------------------------------------------------------------------------------------------
    scales: tuple[float, ...] = (2.0, 3.0, 1.0, 0.6, 1.0)
    """What counts as one step of change: semitones, dB, dB an octave, dB of movement, syllables a second. The caller's
    own spread counts instead where it is larger."""
    weights: tuple[float, ...] = (1.0, 0.9, 0.7, 0.4, 0.0)
    """Weight of one step in log odds. Pitch, tilt and movement as `tools.agitation.fit` finds them on EmoDB and real
    calm talk (1.0, 0.5, 0.7), tilt and level then raised and movement lowered, because calm people on the telephone are
    lively in pitch and movement but not louder or sharper at once: the highest score of calm talk went from 0.69 to
    0.53. Level cannot be fitted there, EmoDB is levelled. Pace tells nothing on any set (AUC 0.46 to 0.58)."""
    least_steps: float = -1.0
    most: float = 3.0
    """Evidence is limited to so many steps down and up, so that no single figure decides ..."""
    most_evidence: float = 6.5
    """... and all of it to so much in log odds."""
    offset: float = -3.35
    """Log odds with no evidence: a score of 0.03."""
    pitch_alone: float = 0.5
    """Share of the pitch's weight that is left when neither level (two steps) nor tilt (one) bears it out: lively talk,
    a question, a sing-song goodbye."""
    unsupported: float = 0.3
    """Share of the level's weight that is left when neither pitch nor tilt moved with it: a hand on the volume control
    or the line's gain control changes level alone."""
    agc_spread: float = 0.6
    agc_free: float = 1.4
    """Spread of the level of calm windows in dB. Speech levelled by a gain control shows 0.6, untouched speech 1.3 to
    2.0; between the two the weight of level goes from nothing to full."""
    in_place_of_level: float = 0.3
    """Pitch and tilt weigh up to this share more where a gain control leaves the level no say: the same upset voice
    would otherwise have a quarter less evidence on such a line. Only from `young` to `baseline` seconds on: how the
    level scatters is not known sooner, and two lively people of the television raised alarms. Ramps found behind a gain
    control: 93 % instead of 67 %, without a false alarm; calm telephone talk there scores 0.49 at most (0.33)."""
    snr_none: float = 4.0
    snr_full: float = 16.0
    """Level of speech over the background, in dB, between which the tilt goes from worthless to fully believed. With 2
    and 10 a calm caller in a crowd raises an alarm, with 3 and 12 somebody lively on television nearly does."""
    softer: float = 0.5
    softer_by: float = 1.5
    """Share of the pitch's weight that is left when level (by so many dB) and tilt both fell: another voice."""
    cut_in: float = 0.2
    cut_in_for: float = 30.0
    cut_in_most: float = 0.4
    """Each time the caller cuts in, for so many seconds, and at most: log odds. Little, because calm people do it as
    well: the two of call 49 several times a minute, and with 0.4 each that made three alarms."""
    words_for: float = 30.0
    words_most: float = 3.15
    """Words count for so many seconds, fading, and at most so much in log odds. Words alone bring the score to
    0.45, the edge of `rising`; see README.md, Fusion."""

    # --- another person on the line --------------------------------------------------------------------------------
    handover: float = 3.0
    """Whoever speaks after a silence of so many seconds may be somebody else: nobody passes on a telephone faster."""
    other_lower: float = 5.0
    other_higher: float = 6.0
    other_for: float = 3.0
    """Another person is who then, for so many seconds of voiced speech, lies that many semitones under the usual pitch,
    or that far above it ..."""
    other_louder: float = 3.0
    other_sharper: float = 1.0
    """... without being this much louder (dB) or sharper (dB an octave): a voice raised so far is one or the other
    (EmoDB's anger: 9 semitones with 5 dB an octave)."""

    # --- the score over time -----------------------------------------------------------------------------------------
    quick: float = 0.2
    """Time constant of the sentence under way, in seconds of voiced speech. The window already smooths: AUC of the
    highest score of a clip .970 with 0.5, .981 with this (EmoDB, telephone, levelled)."""
    quick_weight: float = 0.39
    """Share of it in the log odds."""
    drift: float = 2.95
    rate: float = 1.2
    relief: float = 2.0
    """What is gathered from sentence to sentence is a cumulative sum after Page (Biometrika 41, 1954), the quickest way
    to tell a lasting change at a given number of false alarms: each second of voiced speech adds `rate` times the
    evidence over `drift`, and takes away `relief` times what is under it.
    These numbers, `offset` and the dwells were searched for together, so that ramps rise soon while real calm talk (the
    part that is fitted on: README.md) stays silent."""
    held_drift: float = 1.8
    held_relief: float = 1.6
    """Drift and relief once told: what keeps a raised voice told is less than what it took to tell it. With one drift
    for both, an angry caller was let go in the middle of an angry line (demo call `flight`)."""
    drift_quantile: float = 90.0
    drift_lag: float = 9.0
    drift_least: int = 20
    drift_most: float = 4.2
    """Who talks in a lively way has a drift of their own: this percentile of their evidence while calm, not counting
    the last `drift_lag` seconds of voiced speech, once there are `drift_least` windows. It costs no ramp, since what
    rises is always newer, and silences the last alarm of the calm calls."""
    young: float = 8.0
    young_share: float = 0.42
    """Share of the rate at first; it is whole after so many seconds of voiced speech. The first sentences are often
    said more quietly than the rest, and a baseline of three seconds does not know that."""
    gathered_most: float = 3.3
    """Log odds gathered at most, so that it can be talked down again within seconds."""
    breath: float = 1.0
    forget: float = 6.0
    """While calm, a pause of `breath` seconds begins to wipe out what was gathered, at this time constant: two lively
    remarks a quarter of a minute apart are not a trend."""
    hold: float = 15.0
    fade: float = 90.0
    """Once told, a raised voice stays told for `hold` seconds of silence and then fades with this time constant."""

    rising: float = 0.50
    high: float = 0.65
    release: float = 0.12
    """A state is left this far under the score it was entered at, so that it does not flicker."""
    rising_dwell: float = 0.3
    high_dwell: float = 0.7
    """Seconds of voiced speech the score must stay above a limit before the state follows: one exclamation may be
    `rising`, but never `high`."""

    falling: float = 1.0
    """Seconds for which `falling` is shown at least."""

    # --- reasons -----------------------------------------------------------------------------------------------------
    say_pitch: float = 1.0
    say_level: float = 2.0
    say_tilt: float = 1.0
    say_pace: float = 1.0
    """A change smaller than this is not given as a reason (semitones, dB, dB an octave, syllables a second)."""


TUNING = Tuning()
