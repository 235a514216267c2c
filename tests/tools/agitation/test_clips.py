"""Labelled clips are found and told apart by the names of the sets they come from."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tools.agitation.clips import Clip, Label, find
from tools.agitation.evaluate import auc, calls, main
from tools.agitation.picture import precision_recall

NAMES = [
    ("BAVED/0/12-m-30-3-2-77.wav", "12", "agitated"),
    ("BAVED/0/12-m-30-3-1-78.wav", "12", "calm"),
    ("BAVED/0/12-m-30-3-0-79.wav", "12", "low"),
    ("EmoDB/03a01Wa.wav", "03", "agitated"),
    ("EmoDB/03a01Nc.wav", "03", "calm"),
    ("EmoDB/03a01Fa.wav", "03", "other"),
    ("EmoDB/14a02Tb.wav", "14", "other"),
    ("EmoDB/14a02Lb.wav", "14", "low"),
    ("EmoTale/wav/DK_004_A_5.wav", "DK_004", "agitated"),
    ("EmoTale/wav/EN_004_B_5.wav", "EN_004", "low"),
    ("ASED/05Angry/a5-03-01-02-50.wav", "50", "agitated"),
    ("ASED/04Sad/S4-03-01-02-50.wav", "50", "other"),
    ("URDU/Angry/SM4_F4_A056.wav", "SM4", "agitated"),
    ("RAVDESS/Actor_07/03-01-05-02-01-01-07.wav", "07", "agitated"),
    ("RAVDESS/Actor_07/03-01-01-01-01-01-07.wav", "07", "calm"),
    ("RAVDESS/Actor_07/03-01-03-01-01-01-07.wav", "07", "other"),
    ("CREMA-D/1001_DFA_ANG_XX.wav", "1001", "agitated"),
    ("CREMA-D/1001_DFA_NEU_XX.wav", "1001", "calm"),
    ("SAVEE/DC_a01.wav", "DC", "agitated"),
    ("SAVEE/JE/n12.wav", "JE", "calm"),
    ("SAVEE/JE/sa12.wav", "JE", "other"),
    ("TESS/OAF_back_angry.wav", "OAF", "agitated"),
    ("TESS/OAF_back_neutral.wav", "OAF", "calm"),
    ("TESS/OAF_back_happy.wav", "OAF", "other"),
    ("own/anna/calm/one.wav", "anna", "calm"),
    ("own/anna/agitated/two.wav", "anna", "agitated"),
    ("own/Angry/ben_3.wav", "ben", "agitated"),
]


@pytest.mark.parametrize(("name", "speaker", "label"), NAMES)
def test_names_tell_speaker_and_label(tmp_path: Path, name: str, speaker: str, label: Label) -> None:
    path = tmp_path / name
    path.parent.mkdir(parents=True)
    path.touch()
    assert find(tmp_path / Path(name).parts[0]) == [Clip(path, speaker, label)]


def test_labels_may_come_from_a_table(tmp_path: Path) -> None:
    (tmp_path / "labels.csv").write_text("file,speaker,label\na.wav,anna,angry\nb.wav,anna,neutral\nc.wav,ben,sad\n")
    assert [(c.path.name, c.speaker, c.label) for c in find(tmp_path)] == [
        ("a.wav", "anna", "agitated"),
        ("b.wav", "anna", "calm"),
        ("c.wav", "ben", "other"),
    ]


def test_a_folder_without_labels_is_reported_in_one_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "music.wav").touch()
    assert main([str(tmp_path)]) == 3
    assert str(tmp_path) in capsys.readouterr().err


def test_no_clip_is_its_own_baseline_and_speakers_with_too_little_are_left_out() -> None:
    clips = [
        Clip(Path(f"{who}{i}.wav"), who, "calm") for who in ("anna", "ben") for i in range(7 if who == "anna" else 3)
    ]
    clips.append(Clip(Path("anna-upset.wav"), "anna", "agitated"))
    made = calls(clips, {clip.path: 2.0 for clip in clips}, before=10.0)
    assert {call.tried[0].speaker for call in made} == {"anna"}
    assert len(made) == 8
    for call in made:
        assert not set(call.start) & set(call.tried)
        assert len(call.start) == 5
        assert all(clip.label == "calm" for clip in call.start)


def test_single_words_are_tried_three_at_a_time() -> None:
    clips = [Clip(Path(f"{i}.wav"), "anna", "calm" if i < 30 else "agitated") for i in range(36)]
    made = calls(clips, {clip.path: 0.8 for clip in clips}, before=10.0)
    assert [len(call.tried) for call in made if call.label == "agitated"] == [3, 3]


def test_area_under_the_curve_is_the_chance_that_an_agitated_clip_scores_higher() -> None:
    assert auc([0.9, 0.8], [0.1, 0.2]) == 1.0
    assert auc([0.5], [0.5]) == 0.5
    assert auc([0.9, 0.1], [0.5]) == 0.5
    assert np.isnan(auc([], [0.5]))


def test_the_picture_is_a_small_drawing_with_a_line_for_each_set() -> None:
    from xml.etree import ElementTree

    clips = [(i / 100, i > 50) for i in range(100)]
    drawing = precision_recall({"one": clips, "two": clips})
    assert len(drawing) < 150_000
    lines = [e for e in ElementTree.fromstring(drawing).iter() if e.tag.endswith("polyline")]
    assert len(lines) == 4
