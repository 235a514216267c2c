"""The tuned numbers of transcription, each with what justified it. Seconds unless said otherwise."""

from __future__ import annotations

# --- what is encoded ------------------------------------------------------------------------------------------------

PADDED_FRAMES = 3000
"""Whisper's own input: 30 s of 10-ms frames."""
FLOOR_FRAMES = 1500
"""Never fewer: stock models were trained on 30 s, and on very short input they doubt and repeat themselves. Real base,
25 telephone prompts of the tune half: with 800 frames 6 had to be run again (3.4 s of processor time a minute), with
1000 3, with 1500 none (2.2 s)."""
AGAIN_FRAMES = 2000
"""What is encoded when a result is not trusted. Encoding 1500 frames takes 121 ms of processor time, 2000 184, 2200 323
and 3000 540 (base, AMD EPYC): the encoder's attention no longer fits the cache."""
MARGIN_FRAMES = 256
"""Silence after the words, so that the decoder knows they are over: 128 positions, what whisper.cpp's users took."""


PARTIAL_FLOOR_FRAMES = 600
"""The floor of partial text, which the final corrects: a third of the cost. Text that looks wrong is not shown."""
PIECE_OVERLAP = 0.15
"""Seconds of a pause that come again before what is said after it."""

CONTEXT = 4.0
CONTEXT_WHOLE = 17.4
"""Seconds of what a side said before an utterance that are given with it, at most, and of both together: what 2000
frames hold with their margin. Real base, word errors without context, with 4 s, 8 s, and 12 s of 12.4: a real call
13.3, 10.1, 9.3, 14.1 %; read sentences in noise 25.8, 20.2, 16.0, 16.0 %. Live on two idle cores, base, the 95th
percentile of finals with 4 and 8 s: 1.72 and 2.36 s on the real call, 1.27 and 1.61 on a demo call; with 8 s the
recognizer fell behind."""
CONTEXT_GAP = 8.0
"""Seconds of silence after which what was said before is none."""
CONTEXT_LEAST = 0.5
CONTEXT_EDGE = 0.1
"""Seconds before a word that are kept with it: its time is not that exact."""
CONTEXT_UTTERANCES = 8


# --- recorded calls -------------------------------------------------------------------------------------------------

WINDOW_SECONDS = 28.0
"""Utterances of one side that are decoded together. Real tiny.en, telephone prompts in noise: 10.9 % word errors, with
22 s 12.3, with 15 s 15.5. With the silence left between them it wrote 44 words fewer of 521 on the clean line."""
CONTEXT_TOKENS = 223
"""Of what a side said before, and of the terms of the team, together: half of what the decoder can hold, as in
faster-whisper. Real tiny.en, telephone prompts in noise: 12.7 % word errors without, 10.0 with 120, 9.6 with all; a
real call 13.5, 12.2, 11.8; base on that call 9.3, 8.7, 8.2."""
CONTEXT_CHARACTERS = 2000
"""More than those tokens can be."""
WINDOW_COMPRESSION = 3.0
"""As `COMPRESSION`, for a window: half a minute of "press one to ..., press two to ..." packs better than 2.4. A circle
that stays inside one utterance is found there."""
UNHEARD_LOGPROB = -0.7
"""A short utterance of which its window had no word, and that is no surer than this when recognized alone, has none."""
USUAL_WORD = 0.6
"""So much of a longer word says whose it is."""
LONGEST_WORD = 1.5
"""A word, other than a number, that lasts longer has others under it that were left out."""
WINDOWS_WAITING = 4
"""Windows whose sound is held while the recognizer is busy: 7 MB."""
HUNG_WINDOW = 600.0
"""Seconds without an answer from which on the recognizer hangs: a window takes a few, on a very busy machine 100."""
LOOK_S = 0.5
"""Seconds between looks whether it does."""
LANGUAGE_UTTERANCE = 8.0
"""Seconds of a window that say as much about its language as an utterance does."""

# --- how it is decoded ----------------------------------------------------------------------------------------------

BEAM = 5
"""Finals; partial text has a beam of 1. Real tiny.en, telephone prompts in noise, tune half: 22.3 % word errors become
17.5 %, for a quarter more processor time; base 18.8 and 17.5 %, for a tenth more."""

# --- when a short result is not trusted -----------------------------------------------------------------------------

COMPRESSION = 2.4
"""Text that packs better than this repeats itself (Whisper's own threshold)."""
LOGPROB = -1.0
"""Mean log probability under which the model was guessing (Whisper's own threshold). With -0.6 a real
caller had 28 of 44 utterances run twice, of which about 7 came out better."""
NO_SPEECH = 0.6
"""Probability of "no speech" over which Whisper itself would drop the window."""
WORDS_A_SECOND = 7.0
"""Nobody speaks faster for a whole utterance; auctioneers reach about five."""
TOKENS_A_SECOND = 8.0
TOKENS_EXTRA = 16
TOKENS_MOST = 200
"""Cap on the tokens of one utterance: 8 a second and 16 more is twice the densest speech, and bounds a loop's time."""

# --- which language -------------------------------------------------------------------------------------------------

LANGUAGE_SPEECH = 3.0
"""Seconds of sound that say which language they are in. Real base, telephone prompts in four languages, with and
without 10 dB of noise, and eight real calls: of 250 longer ones 7 sound most like another, of 110 shorter ones 17."""
LANGUAGE_STEP = 3.0
LANGUAGE_DECIDED = 5.0
"""Most that one utterance counts for or against another language, in natural logarithms of how much likelier it is, and
the sum from which on a side is in another: two sure utterances. On the same sound no side is taken for another than it
is, and each of 84 that are is found, after 11.5 s of speech in the middle, 17.6 s in nine of ten."""

# --- phantom text ---------------------------------------------------------------------------------------------------

PHANTOM_LOGPROB = -0.7
PHANTOM_NO_SPEECH_LEAST = 0.1
PHANTOM_NO_SPEECH = 0.4
PHANTOM_SHORT = 2.0
PHANTOM_NO_SPEECH_SHORT = 0.25
"""A stock phrase is phantom when the model doubted that there was speech, in an utterance of less than two seconds a
little, or when it was less sure and doubted at all. The "Bye-bye." at the end of a real call has 0.16 and -0.38."""
SPEECH_LEAST = 0.25
"""Less speech than this holds no word."""
OVER_FLOOR_DB = 3.0
"""The loud tenth of an utterance is this much over its quiet tenth, or nothing in it rises out of the noise. Steady
noise has 0.9 to 2.3 dB between them (white to brown, 1 to 6 s); with 6 a sentence with a jackhammer behind it
was lost whole on a noisy line."""
QUIET_DBFS = -60.0
"""Under this nothing was said, whatever its shape."""
TONE_SHARE = 0.9
TONE_LOWEST_HZ = 330.0
TONE_DRIFT_HZ = 1.5
TONE_FRAMES = 0.53
DTMF_FRAMES = 0.25
"""Share of a frame's energy in two lines, their lowest frequency and drift in 16 ms, and share of such frames, from
which on the sound is signal tones. Dial, ring-back, busy and DTMF in line noise reach 0.61-1.0; of 528 pieces of a real
telephone call of 1 and 3 s the worst, a held vowel of 1 s, reaches 0.5, the 99th percentile 0.2. Where all lines are
DTMF's, a smaller share is enough: key presses reach 0.45-0.76, and no piece of speech has even 0.05 of such frames."""

# --- scheduling -----------------------------------------------------------------------------------------------------

FIRST_PARTIAL = 0.6
"""Speech this long gets its first partial text: with less, the first word is still being said."""
PARTIAL_STEP = 3.0
PARTIAL_SHARE = 0.3
"""New speech between two partials of one utterance, and its share of what is looked at. With 1 s and no share, partials
cost a real call 11.5 s of processor time a minute, twice what its finals did (base); with 2 s a demo call had 126 of
them, with 3 s 105, for 4.7 and 3.8 s a minute, and nothing came later."""
PARTIAL_BUDGET = 0.6
"""No partial that is predicted to take longer than this: it would stand in the way of a final."""
PAUSING = 0.08
"""From here on a pause may become one that settles."""
SETTLED = 0.27
"""In a pause this long the words so far are complete: a look at what came since the last pause, and they stand. Pauses
are looked at every 0.128 s, so that this is always before WHOLE: from 0.3 s a quarter of them
(0.03 of 0.128 s) is not seen until then, and their words are there with the final only."""
WHOLE = 0.4
"""From here on the whole utterance is transcribed ahead of its endpoint, as a final. By then the sound that is kept
after an utterance is complete, so the text is the final one when the pause proves to be the end."""

# --- falling behind -------------------------------------------------------------------------------------------------

BEHIND = 1.5
"""The oldest final has waited this long: one more thing is left away."""
CAUGHT_UP = 0.4
CALM = 15.0
"""No final waited longer than CAUGHT_UP for CALM seconds: one thing is taken up again."""
STEP_WAIT = 5.0
"""Between two steps down, so that one has time to work before the next."""
TELL_EVERY = 5.0
"""The delay shown to the agent is updated when it changed by this much."""

# --- staying alive --------------------------------------------------------------------------------------------------

CRASHES = 3
"""The same utterance ended the recognizer this often: it is given up, and said so."""
RESTART_FIRST = 0.25
RESTART_MOST = 30.0
"""Wait before a restart, doubled each time, until something was transcribed again."""
LOADING_MOST = 120.0
"""A model that has not loaded by then hangs (large-v3 from a slow disk takes about 40 s)."""
HUNG_LEAST = 15.0
HUNG_TIMES = 20.0
"""An answer that took this many times its predicted time, and at least HUNG_LEAST, will not come."""
HUNG_RECORDED = 8
"""As many times longer for recorded calls, where nobody waits and several may be analyzed at once."""
COST_GUESS = 3.0
"""Predicted seconds of one utterance before anything was measured."""
KEPT_SPEECH = 1800.0
"""Speech kept while nothing can transcribe it; beyond that the oldest is given up (115 MB)."""
