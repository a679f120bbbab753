"""Drift: what is documented, declared and shipped agrees with what is there."""

from __future__ import annotations

import importlib.util
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
import typer
from places import ROOT
from smallstudy import Runner

import audit
from audit.cli.app import app
from audit.study.fileformat import StudyFile

TEXTS = {".cfg", ".css", ".csv", ".j2", ".md", ".py", ".toml", ".txt", ".typ", ".yaml", ".yml", ""}


def tracked() -> list[Path]:
    """The files of the project: those git knows, and those it would take."""
    listed = ["git", "-C", str(ROOT), "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    try:
        names = subprocess.run(listed, capture_output=True, check=True).stdout.decode("utf-8").split("\0")
    except (OSError, subprocess.CalledProcessError):  # a copy without git, such as an unpacked source distribution
        hidden = re.compile(r"(^|/)(\.(?!ci/)|__pycache__|audit-demo|dist|build)")
        names = [path.relative_to(ROOT).as_posix() for path in ROOT.rglob("*") if path.is_file()]
        names = [name for name in names if not hidden.search(name)]
    return [ROOT / name for name in names if name and (ROOT / name).is_file()]


FILES = tracked()
DOCS = sorted(path for path in FILES if path.suffix == ".md" and path.parent in (ROOT, ROOT / "docs"))


# --- commands ---------------------------------------------------------------------------------------------------------


def sections(command: Any, path: str) -> Iterator[str]:
    """docs/commands.md as it must be: a section a command, with a table of what it takes."""
    inner = getattr(command, "commands", {})
    for name, one in inner.items():
        yield from sections(one, f"{path} {name}")
    if not inner:
        yield section(command, path)


def section(command: Any, path: str) -> str:
    arguments = [one for one in command.params if one.param_type_name == "argument"]
    options = [one for one in command.params if one.param_type_name == "option"]
    usage = " ".join([path, *(one.metavar if one.required else f"[{one.metavar}]" for one in arguments)])
    lines = [f"## {usage}", "", command.help]
    told = [(one.metavar, one.help) for one in arguments]
    told += [(f"{one.opts[0]} {'' if one.is_flag else one.metavar}".strip(), one.help) for one in options]
    if told:
        escaped = ((name.replace("|", "\\|"), text) for name, text in told)
        lines += ["", "| | |", "|---|---|", *(f"| `{name}` | {text} |" for name, text in escaped)]
    return "\n".join(lines) + "\n"


def test_every_command_and_option_is_documented_as_it_is() -> None:
    expected = "\n".join(sections(typer.main.get_command(app), "audit"))
    text = (ROOT / "docs" / "commands.md").read_text(encoding="utf-8")
    assert text[text.index("## ") :] == expected


def test_every_command_that_a_document_shows_exists() -> None:
    known = {
        heading.split(" [")[0]
        for heading in re.findall(r"(?m)^## (audit .*)$", (ROOT / "docs/commands.md").read_text(encoding="utf-8"))
    }
    names = {tuple(re.findall(r"[a-z]+", name)) for name in known}
    shown = [
        line for path in DOCS for line in re.findall(r"(?m)^(?:\$ )?audit ([a-z].*)$", path.read_text(encoding="utf-8"))
    ]
    assert shown
    for line in shown:
        words = tuple(line.split())
        assert ("audit", words[0]) in names or ("audit", *words[:2]) in names, line


def test_the_readme_s_notebook_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    names: dict[str, Any] = {}
    [code] = re.findall(r"(?ms)^```python\n(.*?)^```", (ROOT / "README.md").read_text(encoding="utf-8"))
    exec(code, names)
    table = names["table"]
    assert len(table.cases("2", "Egedal")) == table.frame.loc["Egedal"].iloc[1] > 0


# --- versions and bounds ----------------------------------------------------------------------------------------------


def test_the_changelog_s_top_version_is_the_program_s() -> None:
    text = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    versions = re.findall(r"(?m)^## \[([^\]]+)\]", text)
    assert versions[:2] == ["Unreleased", audit.__version__]


def lowest() -> ModuleType:
    spec = importlib.util.spec_from_file_location("lowest", ROOT / ".ci" / "lowest.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_every_dependency_has_a_lower_bound_that_can_be_installed(tmp_path: Path) -> None:
    bounds = list(lowest().lowest(ROOT / "pyproject.toml"))
    assert all(re.fullmatch(r"[A-Za-z0-9._-]+==\d+(\.\d+)*", bound) for bound in bounds)
    assert {"typer", "pydantic", "numpy", "pytest"} <= {bound.partition("==")[0] for bound in bounds}
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    (tmp_path / "pyproject.toml").write_text(text.replace('"openpyxl>=3.1.5"', '"openpyxl"'), encoding="utf-8")
    with pytest.raises(ValueError, match="openpyxl has no lower bound"):
        list(lowest().lowest(tmp_path / "pyproject.toml"))


# --- files ------------------------------------------------------------------------------------------------------------


def test_no_file_names_a_place_on_somebody_s_machine() -> None:
    place = re.compile(r"(?<![\w.*}/-])/(?:work|tmp|root|home|Users|opt)/\w+")
    bad = [
        f"{path.relative_to(ROOT)}:{number}: {found}"
        for path in FILES
        if path.suffix in TEXTS
        for number, line in enumerate(path.read_text(encoding="utf-8").split("\n"), start=1)
        for found in place.findall(line)
    ]
    assert not bad, "\n".join(bad)


def test_links_within_the_project_lead_somewhere() -> None:
    link = re.compile(r"\]\((?!https?:|mailto:|#)([^)\s#]+)")
    code = re.compile(r"(?ms)^```.*?^```|`[^`\n]*`")
    bad = [
        f"{path.relative_to(ROOT)}:{number}: {target}"
        for path in DOCS
        for number, line in enumerate(
            code.sub(lambda found: "\n" * found[0].count("\n"), path.read_text(encoding="utf-8")).split("\n"), start=1
        )
        for target in link.findall(line)
        if not (path.parent / target).exists()
    ]
    assert not bad, "\n".join(bad)


@pytest.mark.parametrize("path", sorted((ROOT / "schemas").glob("*.yaml")), ids=lambda path: path.stem)
def test_every_shipped_questionnaire_has_no_fault(run: Runner, path: Path) -> None:
    ran = run("schema", "check", path)
    assert (ran.code, ran.err) == (0, "")
    assert f"schema: {path.stem}\n" in path.read_text(encoding="utf-8"), "its id is the name of its file"


@pytest.mark.parametrize(
    "path", sorted(path.parent for path in (ROOT / "reports").glob("*/plan.yaml")), ids=lambda p: p.name
)
def test_every_shipped_plan_has_no_fault(run: Runner, path: Path) -> None:
    ran = run("plan", "check", path)
    assert (ran.code, ran.err) == (0, "")
    assert f"plan: {path.name}\n" in (path / "plan.yaml").read_text(encoding="utf-8"), (
        "its id is the name of its folder"
    )


@pytest.mark.parametrize(
    "path", sorted(path.parent for path in (ROOT / "data-samples").glob("*/study.yaml")), ids=lambda p: p.name
)
def test_every_sample_works_at_once_and_is_explained(run: Runner, path: Path) -> None:
    assert run("check", path).code == 0
    assert (path / "README.md").is_file()


def test_every_key_of_a_study_is_documented() -> None:
    documented = re.findall(r"^\| `(\w+)` \|", (ROOT / "docs" / "study.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert documented == [field.alias or name for name, field in StudyFile.model_fields.items()]
