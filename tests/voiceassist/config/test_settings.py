"""Five layers, one table: who decides, what happens to nonsense, and that the person's file is never half-written."""

from __future__ import annotations

import os
import subprocess
import sys
import tomllib
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.busy import PATIENCE
from voiceassist.config import settings
from voiceassist.config.options import Settings, options
from voiceassist.config.settings import Layer, Origin, Source
from voiceassist.core.errors import StorageError, UsageError
from voiceassist.core.messages import Message, message, render

ROOT = Path(__file__).resolve().parents[3]

Layers = Callable[..., None]


@pytest.fixture
def write(home: Path) -> Layers:
    """Writes the files of the layers where the program looks for them on Linux."""

    def write(policy: str = "", machine: str = "", user: str = "", policy_name: str = "company.json") -> None:
        machine_folder = settings.machine_folder()
        files = {
            machine_folder / "policies" / policy_name: policy,
            machine_folder / "settings.toml": machine,
            settings.user_file(): user,
        }
        for path, text in files.items():
            if text:
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(text, encoding="utf-8")

    return write


def test_with_nothing_written_every_option_has_its_built_in_value() -> None:
    loaded = settings.load()
    assert loaded.settings == Settings()
    assert {origin.layer for origin in loaded.origins.values()} == {Layer.BUILT_IN}
    assert loaded.complaints == ()


def test_keeping_calls_is_off_by_default() -> None:
    assert settings.load().settings.keep_calls is False


@pytest.mark.parametrize(
    ("layers", "value", "layer"),
    [
        ({"policy": '{"cue_budget": 1}', "machine": "cue_budget = 2", "user": "cue_budget = 3"}, 1, Layer.POLICY),
        ({"machine": "cue_budget = 2", "user": "cue_budget = 3"}, 2, Layer.MACHINE),
        ({"machine": "[defaults]\ncue_budget = 4", "user": "cue_budget = 3"}, 3, Layer.USER),
        ({"machine": "cue_budget = 2\n[defaults]\ncue_budget = 4"}, 2, Layer.MACHINE),
        ({"machine": "[defaults]\ncue_budget = 4"}, 4, Layer.DEFAULTS),
    ],
)
def test_the_stronger_layer_decides(write: Layers, layers: dict[str, str], value: int, layer: Layer) -> None:
    write(**layers)
    loaded = settings.load()
    assert loaded.settings.cue_budget == value
    assert loaded.origins["cue_budget"].layer is layer


def test_the_policy_file_whose_name_sorts_last_decides(write: Layers) -> None:
    write(policy='{"cue_budget": 1}', policy_name="10-company.json")
    write(policy='{"cue_budget": 2}', policy_name="20-site.json")
    assert settings.load().settings.cue_budget == 2


def test_an_invalid_value_is_named_and_the_next_layer_decides(write: Layers) -> None:
    write(machine='cue_budget = "many"', user="cue_budget = 3")
    loaded = settings.load()
    assert loaded.settings.cue_budget == 3
    (complaint,) = loaded.complaints
    place = str(settings.machine_folder() / "settings.toml")
    expected = message("expects-whole-number", low="0", high="60")
    assert complaint == message("setting-invalid", name="cue_budget", place=place, value='"many"', expected=expected)
    assert str(complaint) == (
        f'cue_budget in {place} is "many", but must be a whole number from 0 to 60. It is ignored.'
    )
    assert render(complaint, "de") == (
        f'cue_budget in {place} ist "many", erlaubt ist eine ganze Zahl von 0 bis 60. Der Wert wird ignoriert.'
    )


@pytest.mark.parametrize("raw", [-1, 61, 2.5, True, "3", None, [3]])
def test_a_number_out_of_range_or_of_another_type_is_invalid(raw: object) -> None:
    loaded = settings.load([Source(Layer.USER, "here", {"cue_budget": raw})])
    assert loaded.settings.cue_budget == Settings().cue_budget
    assert len(loaded.complaints) == 1


def test_an_unknown_choice_is_invalid() -> None:
    loaded = settings.load([Source(Layer.USER, "here", {"theme": "purple"})])
    assert loaded.settings.theme == "system"
    choices: list[str | Message] = ["system", "light", "dark", "contrast"]
    assert loaded.complaints[0].args["expected"] == message("expects-choice", choices=choices)


@pytest.mark.parametrize(
    ("raw", "fine"), [("en, es", True), ("", True), ("auto", False), ("xx", False), ("en,xx", False)]
)
def test_a_language_that_no_speech_model_knows_is_invalid(raw: str, fine: bool) -> None:
    loaded = settings.load([Source(Layer.USER, "here", {"language": raw})])
    assert loaded.settings.language == (raw if fine else "en")
    expected = [] if fine else [message("expects-languages")]
    assert [complaint.args["expected"] for complaint in loaded.complaints] == expected


def test_an_unknown_setting_is_named_and_the_rest_counts(write: Layers) -> None:
    write(user="cue_bugdet = 3\ncue_spacing = 30")
    loaded = settings.load()
    assert loaded.settings.cue_spacing == 30
    assert loaded.complaints == (message("setting-not-known", name="cue_bugdet", place=str(settings.user_file())),)


@pytest.mark.parametrize("text", ["cue_budget = ", "\x00", "[[["])
def test_a_damaged_file_is_named_and_the_other_layers_count(write: Layers, text: str) -> None:
    write(machine="cue_budget = 2", user=text)
    loaded = settings.load()
    assert loaded.settings.cue_budget == 2
    assert loaded.complaints[0].key == "settings-file-malformed"
    assert loaded.complaints[0].args["path"] == str(settings.user_file())


def test_a_policy_that_is_no_object_is_named(write: Layers) -> None:
    write(policy="[1, 2]")
    assert settings.load().complaints[0].key == "settings-file-no-table"


def test_a_folder_in_place_of_the_file_is_named(home: Path) -> None:
    settings.user_file().mkdir(parents=True)
    (complaint,) = settings.load().complaints
    assert complaint.key == "settings-file-unreadable"
    assert complaint.args["path"] == str(settings.user_file())


def test_the_registry_may_hold_numbers_and_switches_as_text() -> None:
    values = {"cue_budget": "7", "keep_calls": 1, "overlay_opacity": "0.5", "terms": ["Zephyr"]}
    loaded = settings.load([Source(Layer.POLICY, "registry", values, lenient=True)])
    assert loaded.complaints == ()
    assert (loaded.settings.cue_budget, loaded.settings.keep_calls) == (7, True)
    assert (loaded.settings.overlay_opacity, loaded.settings.terms) == (0.5, ("Zephyr",))


ANYTHING = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5) | st.lists(st.text(max_size=5))


@given(st.dictionaries(st.sampled_from(list(options())), ANYTHING))
def test_no_value_stops_the_program(values: dict[str, object]) -> None:
    loaded = settings.load([Source(Layer.USER, "here", values)])
    complained = {complaint.args["name"] for complaint in loaded.complaints if complaint.key == "setting-invalid"}
    for name, option in options().items():
        decided_by = Layer.USER if name in values and name not in complained else Layer.BUILT_IN
        assert loaded.origins[name].layer is decided_by or loaded.origins[name].in_doubt
        option.parse(getattr(loaded.settings, name))


# --- changing them ----------------------------------------------------------------------------------------------------


@given(
    changes=st.fixed_dictionaries(
        {},
        optional={
            "keep_calls": st.booleans(),
            "cue_budget": st.integers(0, 60),
            "cue_spacing": st.floats(5, 600),
            "microphone": st.text(st.characters(exclude_categories=["Cs"])),
            "terms": st.lists(st.text(st.characters(exclude_categories=["Cs"])), max_size=4).map(tuple),
            "theme": st.sampled_from(options()["theme"].choices),
        },
    )
)
def test_a_changed_setting_is_read_back(changes: Any, tmp_path_factory: pytest.TempPathFactory) -> None:
    path = tmp_path_factory.mktemp("settings") / "settings.toml"
    settings.change(changes, path)
    loaded = settings.load([Source(Layer.USER, str(path), tomllib.loads(path.read_text(encoding="utf-8")))])
    assert loaded.complaints == ()
    assert {name: getattr(loaded.settings, name) for name in changes} == changes


def test_changing_one_setting_keeps_the_others_even_those_of_a_newer_version(write: Layers) -> None:
    write(user='theme = "dark"\n"from the future" = {a = [1, "x"]}')
    settings.change({"cue_budget": 4})
    text = settings.user_file().read_text(encoding="utf-8")
    assert settings.load().settings.theme == "dark"
    assert settings.load().settings.cue_budget == 4
    assert '"from the future" = {a = [1, "x"]}' in text


def test_comments_and_order_of_a_hand_written_file_survive_a_change(write: Layers) -> None:
    write(
        user="""# Desk 14: asked for by Ms Weber
theme = "dark"   # her eyes

# fewer, please
cue_budget = 3
keep_calls = false
"""
    )
    settings.change({"cue_budget": 4, "keep_calls": None, "text_size": 1.5})
    assert (
        settings.user_file().read_text(encoding="utf-8")
        == """# Desk 14: asked for by Ms Weber
theme = "dark"   # her eyes

# fewer, please
cue_budget = 4
text_size = 1.5
"""
    )


CHANGER = """
import sys
from voiceassist.config import settings
print("ready", flush=True)
sys.stdin.readline()
for n in range(1, 21):
    settings.change({sys.argv[1]: n})
"""


def test_programs_that_change_settings_at_once_lose_nothing(write: Layers) -> None:
    names = ["cue_budget", "overlay_dx", "overlay_dy"]
    programs = [
        subprocess.Popen(
            [sys.executable, "-c", CHANGER, name], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        for name in names
    ]
    for program in programs:
        assert program.stdout is not None
        assert program.stdout.readline() == "ready\n"
    for program in programs:
        assert program.stdin is not None
        program.stdin.write("go\n")
        program.stdin.flush()
    assert [program.communicate(timeout=PATIENCE) and program.returncode for program in programs] == [0, 0, 0]
    now = settings.load().settings
    assert [getattr(now, name) for name in names] == [20, 20, 20]


def test_setting_none_restores_the_default(write: Layers) -> None:
    write(user="cue_budget = 3")
    settings.change({"cue_budget": None})
    assert settings.load().origins["cue_budget"].layer is Layer.BUILT_IN


def test_an_organisations_default_may_be_changed_and_restored(write: Layers) -> None:
    write(machine="[defaults]\ncue_budget = 4")
    assert settings.load().may_change("cue_budget")
    settings.change({"cue_budget": 6})
    assert settings.load().settings.cue_budget == 6
    settings.change({"cue_budget": None})
    loaded = settings.load()
    assert loaded.settings.cue_budget == 4
    assert loaded.origins["cue_budget"] == Origin(Layer.DEFAULTS, str(settings.machine_folder() / "settings.toml"))


@pytest.mark.parametrize(
    ("machine", "key"),
    [
        ("defaults = 3", "settings-defaults-no-table"),
        ('[defaults]\ncue_budget = "many"', "setting-invalid"),
        ("[defaults]\ncue_bugdet = 3", "setting-not-known"),
    ],
)
def test_an_invalid_default_is_named_and_the_built_in_one_counts(write: Layers, machine: str, key: str) -> None:
    write(machine=machine)
    loaded = settings.load()
    assert loaded.settings.cue_budget == Settings().cue_budget
    complaint = loaded.complaints[0]
    assert complaint.key == key
    assert str(settings.machine_folder() / "settings.toml") in complaint.args.values()


def test_several_changes_are_all_made_or_none(write: Layers) -> None:
    write(user="cue_budget = 3")
    with pytest.raises(UsageError, match="Colours must be one of"):
        settings.change({"cue_budget": 4, "theme": "purple"})
    assert settings.load().settings.cue_budget == 3


def test_a_setting_forced_by_policy_cannot_be_changed(write: Layers) -> None:
    write(policy='{"keep_calls": false}')
    assert not settings.load().may_change("keep_calls")
    with pytest.raises(UsageError, match="Keep calls is managed by your organisation"):
        settings.change({"keep_calls": True})


def test_an_unreadable_file_is_never_overwritten(write: Layers) -> None:
    write(user="cue_budget = ")
    with pytest.raises(StorageError, match="were not saved"):
        settings.change({"cue_budget": 4})
    assert settings.user_file().read_text() == "cue_budget = "


def test_a_failing_disk_leaves_the_old_file_whole(write: Layers, monkeypatch: pytest.MonkeyPatch) -> None:
    write(user="cue_budget = 3")

    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(StorageError, match="no space left on device"):
        settings.change({"cue_budget": 4})
    names = sorted(path.name for path in settings.user_file().parent.iterdir())
    assert names == ["settings.toml", "settings.toml.lock"]
    assert settings.load().settings.cue_budget == 3


# --- the table --------------------------------------------------------------------------------------------------------


def test_every_option_says_what_it_does_and_its_default_obeys_its_own_range() -> None:
    for option in options().values():
        assert option.about.help.endswith("."), option.name
        assert option.parse(option.default) == option.default, option.name


def test_cue_restraint_and_agitation_reach_the_engine() -> None:
    chosen = Settings(cue_budget=2, cue_spacing=45.0, agitation=False)
    config = chosen.engine_config()
    assert (config.restraint.budget, config.restraint.spacing, config.agitation) == (2, 45.0, False)


def test_the_settings_page_is_what_the_table_says() -> None:
    command = [sys.executable, str(ROOT / "packaging" / "settings_page.py"), "--check"]
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT)
    assert done.returncode == 0, done.stderr


# --- doubt about what is forced ---------------------------------------------------------------------------------------

STRICTEST = {
    "keep_calls": False,
    "call_start": "manual",
    "consent": "confirm",
    "agitation": False,
    "overlay_hidden_when_sharing": True,
}
OPEN = 'keep_calls = true\ncall_start = "automatic"\nconsent = "none"\nagitation = true\noverlay_opacity = 0.5\n'


def assert_strictest(loaded: settings.Loaded) -> None:
    assert {name: getattr(loaded.settings, name) for name in STRICTEST} == STRICTEST
    assert not any(loaded.may_change(name) for name in STRICTEST)
    assert all(loaded.origins[name].in_doubt for name in STRICTEST)
    assert loaded.complaints[-1].key == "settings-held-strict"
    assert loaded.settings.overlay_opacity == 0.5  # what is not private stays the person's


@pytest.mark.parametrize(
    "damaged",
    [
        b'{"keep_calls": fal',
        b"",
        b"\x00\xff\xfe",
        b"[]",
        b'{"keep_calls": false, "keep_calls": true}',
        b"[" * 100_000,
        b'{"a":' * 100_000,
    ],
)
def test_a_policy_that_cannot_be_read_means_the_strictest_choice(write: Layers, damaged: bytes) -> None:
    write(policy="{}", user=OPEN)
    (settings.machine_folder() / "policies" / "company.json").write_bytes(damaged)
    assert_strictest(settings.load())


def test_a_folder_in_place_of_a_policy_means_the_strictest_choice(write: Layers) -> None:
    write(user=OPEN)
    (settings.machine_folder() / "policies" / "company.json").mkdir(parents=True)
    assert_strictest(settings.load())


def test_a_policy_that_leads_nowhere_means_the_strictest_choice(write: Layers) -> None:
    write(policy="{}", user=OPEN)
    (settings.machine_folder() / "policies" / "z.json").symlink_to("/nowhere/z.json")
    assert_strictest(settings.load())


@pytest.mark.parametrize("name", ["policies", "policies/company.json"])
def test_a_policy_that_may_not_be_read_means_the_strictest_choice(
    write: Layers, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    write(policy="{}", user=OPEN)
    closed = settings.machine_folder() / name

    def refuse(real: Callable[..., Any]) -> Callable[..., Any]:
        def method(self: Path) -> Any:
            if self == closed:
                raise PermissionError(13, "Permission denied")
            return real(self)

        return method

    monkeypatch.setattr(Path, "iterdir", refuse(Path.iterdir))
    monkeypatch.setattr(Path, "read_bytes", refuse(Path.read_bytes))
    loaded = settings.load()
    assert_strictest(loaded)
    assert loaded.complaints[0].args["path"] == str(closed)


def test_a_machine_file_that_cannot_be_read_means_the_strictest_choice(write: Layers) -> None:
    write(machine="keep_calls = fal", user=OPEN)
    assert_strictest(settings.load())


def test_a_pipe_in_place_of_a_policy_does_not_hold_up_the_program(write: Layers) -> None:
    write(policy="{}", user=OPEN)
    os.mkfifo(settings.machine_folder() / "policies" / "z.json")
    assert_strictest(settings.load())


def test_a_policy_in_capitals_counts(write: Layers) -> None:
    write(policy='{"keep_calls": false}', policy_name="COMPANY.JSON", user=OPEN)
    assert settings.load().settings.keep_calls is False


@pytest.mark.parametrize("raw", ['"false"', "0", "null", '"\\ud800"', "[" * 500 + "]" * 500])
def test_a_forced_private_value_that_makes_no_sense_means_the_strictest_choice(write: Layers, raw: str) -> None:
    write(policy=f'{{"keep_calls": {raw}}}', user=OPEN)
    loaded = settings.load()
    assert (loaded.settings.keep_calls, loaded.may_change("keep_calls")) == (False, False)
    assert loaded.settings.call_start == "automatic"  # nothing is in doubt about the others
    str(loaded.complaints[0]).encode()


@pytest.mark.parametrize("name", ["keep-calls", "Keep_Calls", "keep_call", "keepcalls"])
def test_a_private_option_that_is_misspelt_in_a_policy_is_in_doubt(write: Layers, name: str) -> None:
    write(policy=f'{{"{name}": false}}', user=OPEN)
    loaded = settings.load()
    assert (loaded.settings.keep_calls, loaded.may_change("keep_calls")) == (False, False)


def test_no_call_is_kept_where_the_forced_folder_makes_no_sense(write: Layers) -> None:
    write(policy='{"keep_calls": true, "library": 3}', user=OPEN)
    assert settings.load().settings.keep_calls is False


def test_a_stronger_policy_is_not_touched_by_a_damaged_weaker_one(write: Layers) -> None:
    write(policy='{"keep_calls": true}', policy_name="20-site.json", user=OPEN)
    write(policy="{", policy_name="10-company.json")
    loaded = settings.load()
    assert (loaded.settings.keep_calls, loaded.settings.call_start) == (True, "manual")


def test_a_byte_order_mark_is_read(write: Layers) -> None:
    write(policy='\ufeff{"keep_calls": false}', machine="\ufeffcue_budget = 2", user="\ufeffcue_spacing = 30")
    loaded = settings.load()
    assert loaded.complaints == ()
    assert (loaded.settings.keep_calls, loaded.settings.cue_budget, loaded.settings.cue_spacing) == (False, 2, 30)
    settings.change({"cue_spacing": 40.0})
    assert settings.load().settings.cue_spacing == 40


def test_on_windows_the_folder_of_the_policies_comes_from_the_system(monkeypatch: pytest.MonkeyPatch) -> None:
    def folder(window: None, which: int, token: None, flags: int, name: Any) -> int:
        name.value = r"C:\Managed"
        return 0

    shell = SimpleNamespace(shell32=SimpleNamespace(SHGetFolderPathW=folder))
    monkeypatch.setattr("ctypes.windll", shell, raising=False)
    monkeypatch.setenv("PROGRAMDATA", r"C:\Elsewhere")
    assert str(settings._program_data()) == r"C:\Managed"
