"""Documents that know their lines: reading YAML, and checking it against any model."""

import codecs
from enum import StrEnum
from pathlib import Path

import pytest
from pydantic import BaseModel, ConfigDict

from mock_server.errors import DocumentError
from mock_server.scenario.located import Located, read_yaml, validate


class Colour(StrEnum):
    RED = "red"
    GREEN = "green"


class Wheel(BaseModel):
    model_config = ConfigDict(extra="forbid")

    size_mm: int | None = None
    colour: Colour = Colour.RED


class Bicycle(BaseModel):
    model_config = ConfigDict(extra="forbid")

    name: str
    wheels: tuple[Wheel, ...] = ()
    spare: Wheel | None = None


def written(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "bicycle.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def problems(path: Path) -> list[str]:
    with pytest.raises(DocumentError) as caught:
        validate(Bicycle, read_yaml(path))
    return [str(problem).removeprefix(f"{path}") for problem in caught.value.problems]


def test_a_good_file_becomes_the_model(tmp_path: Path) -> None:
    path = written(tmp_path, "name: Rosinante\nwheels:\n  - {size_mm: 622}\n  - {colour: green}\n")
    expected = Bicycle(name="Rosinante", wheels=(Wheel(size_mm=622), Wheel(colour=Colour.GREEN)))
    assert validate(Bicycle, read_yaml(path)) == expected


def test_all_problems_come_at_once_in_the_order_of_the_file(tmp_path: Path) -> None:
    wheels = "wheels:\n  - size_mm: wide\n    color: red\n  - colour: gren\n"
    path = written(tmp_path, f"# a comment\nname: 7\n{wheels}\nspare:\n  size: 3\n")
    assert problems(path) == [
        ":2: name: must be text, not the number 7: put it in quotes",
        ":4: wheels[0].size_mm: must be a whole number, not the text 'wide'",
        ":5: wheels[0].color: unknown key 'color'. Did you mean 'colour'?",
        ":6: wheels[1].colour: unknown value 'gren'. Did you mean 'green'?",
        ":9: spare.size: unknown key 'size'. Did you mean 'size_mm'?",
    ]


def test_a_far_off_word_is_answered_with_the_known_ones(tmp_path: Path) -> None:
    path = written(tmp_path, "name: x\nspare: {colour: aquamarine}\n")
    assert problems(path) == [":2: spare.colour: unknown value 'aquamarine' (known: red, green)"]


def test_a_missing_key_is_named_with_the_line_of_what_lacks_it(tmp_path: Path) -> None:
    assert problems(written(tmp_path, "\nwheels: []\n")) == [":2: name: is required"]


def test_a_key_written_twice_is_reported_beside_the_other_problems(tmp_path: Path) -> None:
    path = written(tmp_path, "name: a\nname: b\nwheels: round\n")
    assert problems(path) == [
        ":2: name: written twice; first in line 1",
        ":3: wheels: must be a list, not the text 'round'",
    ]


def test_anchors_and_merged_keys_are_read_as_if_written_out(tmp_path: Path) -> None:
    text = "name: a\nspare: &wheel {size_mm: 1, colour: green}\nwheels: [*wheel, {<<: *wheel, size_mm: 2}]\n"
    both = (Wheel(size_mm=1, colour=Colour.GREEN), Wheel(size_mm=2, colour=Colour.GREEN))
    assert validate(Bicycle, read_yaml(written(tmp_path, text))).wheels == both


def test_anchors_that_multiply_are_stopped(tmp_path: Path) -> None:
    levels = [f"l{n}: &l{n} [{', '.join([f'*l{n - 1}'] * 10)}]" for n in range(1, 9)]
    path = written(tmp_path, "\n".join(["l0: &l0 [x]", *levels]))
    with pytest.raises(DocumentError, match="too many values"):
        read_yaml(path)


def test_deep_nesting_is_a_problem_and_not_a_crash(tmp_path: Path) -> None:
    with pytest.raises(DocumentError, match="nested too deeply"):
        read_yaml(written(tmp_path, "a: " + "[" * 5_000 + "]" * 5_000))


@pytest.mark.parametrize(
    ("value", "read"),
    [
        ("2026-12-01", "2026-12-01"),
        ("2026-12-01T10:00:00Z", "2026-12-01T10:00:00Z"),
        ("yes", "yes"),
        ("on", "on"),
        ("~", None),
        ("0o14", 12),
        ("1.5", 1.5),
        ("true", True),
    ],
)
def test_plain_values_are_read_as_json_knows_them(tmp_path: Path, value: str, read: object) -> None:
    assert read_yaml(written(tmp_path, f"key: {value}\n")).get("key").value == read


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", ":1: the file is empty"),
        (b"# nothing but a comment\n", ":1: the file is empty"),
        (b"- a\n", ":1: the file must hold 'key: value' lines"),
        (b"text\n", ":1: the file must hold 'key: value' lines"),
        (b"name: \xff\n", ":1: the file is not UTF-8 text"),
        (b"name: a\nother: \x01\n", ":2: a character that YAML does not allow"),
        (b"? [a]\n: b\n", ":1: a key must be text"),
        (b"name: a\n<<: 5\n", ":2: '<<' takes in mappings only"),
        (b'name: "\\ud800"\n', ":1: name: half a surrogate pair, which no text can hold"),
    ],
)
def test_files_that_hold_no_such_document(tmp_path: Path, content: bytes, message: str) -> None:
    path = tmp_path / "bicycle.yaml"
    path.write_bytes(content)
    assert message in problems(path)


def test_a_file_with_a_byte_order_mark_is_read(tmp_path: Path) -> None:
    path = tmp_path / "bicycle.yaml"
    path.write_bytes(codecs.BOM_UTF8 + b"name: a\n")
    assert validate(Bicycle, read_yaml(path)).name == "a"


def test_a_missing_file_and_a_directory_are_problems_too(tmp_path: Path) -> None:
    assert problems(tmp_path / "none.yaml") == [":1: there is no such file"]
    assert problems(tmp_path) == [":1: this is a directory, not a file"]


def test_the_path_is_shown_relative_to_the_current_directory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = written(tmp_path, "- a\n")
    monkeypatch.chdir(tmp_path)
    with pytest.raises(DocumentError, match=r"\Abicycle\.yaml:1: "):
        read_yaml(path)


def test_a_document_without_a_file_is_named_without_a_line() -> None:
    with pytest.raises(DocumentError) as caught:
        validate(Bicycle, Located(file="document", value={"name": "a", "whels": []}))
    assert str(caught.value) == "document: whels: unknown key 'whels'. Did you mean 'wheels'?"


@pytest.mark.parametrize("value", [None, 5, [], "text"])
def test_a_document_of_another_shape_is_a_problem(value: object) -> None:
    with pytest.raises(DocumentError, match=r"\Adocument: must be 'key: value' lines, not "):
        validate(Bicycle, Located(file="document", value=value))


def test_walking_below_what_is_not_there_finds_nothing() -> None:
    here = Located(file="document", value={"a": [1]}).get("b").get(0).get("c")
    assert (here.value, list(here.each()), list(here.items()), here.line) == (None, [], [], None)
