"""Questionnaires from YAML: find, read, check, build.

`check` tells every fault of a file at once; `load` gives a questionnaire that has none. The format is described in
docs/schema.md.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from pathlib import Path
from typing import Any, TypeVar, cast

from audit.base import resources
from audit.base.danish import did_you_mean
from audit.base.errors import DefinitionFault, Fault, UsageFault
from audit.base.yamlfile import Source, Steps, read, validate
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
class Checked:
    """What a schema file holds (None when it cannot be built) and its faults in order of line."""

    questionnaire: Questionnaire | None
    faults: tuple[Fault, ...]


def available() -> dict[str, Path]:
    """The shipped questionnaires: id and file, in order of id."""
    return {path.stem: path for path in sorted(resources.folder("schemas").glob("*.yaml"))}


def find(name: str, *, beside: Path | None = None) -> Path:
    """The file of a questionnaire that is named by id, or by a path (from `beside`). Raises UsageFault."""
    known = available()
    if name in known:
        return known[name]
    path = (beside or Path()) / name
    if path.is_file():
        return path
    raise UsageFault(f'Måleskemaet "{name}" findes ikke.{did_you_mean(name, list(known))}', remedy=_remedy(known))


def _remedy(known: dict[str, Path]) -> str:
    return f"Skriv stien til en YAML-fil eller et af: {', '.join(known)}."


def load(path: Path) -> Questionnaire:
    """The questionnaire in a file. Raises DefinitionFault with every fault, FileFault when it cannot be read."""
    checked = check(path)
    if checked.questionnaire is None or checked.faults:
        raise DefinitionFault(list(checked.faults))
    return checked.questionnaire


def check(path: Path) -> Checked:
    """Everything that is wrong with a schema file, in order of line. Raises FileFault when it cannot be read."""
    return check_source(read(path))


def check_source(source: Source) -> Checked:
    """The same for YAML that is already read."""
    questionnaire = None
    if isinstance(source.data, dict):
        questionnaire = _questionnaire(source)
    elif not source.faults:
        source.fault((), "form", 'en måleskemafil skal bestå af navne med værdier, fx "title: …"')
    return Checked(questionnaire, tuple(sorted(source.faults)))


def _questionnaire(source: Source) -> Questionnaire | None:
    _write_out(source)
    model = validate(form.QuestionnaireFile, source, source.data)
    dropped, whole = _drop_broken_parts(source)
    if source.faulty:
        model = validate(form.QuestionnaireFile, Source(source.file), source.data)
    return None if model is None else lint.check(source, _draft(source, model, dropped, whole))


# --- shorthand --------------------------------------------------------------------------------------------------------


def _write_out(source: Source) -> None:
    """Replace ``{1: Ja}`` by a list of options and the name of a scale by its options, keeping every position."""
    scales = source.data.get("scales")
    scales = scales if isinstance(scales, dict) else {}
    for name in scales:
        scales[name] = _options(source, scales[name], ("scales", name))
    for question, steps in _asked(source.data):
        place: Steps = (*steps, "options")
        given = question.get("options", [])
        if not isinstance(given, str):
            question["options"] = _options(source, given, place)
        elif given in scales:
            question["options"] = scales[given]
            _copy_positions(source, ("scales", given), place)
        else:
            message = f'skalaen "{given}" findes ikke.{did_you_mean(given, list(scales))}'
            source.fault(place, "ukendt-skala", message)
            question["options"] = []


def _asked(data: dict[str, Any]) -> Iterator[tuple[dict[str, Any], Steps]]:
    """Every identification and question that has the form of one, with where it stands."""
    sections = _listed(data, ("sections",))
    lists: list[Steps] = [("identification", "fields"), *(("sections", index, "questions") for index in sections)]
    for place in lists:
        for index, item in _listed(data, place).items():
            if isinstance(item, dict):
                yield item, (*place, index)


def _listed(data: Any, steps: Steps) -> dict[int, Any]:
    """The items of the list at a place; none where there is no list."""
    items = _at(data, steps)
    return dict(enumerate(items)) if isinstance(items, list) else {}


def _at(data: Any, steps: Steps) -> Any:
    """What stands at a place; None where there is nothing, or something of another form."""
    for step in steps:
        try:
            data = data[step]
        except (KeyError, IndexError, TypeError):
            return None
    return data


def _options(source: Source, given: Any, place: Steps) -> Any:
    if not isinstance(given, dict):
        return given
    for index, code in enumerate(given):
        source.positions[(*place, index)] = source.positions[(*place, index, "code")] = source.keys[(*place, code)]
        source.positions[(*place, index, "text")] = source.positions[(*place, code)]
    return [{"code": code, "text": text} for code, text in given.items()]


def _copy_positions(source: Source, old: Steps, new: Steps) -> None:
    for table in (source.positions, source.keys):
        for steps in [steps for steps in table if steps[: len(old)] == old and steps != old]:
            table[(*new, *steps[len(old) :])] = table[steps]


# --- a file with faults: the rest of it is still checked --------------------------------------------------------------


def _drop_broken_parts(source: Source) -> tuple[frozenset[str], bool]:
    """Put None for every question, rule and derived variable with a fault, and take out anything else that has one.

    Returns the ids of what was left out, and whether nothing else had to be taken out.
    """
    dropped: set[str] = set()
    whole = True
    for steps in source.faulty:
        items, index = _part(source.data, steps)
        if items is None:
            whole = False
            source.data.pop(steps[0] if steps else None, None)
        else:
            name = _at(items, (index, "id"))
            dropped.update([name] if isinstance(name, str) else [])
            items[index] = None
    return frozenset(dropped), whole


def _part(data: Any, steps: Steps) -> tuple[list[Any] | None, int]:
    """The list and the place in it of the question, field, rule or derived variable that a place lies in."""
    for head, length in (("sections", 3), ("identification", 2), ("rules", 1), ("derived", 1)):
        items = _at(data, steps[:length])
        if steps[:1] == (head,) and len(steps) > length and isinstance(items, list):
            return items, int(steps[length])
    return None, 0


# --- from the model to the questionnaire ------------------------------------------------------------------------------


def _draft(source: Source, model: form.QuestionnaireFile, dropped: frozenset[str], whole: bool) -> lint.Draft:
    """Frozen values of the model, with conditions read but not bound, and where they stand."""
    fields = [(_field(field), steps) for field, steps in _kept(model.identification.fields, "identification", "fields")]
    sections = [
        [(_question(source, question, steps, section.supplement), steps) for question, steps in kept]
        for number, section in enumerate(model.sections)
        for kept in [_kept(section.questions, "sections", number, "questions")]
    ]
    rules = [
        (rule, steps)
        for written, steps in _kept(model.rules, "rules")
        for rule in [_rule(source, written, steps)]
        if rule is not None
    ]
    derived = [(_derived(one), steps) for one, steps in _kept(model.derived, "derived")]
    questionnaire = replace(
        _frame(model),
        fields=tuple(field for field, _ in fields),
        sections=tuple(
            Section(section.id, section.title, tuple(question for question, _ in asked), section.supplement)
            for section, asked in zip(model.sections, sections, strict=True)
        ),
        rules=tuple(rule for rule, _ in rules),
        derived=tuple(one for one, _ in derived),
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


def _frame(model: form.QuestionnaireFile) -> Questionnaire:
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
        laws={name: _law(name, law) for name, law in model.laws.items()},
        subject=model.subject,
        source_title=model.source.title,
        source_url=model.source.url,
        printed_start=model.printed.start,
        printed_end=model.printed.end,
        decision_date=model.decision_date,
        reviewer=model.reviewer,
        example=model.example,
    )


def _kept(items: Sequence[M | None], *place: str | int) -> list[tuple[M, Steps]]:
    """What is left of a list of the file, each with where it stands."""
    return [(item, (*place, index)) for index, item in enumerate(items) if item is not None]


def _rule(source: Source, rule: form.RuleEntry, steps: Steps) -> Rule | None:
    both = rule.exactly is not None
    when = conditions.parse(source, rule.when, (*steps, "when"))
    then = conditions.parse(source, rule.exactly if both else rule.then, (*steps, "exactly" if both else "then"))
    if when is None or then is None:
        return None
    return Rule(rule.id, rule.strength, rule.text, when, then, rule.basis, both, rule.each_row)


def _field(field: form.FieldEntry) -> Question:
    options = tuple(
        replace(option, aliases=(f"{option.text} {field.label or field.text}",)) if option.number else option
        for option in _made(field.options)
    )
    return Question(
        field.id, field.text, field.type, field.label, options=options, private=field.private, identification=True
    )


def _question(source: Source, question: form.QuestionEntry, steps: Steps, supplement: bool) -> Question:
    given = question.asked_when
    return Question(
        id=question.id,
        text=question.text,
        type=question.type,
        label=question.label,
        corrected=question.corrected,
        heading=question.heading,
        options=_made(question.options),
        rows=tuple(GridRow(row.id, row.text, row.corrected, _basis(row.basis)) for row in question.rows),
        asked_when=None if given is None else conditions.parse(source, given, (*steps, "asked_when")),
        remark=question.remark,
        row_remark=question.row_remark,
        basis=_basis(question.basis),
        supplement=supplement,
    )


def _made(options: tuple[form.OptionEntry, ...]) -> tuple[Option, ...]:
    return tuple(Option(**option.model_dump()) for option in options)


def _basis(models: tuple[form.BasisEntry, ...]) -> tuple[Basis, ...]:
    return tuple(Basis(model.law, model.paragraph, model.subsection) for model in models)


def _law(name: str, law: form.LawEntry) -> Law:
    return Law(name, law.title, law.short, law.from_, law.to, law.replaces, law.url, law.subject, law.group)


def _derived(model: form.DerivedEntry) -> Derived:
    if model.years:
        return Derived(model.id, model.text, "years", model.years.to, model.years.from_)
    if model.year:
        return Derived(model.id, model.text, "year", model.year.of)
    if model.bands:
        bands = tuple(DerivedClass(band.text, band.min, band.max) for band in model.bands.into)
        return Derived(model.id, model.text, "bands", model.bands.of, groups=bands)
    merge = cast(form.MergeEntry, model.merge)  # the only one left
    groups = tuple(DerivedClass(group.text, answers=group.answers) for group in merge.into)
    return Derived(model.id, model.text, "merge", merge.of, groups=groups)
