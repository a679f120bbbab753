"""Questionnaires from YAML: find, read, check, build.

`check` reports every fault of a file at once; `load` returns a questionnaire that has none. The format is described in
docs/schema.md.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from pathlib import Path
from typing import Any, TypeVar, cast

from audit.base import resources, yamlfile
from audit.base.danish import did_you_mean
from audit.base.errors import DefinitionFault, Fault, UsageFault
from audit.base.yamlfile import Source, Steps, validate
from audit.questionnaire import condition as conditions
from audit.questionnaire import fileformat as form
from audit.questionnaire import lint
from audit.questionnaire.model import (
    Basis,
    Derived,
    DerivedClass,
    GridRow,
    Law,
    Option,
    Question,
    Questionnaire,
    Rule,
    Section,
)

M = TypeVar("M")

# --- find, read, check ------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class CheckedSchema:
    """What a schema file holds (None when it cannot be built) and its faults in order of line."""

    questionnaire: Questionnaire | None
    faults: tuple[Fault, ...]


def available() -> dict[str, Path]:
    """The shipped questionnaires: id and file, in order of id."""
    return {path.stem: path for path in sorted(resources.folder("schemas").glob("*.yaml"))}


def find(name: str, *, beside: Path | None = None) -> Path:
    """The file of a questionnaire that is named by id, or by a path (from `beside`). Raises UsageFault."""
    files = available()
    if name in files:
        return files[name]
    path = (beside or Path()) / name
    if path.is_file():
        return path
    raise UsageFault(f'Måleskemaet "{name}" findes ikke.{did_you_mean(name, list(files))}', remedy=_list_remedy(files))


def _list_remedy(files: dict[str, Path]) -> str:
    return f"Skriv stien til en YAML-fil eller et af: {', '.join(files)}."


def load(path: Path) -> Questionnaire:
    """The questionnaire in a file. Raises DefinitionFault with every fault, FileFault when it cannot be read."""
    checked = check(path)
    if checked.questionnaire is None or checked.faults:
        raise DefinitionFault(list(checked.faults))
    return checked.questionnaire


def check(path: Path) -> CheckedSchema:
    """Everything that is wrong with a schema file, in order of line. Raises FileFault when it cannot be read."""
    return check_source(yamlfile.read(path))


def check_source(source: Source) -> CheckedSchema:
    """Like `check`, for YAML that is already read."""
    questionnaire = None
    if isinstance(source.data, dict):
        questionnaire = _build(source)
    elif not source.faults:
        source.fault((), "form", 'en måleskemafil skal bestå af navne med værdier, fx "title: …"')
    return CheckedSchema(questionnaire, tuple(sorted(source.faults)))


def _build(source: Source) -> Questionnaire | None:
    _expand_shorthand(source)
    model = validate(form.QuestionnaireFile, source, source.data)
    dropped, whole = _drop_broken_parts(source)
    if source.faulty:
        model = validate(form.QuestionnaireFile, Source(source.file), source.data)
    return None if model is None else lint.check(source, _build_draft(source, model, dropped, whole))


# --- shorthand --------------------------------------------------------------------------------------------------------


def _expand_shorthand(source: Source) -> None:
    """Replace ``{1: Ja}`` by a list of options and the name of a scale by its options, keeping every position."""
    scales = source.data.get("scales")
    scales = scales if isinstance(scales, dict) else {}
    for name in scales:
        scales[name] = _expand_options(source, scales[name], ("scales", name))
    for question, steps in _question_entries(source.data):
        place: Steps = (*steps, "options")
        options = question.get("options", [])
        if not isinstance(options, str):
            question["options"] = _expand_options(source, options, place)
        elif options in scales:
            question["options"] = scales[options]
            _copy_positions(source, ("scales", options), place)
        else:
            message = f'skalaen "{options}" findes ikke.{did_you_mean(options, list(scales))}'
            source.fault(place, "ukendt-skala", message)
            question["options"] = []


def _question_entries(data: dict[str, Any]) -> Iterator[tuple[dict[str, Any], Steps]]:
    """Every identification and question that has the right form, with its place."""
    sections = _list_items(data, ("sections",))
    lists: list[Steps] = [("identification", "fields"), *(("sections", index, "questions") for index in sections)]
    for place in lists:
        for index, item in _list_items(data, place).items():
            if isinstance(item, dict):
                yield item, (*place, index)


def _list_items(data: Any, steps: Steps) -> dict[int, Any]:
    """The items of the list at a place; none where there is no list."""
    items = _value_at(data, steps)
    return dict(enumerate(items)) if isinstance(items, list) else {}


def _value_at(data: Any, steps: Steps) -> Any:
    """The value at a place; None where there is nothing, or something of another form."""
    for step in steps:
        try:
            data = data[step]
        except (KeyError, IndexError, TypeError):
            return None
    return data


def _expand_options(source: Source, options: Any, place: Steps) -> Any:
    if not isinstance(options, dict):
        return options
    for index, code in enumerate(options):
        source.positions[(*place, index)] = source.positions[(*place, index, "code")] = source.keys[(*place, code)]
        source.positions[(*place, index, "text")] = source.positions[(*place, code)]
    return [{"code": code, "text": text} for code, text in options.items()]


def _copy_positions(source: Source, old: Steps, new: Steps) -> None:
    for table in (source.positions, source.keys):
        for steps in [steps for steps in table if steps[: len(old)] == old and steps != old]:
            table[(*new, *steps[len(old) :])] = table[steps]


# --- a file with faults: the rest of it is still checked --------------------------------------------------------------


def _drop_broken_parts(source: Source) -> tuple[frozenset[str], bool]:
    """Replace every question, rule and derived variable with a fault by None, and remove anything else that has one.

    Returns the ids of what was replaced, and whether nothing else had to be removed.
    """
    dropped: set[str] = set()
    whole = True
    for steps in source.faulty:
        items, index = _containing_list(source.data, steps)
        if items is None:
            whole = False
            source.data.pop(steps[0] if steps else None, None)
        else:
            name = _value_at(items, (index, "id"))
            dropped.update([name] if isinstance(name, str) else [])
            items[index] = None
    return frozenset(dropped), whole


def _containing_list(data: Any, steps: Steps) -> tuple[list[Any] | None, int]:
    """The list and the place in it of the question, field, rule or derived variable that a place lies in."""
    for head, length in (("sections", 3), ("identification", 2), ("rules", 1), ("derived", 1)):
        items = _value_at(data, steps[:length])
        if steps[:1] == (head,) and len(steps) > length and isinstance(items, list):
            return items, int(steps[length])
    return None, 0


# --- from the model to the questionnaire ------------------------------------------------------------------------------


def _build_draft(source: Source, model: form.QuestionnaireFile, dropped: frozenset[str], whole: bool) -> lint.Draft:
    """Frozen values of the model, with conditions parsed but not bound, and their places."""
    field_entries = _remaining(model.identification.fields, "identification", "fields")
    fields = [(_build_field(entry), steps) for entry, steps in field_entries]
    sections = [
        [(_build_question(source, question, steps, section.supplement), steps) for question, steps in entries]
        for number, section in enumerate(model.sections)
        for entries in [_remaining(section.questions, "sections", number, "questions")]
    ]
    rules = [
        (rule, steps)
        for entry, steps in _remaining(model.rules, "rules")
        for rule in [_build_rule(source, entry, steps)]
        if rule is not None
    ]
    derived = [(_build_derived(entry), steps) for entry, steps in _remaining(model.derived, "derived")]
    questionnaire = replace(
        _build_frame(model),
        fields=tuple(field for field, _ in fields),
        sections=tuple(
            Section(section.id, section.title, tuple(question for question, _ in placed), section.supplement)
            for section, placed in zip(model.sections, sections, strict=True)
        ),
        rules=tuple(rule for rule, _ in rules),
        derived=tuple(variable for variable, _ in derived),
    )
    questions = [steps for _, steps in (*fields, *chain.from_iterable(sections))]
    return lint.Draft(
        questionnaire,
        questions=tuple(questions),
        rules=tuple(steps for _, steps in rules),
        derived=tuple(steps for _, steps in derived),
        dropped=dropped,
        whole=whole,
    )


def _build_frame(model: form.QuestionnaireFile) -> Questionnaire:
    """Everything but questions, rules and derived variables."""
    return Questionnaire(
        id=model.schema_,
        version=model.version,
        title=model.title,
        unit=model.unit,
        key=model.key,
        identification_title=model.identification.title,
        fields=(),
        sections=(),
        laws={name: _build_law(name, law) for name, law in model.laws.items()},
        subject=model.subject,
        source_title=model.source.title,
        source_url=model.source.url,
        printed_start=model.printed.start,
        printed_end=model.printed.end,
        decision_date=model.decision_date,
        reviewer=model.reviewer,
        example=model.example,
    )


def _remaining(items: Sequence[M | None], *place: str | int) -> list[tuple[M, Steps]]:
    """The items of a list that were not dropped, each with its place."""
    return [(item, (*place, index)) for index, item in enumerate(items) if item is not None]


def _build_rule(source: Source, rule: form.RuleEntry, steps: Steps) -> Rule | None:
    both = rule.exactly is not None
    when = conditions.parse(source, rule.when, (*steps, "when"))
    then = conditions.parse(source, rule.exactly if both else rule.then, (*steps, "exactly" if both else "then"))
    if when is None or then is None:
        return None
    return Rule(rule.id, rule.strength, rule.text, when, then, rule.basis, both, rule.each_row)


def _build_field(field: form.FieldEntry) -> Question:
    options = tuple(
        replace(option, aliases=(f"{option.text} {field.label or field.text}",)) if option.number else option
        for option in _build_options(field.options)
    )
    return Question(
        field.id, field.text, field.type, field.label, options=options, private=field.private, identification=True
    )


def _build_question(source: Source, question: form.QuestionEntry, steps: Steps, supplement: bool) -> Question:
    asked_when = question.asked_when
    return Question(
        id=question.id,
        text=question.text,
        type=question.type,
        label=question.label,
        corrected=question.corrected,
        heading=question.heading,
        options=_build_options(question.options),
        rows=tuple(GridRow(row.id, row.text, row.corrected, _build_basis(row.basis)) for row in question.rows),
        asked_when=None if asked_when is None else conditions.parse(source, asked_when, (*steps, "asked_when")),
        remark=question.remark,
        row_remark=question.row_remark,
        basis=_build_basis(question.basis),
        supplement=supplement,
    )


def _build_options(options: tuple[form.OptionEntry, ...]) -> tuple[Option, ...]:
    return tuple(Option(**option.model_dump()) for option in options)


def _build_basis(models: tuple[form.BasisEntry, ...]) -> tuple[Basis, ...]:
    return tuple(Basis(model.law, model.paragraph, model.subsection) for model in models)


def _build_law(name: str, law: form.LawEntry) -> Law:
    return Law(name, law.title, law.short, law.from_, law.to, law.replaces, law.url, law.subject, law.group)


def _build_derived(model: form.DerivedEntry) -> Derived:
    if model.years:
        return Derived(model.id, model.text, "years", model.years.to, model.years.from_)
    if model.year:
        return Derived(model.id, model.text, "year", model.year.of)
    if model.bands:
        bands = tuple(DerivedClass(band.text, band.min, band.max) for band in model.bands.into)
        return Derived(model.id, model.text, "bands", model.bands.of, groups=bands)
    merge = cast(form.MergeEntry, model.merge)  # the only kind left
    groups = tuple(DerivedClass(group.text, answers=group.answers) for group in merge.into)
    return Derived(model.id, model.text, "merge", merge.of, groups=groups)
