"""The message catalogue is complete in both languages, and what the code asks for is there."""

import json
import re
import string
from pathlib import Path

import pytest

import reelation.messages
from reelation.engine import Engine
from reelation.errors import UsageError
from reelation.messages import LANGUAGES, messages, own_language

HERE = Path(reelation.messages.__file__).parent
CODE = HERE.parent


def _fields(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def _all(language: str) -> dict[str, str]:
    found = {}
    for path in sorted((HERE / language).glob("*.json")):
        texts: dict[str, str] = json.loads(path.read_text(encoding="utf-8"))
        found.update({f"{path.stem}.{key}": text for key, text in texts.items()})
    return found


def test_every_message_is_there_in_every_language() -> None:
    english = _all("en")
    assert len(english) > 80
    for language in LANGUAGES:
        assert _all(language).keys() == english.keys(), language


def test_no_language_fills_in_a_field_that_english_has_not() -> None:
    english = _all("en")
    for key, text in _all("zh").items():
        assert _fields(text) <= _fields(english[key]), key


def test_chinese_messages_are_chinese() -> None:
    latin = [key for key, text in _all("zh").items() if re.search(r"[A-Za-z]{4,}", re.sub(r"{[^}]*}", "", text))]
    assert latin == []


def test_every_key_that_the_code_names_exists() -> None:
    known = _all("en").keys()
    named = set()
    for path in CODE.rglob("*.py"):
        named |= set(
            re.findall(r"""\.(?:say|knows)\(\s*["']([a-z_]+\.[a-z_.]+)["']""", path.read_text(encoding="utf-8"))
        )
    assert len(named) > 15
    assert named <= known, named - known


def test_the_language_is_the_callers_then_the_environments(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("REELATION_LANG", "LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    assert own_language() == "en"
    monkeypatch.setenv("LANG", "zh_CN.UTF-8")
    assert messages().say("reasons.same_year") == "同年"
    monkeypatch.setenv("REELATION_LANG", "en")
    assert messages().say("reasons.same_year") == "same year"
    assert messages("zh").names(["甲", "乙", "丙"]) == "甲、乙和丙"
    with pytest.raises(UsageError, match="no language 'de'"):
        messages("de")


def test_reasons_are_said_in_chinese(tiny_atlas: object) -> None:
    found = Engine(tiny_atlas, "zh").related("w:void1", k=1)[0]  # type: ignore[arg-type]
    assert found.title.title_id == "w:void2"
    assert "导演" in found.reason
    assert "Ada Quill" in found.reason
