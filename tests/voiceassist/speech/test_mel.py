"""The same sound gives the same features, whatever the environment says about threads."""

from __future__ import annotations

import os
import subprocess
import sys

import numpy as np
import pytest
from faster_whisper.feature_extractor import FeatureExtractor

from tests.voiceassist.speech.conftest import speech
from voiceassist.speech.mel import MelFilters

FEATURES = """
import hashlib, sys
from pathlib import Path
from tests.voiceassist.speech.conftest import speech
from voiceassist.speech.whisper import WhisperRecognizer
recognizer = WhisperRecognizer(Path(sys.argv[1]), threads=1)
print(hashlib.sha256(recognizer._model.feature_extractor(speech(8.0)).tobytes()).hexdigest())
"""


def features(folder: object, threads: str) -> str:
    environment = {k: v for k, v in os.environ.items() if not k.endswith("_NUM_THREADS")}
    environment |= {"OMP_NUM_THREADS": threads, "OPENBLAS_NUM_THREADS": threads}
    run = [sys.executable, "-c", FEATURES, str(folder)]
    return subprocess.run(run, env=environment, check=True, capture_output=True, text=True).stdout


@pytest.mark.skipif((os.cpu_count() or 1) < 2, reason="one core has no second thread")
def test_features_do_not_depend_on_the_number_of_threads(model: object) -> None:
    assert features(model, "1") == features(model, "2")


def test_features_are_those_of_faster_whisper() -> None:
    extractor = FeatureExtractor()
    expected = extractor(speech(3.0))
    extractor.mel_filters = MelFilters(extractor.mel_filters)
    np.testing.assert_allclose(extractor(speech(3.0)), expected, atol=1e-5)


def test_a_filter_without_weights_gives_no_energy() -> None:
    matrix = np.zeros((2, 4), np.float32)
    matrix[1, 2] = 0.5
    np.testing.assert_array_equal(MelFilters(matrix) @ np.ones((4, 3), np.float32), [[0, 0, 0], [0.5, 0.5, 0.5]])
