"""Every number of the recipe, in one table; the figures beside them are what justified them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Settings:
    """Sizes of model and corpus, and the course of training."""

    # Corpus: each utterance once, so that a pass is as varied as can be. 34 000 are 33 hours of sound.
    utterances: int = 34_000
    call_utterances: int = 9_000
    cue_utterances: int = 3_500
    held_out_same: int = 400
    held_out_voices: int = 300

    # Model. 4.2 million weights; int8 makes a file of about 5 MB.
    text_pieces: int = 800
    width: int = 192
    heads: int = 6
    encoder_layers: int = 4
    decoder_layers: int = 3
    feed_forward: int = 768
    audio_positions: int = 1500
    text_positions: int = 448

    # Heads of the decoder that are taught where each word is heard: the word times come from them.
    guided_layers: tuple[int, ...] = (1, 2)
    guided_heads: int = 2

    # Loss: text, sounds (CTC on the encoder), place of each word.
    ctc_weight_first: float = 0.6
    ctc_weight: float = 0.3
    ctc_first_until: float = 0.4
    guide_weight: float = 0.2
    label_smoothing: float = 0.04

    # Course. Progress runs from 0 to 1 over the budget of minutes or steps.
    chunk: int = 2_400
    """Utterances that are sorted by length together."""
    batch_frames: int = 4_800
    batch_utterances: int = 20
    padded_utterances: int = 3
    peak_rate: float = 1.8e-3
    warm_up_steps: int = 400
    weight_decay: float = 0.01
    short_only_until: float = 0.06
    short_frames: int = 420
    padded_from: float = 0.85
    padded_share: float = 0.12
    call_until: float = 0.75
    call_share_after: float = 0.25
    """After three quarters of the course the demo call is known (2.7 % wrong, others 31 %): less of it then."""
    mask_from: float = 0.25
    seed: int = 20


SETTINGS = Settings()
