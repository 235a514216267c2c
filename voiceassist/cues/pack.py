"""Cue packs: TOML files that say which cues there are, when each comes, what it says, and when it was followed.

A pack is checked whole when it is loaded; every mistake is reported with file, line and key. A team's own pack
is laid over a shipped one with `[pack] extends = "en"`: what it sets replaces, what it leaves out stays.
"""

from __future__ import annotations

import difflib
import inspect
import re
import string
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from types import MappingProxyType
from typing import Any

from models.acts import ACTS, Point
from voiceassist.core.errors import InputError, system_reason
from voiceassist.core.events import CueKind
from voiceassist.core.messages import Argument, Message, message
from voiceassist.core.tuning import RestraintTuning
from voiceassist.cues.conditions import CHOICES, CONDITIONS, THRESHOLDS, ConditionContext, Hit, scale_thresholds
from voiceassist.cues.words import ENGLISH

SHIPPED = Path(__file__).with_name("packs")
CALLER_STATES = ("any", "rising", "high")
HEADLINE_WORDS = 5
NO_LIMIT = 1000
MOST_LAYERS = 3
"""Packs laid over each other: a team's over a language's over English."""
DEFAULT = "en"
BLANKS = {"reasons", "seconds", "change", "count", "gap", "phrase", "share", "sentence"}
"""What may stand in braces in a cue's `why`."""
LISTS_NOW_ACTS: Mapping[str, str] = {
    "acknowledges": "acknowledges-feelings-or-trouble",
    "apologies": "apologises",
    "company-faults": "blames-company",
    "journey": "complains-of-waiting-or-transfers",
    "journey-questions": "asks-how-they-got-here",
    "refusals": "refuses",
    "contradictions": "contradicts",
    "defensive": "feels-ignored-or-unimportant",
    "abuse": "insults",
    "wants-someone-else": "asks-for-superior",
    "threats": "threatens-harm",
    "repeat-backs": "repeats-back",
    "options": "offers-options",
    "offers": "offers-next-step",
    "alternatives": "offers-someone-else",
    "boundaries": "sets-limit",
    "closings": "closes",
    "thanks": "thanks",
}
"""Lists of the shipped packs that only add to an act now. A pack that asks for such a list alone misses most of what
people say; `cues check` names the act."""
_COMBINERS = ("all", "any", "not")


@dataclass(frozen=True, slots=True)
class Test:
    """A condition with its parameters, or several combined by all, any or not."""

    name: str
    parameters: Mapping[str, Any]
    parts: tuple[Test, ...] = ()

    def __call__(self, context: ConditionContext) -> Hit | None:
        if self.name == "not":
            full = replace(context, sensitivity=1.0, point=Point.FOLLOWED)
            return None if self.parts[0](full) else Hit(context.state.now)
        if self.name == "any":
            return next((hit for part in self.parts if (hit := part(context))), None)
        if self.name == "all":
            hits = []
            for part in self.parts:
                hit = part(context)
                if hit is None:
                    return None
                hits.append(hit)
            facts = {key: value for hit in hits for key, value in hit.facts.items()}
            # What was true last is what earned the cue; conditions that merely hold say "now".
            earlier = [h.earned for h in hits if h.earned < context.state.now]
            return Hit(max(earlier, default=context.state.now), facts, tuple(act for hit in hits for act in hit.acts))
        if context.sensitivity != 1.0 and THRESHOLDS[self.name]:
            return CONDITIONS[self.name](context, **scale_thresholds(self.name, self.parameters, context.sensitivity))
        return CONDITIONS[self.name](context, **self.parameters)

    @property
    def has_thresholds(self) -> bool:
        """Whether it has thresholds that can ask for more."""
        if self.parts:
            return self.name != "not" and any(part.has_thresholds for part in self.parts)
        return bool(THRESHOLDS.get(self.name))


@dataclass(frozen=True, slots=True)
class Cue:
    id: str
    headline: str
    why: str
    when: Test
    heeded: Test | None
    phrase: str
    """What to say; true in any call."""
    with_trouble: str
    """What to say in place of `phrase` where the caller has told of a trouble: `{trouble}` is it, in the caller's
    words."""
    icon: str
    kind: CueKind
    priority: int
    caller: str
    """The least the caller's state must be: any, rising or high."""
    expires: float
    limit: int
    """How often it may come in one call at all."""
    again: float
    """Seconds before it may come again."""
    opens: bool
    """It may be the first to come once the caller has become very agitated."""
    by_procedure: bool
    """Where the organization has a procedure, that is what it says in place of `phrase`."""
    sensitivity: float
    """The least this cue may be turned down to by "wrong cue", as a share of its full sensitivity."""


@dataclass(frozen=True, slots=True)
class Pack:
    name: str
    language: str
    version: int
    cues: tuple[Cue, ...]
    """By falling priority."""
    phrases: Mapping[str, tuple[str, ...]]
    words: Mapping[str, str] = field(default_factory=lambda: ENGLISH)
    """What figures and reasons are put into; see `voiceassist.cues.words`."""
    advice: tuple[Message, ...] = ()
    """What its author should know: where it asks for a list that is an act now."""
    procedure: str = ""
    """What the organization wants done when somebody is abused or in danger."""
    warning: Message | None = None
    """What the agent should know: that the pack is in another language than the call, say."""

    @property
    def label(self) -> str:
        return f"{self.name} {self.version}"


def load_pack(name_or_path: str | Path = "en") -> Pack:
    """A shipped pack by name, or any pack by its path. `InputError` names file, line and key of each mistake."""
    path = Path(name_or_path)
    if not path.suffix:
        path = SHIPPED / f"{name_or_path}.toml"
    data, source = _read(path)
    return _Reader(path, source).pack(_with_base(data))


def pack_for(language: str, chosen: str | Path = "") -> Pack:
    """The pack that was `chosen` (a name or a file), else the shipped one of the spoken `language`, else English.

    Where the cues are not in the language of the call, the pack's `warning` says so. Raises as `load_pack` does.
    """
    name = chosen or (language if language in shipped() else DEFAULT)
    pack = load_pack(name)
    if not language or pack.language == language:
        return pack
    key = "pack-for-other-language" if chosen else "pack-missing-for-language"
    return replace(pack, warning=message(key, pack=pack.language, call=language))


def shipped() -> list[str]:
    """Names of the packs that come with the program: codes of their languages."""
    return sorted(path.stem for path in SHIPPED.glob("*.toml"))


def _with_base(data: dict[str, Any], depth: int = 0) -> dict[str, Any]:
    """The data laid over the shipped pack it extends, and that over its own."""
    base = data.get("pack", {}).get("extends") if isinstance(data.get("pack"), dict) else None
    if base not in shipped() or depth > MOST_LAYERS:
        return data
    under, _ = _read(SHIPPED / f"{base}.toml")
    return _overlay(_with_base(under, depth + 1), data)


def _read(path: Path) -> tuple[dict[str, Any], str]:
    try:
        source = path.read_text(encoding="utf-8-sig")  # Notepad writes a byte-order mark
        return tomllib.loads(source), source
    except FileNotFoundError:
        raise InputError("pack-not-found", path=str(path), shipped=list(shipped())) from None
    except (OSError, UnicodeDecodeError) as error:
        raise InputError("pack-unreadable", path=str(path), reason=system_reason(error)) from None
    except (ValueError, RecursionError) as error:  # tomllib: an impossible date, a thousand brackets
        raise InputError("pack-no-toml", path=str(path), reason=str(error)) from None


def _overlay(under: dict[str, Any], over: Mapping[str, Any]) -> dict[str, Any]:
    merged = dict(under)
    for key, value in over.items():
        below = merged.get(key)
        merged[key] = _overlay(below, value) if isinstance(below, dict) and isinstance(value, dict) else value
    return merged


class _Reader:
    """Turns the data of a pack into a `Pack`, gathering every mistake rather than stopping at the first."""

    def __init__(self, path: Path, source: str) -> None:
        self._path = path
        self._lines = source.splitlines()
        self._mistakes: list[str | Message] = []
        self._advice: list[Message] = []

    def pack(self, data: dict[str, Any]) -> Pack:
        head = self._table(data, "pack", {"name", "language", "version", "extends"})
        if "extends" in head and head["extends"] not in shipped():
            self._mistake("pack", "extends", "must-be-one-of", choices=list(shipped()), value=repr(head["extends"]))
        for key in data.keys() - {"pack", "phrases", "words", "cue"}:
            self._mistake(key, "", "pack-section-unknown")
        name = self._text("pack", head, "name") or self._path.stem
        language = self._text("pack", head, "language") or DEFAULT
        version = int(self._number("pack", head, "version", 1))
        words = dict(ENGLISH)
        for key, value in self._table(data, "words", set(ENGLISH)).items():
            words[key] = self._filled("words", key, value, blanks(ENGLISH.get(key, "")))
        phrases: dict[str, tuple[str, ...]] = {}
        for key, value in self._table(data, "phrases", None).items():
            if isinstance(value, list) and all(isinstance(p, str) and p.strip() for p in value):
                phrases[key] = tuple(value)
            else:
                self._mistake("phrases", key, "must-be-phrases")
        cues = [
            cue
            for name, body in self._table(data, "cue", None).items()
            if (cue := self._cue(name, body, phrases)) is not None
        ]
        if self._mistakes:
            raise InputError("pack-mistakes", mistakes=self._mistakes)
        cues.sort(key=lambda cue: (-cue.priority, cue.id))
        return Pack(
            name,
            language,
            version,
            tuple(cues),
            MappingProxyType(phrases),
            MappingProxyType(words),
            tuple(self._advice),
        )

    def _cue(self, name: str, body: Any, phrases: Mapping[str, Any]) -> Cue | None:
        section = f"cue.{name}"
        known = {f.name.replace("_", "-") for f in fields(Cue)} - {"id"} | {"off"}
        if not isinstance(body, dict):
            self._mistake(section, "", "must-be-table")
            return None
        for key in body.keys() - known:
            self._mistake(section, key, "key-unknown", hint=_meant(key, known))
        if body.get("off") is True:
            return None
        headline = self._text(section, body, "headline", required=True)
        if len(headline.split()) > HEADLINE_WORDS:
            self._mistake(section, "headline", "headline-too-long", most=HEADLINE_WORDS)
        kind = self._choice(section, body, "kind", tuple(k.value for k in CueKind), "tip")
        return Cue(
            id=name,
            headline=headline,
            why=self._filled(section, "why", self._text(section, body, "why", required=True), BLANKS),
            when=self._tests(section, "when", body.get("when"), phrases) or Test("any", {}),
            heeded=self._tests(section, "heeded", body["heeded"], phrases) if "heeded" in body else None,
            phrase=self._text(section, body, "phrase"),
            with_trouble=self._filled(section, "with-trouble", self._text(section, body, "with-trouble"), {"trouble"}),
            icon=self._text(section, body, "icon"),
            kind=CueKind(kind),
            priority=int(self._number(section, body, "priority", 50)),
            caller=self._choice(section, body, "caller", CALLER_STATES, "rising"),
            expires=self._number(section, body, "expires", RestraintTuning().expiry),
            limit=int(self._number(section, body, "limit", NO_LIMIT)),
            again=self._number(section, body, "again", RestraintTuning().again),
            opens=body.get("opens") is True,
            by_procedure=body.get("by-procedure") is True,
            sensitivity=min(self._number(section, body, "sensitivity", 0.5), 1.0),
        )

    def _tests(self, section: str, key: str, value: Any, phrases: Mapping[str, Any]) -> Test | None:
        if not isinstance(value, list) or not value:
            self._mistake(section, key, "must-be-conditions", example="[{ agent-quiet = { seconds = 1.5 } }]")
            return None
        parts = [self._test(section, key, part, phrases) for part in value]
        return Test("all", {}, tuple(p for p in parts if p))

    def _test(self, section: str, key: str, value: Any, phrases: Mapping[str, Any]) -> Test | None:
        if not isinstance(value, dict) or len(value) != 1:
            self._mistake(section, key, "condition-form", value=repr(value))
            return None
        ((name, given),) = value.items()
        if name in _COMBINERS:
            inner = given if isinstance(given, list) else [given]
            parts = [self._test(section, key, part, phrases) for part in inner]
            if name == "not" and len(inner) != 1:
                self._mistake(section, key, "not-takes-one")
            return Test(name, {}, tuple(p for p in parts if p))
        if name not in CONDITIONS:
            self._mistake(section, key, "condition-unknown", name=str(name), hint=_meant(name, CONDITIONS))
            return None
        if not isinstance(given, dict):
            self._mistake(section, key, "parameters-no-table", name=name, example="{ seconds = 1.0 }")
            return None
        parameters = inspect.signature(CONDITIONS[name]).parameters
        for parameter, setting in given.items():
            if parameter not in parameters or parameter == "context":
                there: list[str | Message] = [p for p in parameters if p != "context"]
                self._mistake(section, key, "parameter-unknown", name=name, parameter=str(parameter), known=there)
            elif not _fits(str(parameters[parameter].annotation), setting):
                kind = message(_KINDS[str(parameters[parameter].annotation)])
                self._mistake(
                    section, key, "parameter-kind", name=name, parameter=parameter, expected=kind, value=repr(setting)
                )
        for parameter, about in parameters.items():
            if about.default is inspect.Parameter.empty and parameter != "context" and parameter not in given:
                self._mistake(section, key, "parameter-missing", name=name, parameter=parameter)
        for parameter in given.keys() & {"phrases", "also", "or_words", "never_words", "with_words"}:
            if given[parameter] not in phrases:
                self._mistake(section, key, "phrases-unknown", name=name, phrases=repr(given[parameter]))
        for parameter in given.keys() & CHOICES.keys():
            if given[parameter] not in CHOICES[parameter]:
                choice = message("expects-choice", choices=list(CHOICES[parameter]))
                value = repr(given[parameter])
                self._mistake(
                    section, key, "parameter-kind", name=name, parameter=parameter, expected=choice, value=value
                )
        if name in ("said", "just-said") and given.get("phrases") in LISTS_NOW_ACTS and not given.get("also"):
            self._advise(section, key, name, given)
        if isinstance(given.get("does"), str):
            given = {**given, "does": self._acts(section, key, given)}
        return Test(name, MappingProxyType(dict(given)))

    def _advise(self, section: str, key: str, name: str, given: Mapping[str, Any]) -> None:
        """Tell the author of a list alone where an act would hear more; nothing of what a pack below has."""
        listed, who = str(given["phrases"]), str(given.get("who", "any"))
        act, line = LISTS_NOW_ACTS[listed], self._line(section, key)
        if line == self._line(section, "") or act not in ACTS.get(who, (act,)):
            return
        asked = {"said": "act", "just-said": "just-act"}[name]
        example = f'{asked} = {{ who = "{who}", does = "{act}", or_words = "{listed}" }}'
        told = message("phrases-now-act", phrases=listed, act=act, example=example)
        where = f"{section}.{key}"
        self._advice.append(message("pack-mistake", path=str(self._path), line=line, where=where, problem=told))

    def _acts(self, section: str, key: str, given: Mapping[str, Any]) -> str:
        """Full names of the acts of `does`; each may be cut short where a hyphen stands, if one act alone is meant."""
        sides = ACTS.values() if given.get("who") not in ACTS else [ACTS[given["who"]]]
        there = [name for side in sides for name in side]
        names = []
        for short in given["does"].split():
            meant = [n for n in there if n == short] or [n for n in there if re.match(rf"{re.escape(short)}[-/]", n)]
            if len(meant) != 1:
                known: list[str | Message] = [*(meant or there)]
                self._mistake(section, key, "act-unknown", act=short, known=known)
            names += meant[:1]
        return " ".join(names)

    def _table(self, data: Mapping[str, Any], name: str, known: set[str] | None) -> dict[str, Any]:
        table = data.get(name, {})
        if not isinstance(table, dict):
            self._mistake(name, "", "must-be-table")
            return {}
        for key in table.keys() - known if known else ():
            self._mistake(name, key, "key-unknown", hint=_meant(key, known or ()))
        return table

    def _text(self, section: str, body: Mapping[str, Any], key: str, *, required: bool = False) -> str:
        value = body.get(key, "")
        if not isinstance(value, str) or (required and not value.strip()):
            self._mistake(section, key, "must-be-text" if key in body else "key-missing")
            return ""
        return value

    def _filled(self, section: str, key: str, value: Any, allowed: Iterable[str]) -> str:
        """A text with blanks in braces, each of which must be one of `allowed`."""
        if not isinstance(value, str):
            self._mistake(section, key, "must-be-text")
            return ""
        try:
            found = blanks(value)
        except ValueError:
            self._mistake(section, key, "brace-unmatched")
            return ""
        for blank in sorted(found - set(allowed)):
            known: list[str | Message] = [f"{{{name}}}" for name in sorted(allowed)]
            hint = message("blanks-known", known=known) if known else message("blanks-none")
            self._mistake(section, key, "blank-unknown", blank=f"{{{blank}}}", hint=hint)
        return value

    def _number(self, section: str, body: Mapping[str, Any], key: str, default: float) -> float:
        value = body.get(key, default)
        if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < 1e9:
            self._mistake(section, key, "must-be-number", value=repr(value))
            return default
        return float(value)

    def _choice(self, section: str, body: Mapping[str, Any], key: str, choices: Iterable[str], default: str) -> str:
        value = body.get(key, default)
        if value not in choices:
            self._mistake(section, key, "must-be-one-of", choices=list(choices), value=repr(value))
            return default
        return str(value)

    def _mistake(self, section: str, key: str, problem: str, /, **args: Argument) -> None:
        where = f"{section}.{key}" if key else section
        line = self._line(section, key)
        self._mistakes.append(
            message("pack-mistake", path=str(self._path), line=line, where=where, problem=message(problem, **args))
        )

    def _line(self, section: str, key: str) -> int:
        """Line of a key, else of its section, else 1: tomllib keeps none, so the text is searched."""
        header = re.compile(rf"^\s*\[\s*{re.escape(section)}\s*\]")
        start = next((i for i, line in enumerate(self._lines) if header.match(line)), None)
        if start is None:
            return 1
        for i in range(start + 1, len(self._lines)):
            if self._lines[i].lstrip().startswith("["):
                break
            if key and re.match(rf"\s*\"?{re.escape(key)}\"?\s*=", self._lines[i]):
                return i + 1
        return start + 1


def _meant(name: str, known: Iterable[str]) -> Message:
    """The one that was probably meant, else all there are."""
    close = difflib.get_close_matches(name, known, 1)
    return message("did-you-mean", name=close[0]) if close else message("there-are", names=[*sorted(known)])


def blanks(text: str) -> set[str]:
    """The names in braces in a text. Raises `ValueError` for a brace without its other half."""
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


_KINDS = {"int": "expects-integer", "float": "expects-any-number", "str": "expects-text", "bool": "expects-switch"}


def _fits(annotation: str, value: Any) -> bool:
    if annotation == "bool":
        return isinstance(value, bool)
    if isinstance(value, bool):
        return False
    if annotation == "int":
        return isinstance(value, int)
    if annotation == "float":
        return isinstance(value, int | float)
    return isinstance(value, str)
