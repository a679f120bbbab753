"""What a table is to show, as declared in a plan, on the command line or in a notebook.

The same mapping everywhere: ``{id, question, by, where, collapse, of, sort, show}``; docs/tables.md tells each key.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, get_args

from audit import condition as conditions
from audit.binding import bind
from audit.condition import All, Condition, Key
from audit.danish import did_you_mean
from audit.errors import UsageFault
from audit.questionnaire import Question, Questionnaire
from audit.yamlfile import Source, Steps, parse

Of = Literal["answered", "all", "answers"]
Sort = Literal["form", "size"]
Show = Literal["counts", "percent", "both"]
_KEYS = ("id", "question", "by", "where", "collapse", "of", "sort", "show")


@dataclass(frozen=True)
class TableSpec:
    """A declared table.

    `question` is a question, a grid (its rows against its scale), one row of a grid, or a derived variable; `by` what
    its rows are; `where` a bound condition on the cases; `collapse` merges answers under a new name; `of` is what
    percentages are of (answered cases, all cases, or answers); `sort` the order of the answers.
    """

    question: str
    id: str = ""
    by: str | None = None
    where: Condition | None = None
    collapse: tuple[tuple[str, tuple[str, ...]], ...] = ()
    of: Of = "answered"
    sort: Sort = "form"
    show: Show = "counts"


def closed_questions(questionnaire: Questionnaire) -> tuple[str, ...]:
    """Everything with fixed answers that can be counted, grids row by row, without identifications."""
    return tuple(
        str(key)
        for key in questionnaire.answers
        if questionnaire.by_id[key.question].closed and not questionnaire.by_id[key.question].identification
    )


def countable(questionnaire: Questionnaire) -> tuple[str, ...]:
    """Everything that a table can have as its question or its rows."""
    fields = [field.id for field in questionnaire.fields if field.closed]
    grids = [question.id for question in questionnaire.questions if question.type == "grid"]
    derived = [one.id for one in questionnaire.derived if one.kind != "years"]
    return (*fields, *closed_questions(questionnaire), *grids, *derived)


def read_spec(questionnaire: Questionnaire, data: Mapping[str, Any], source: Source, steps: Steps = ()) -> TableSpec:
    """The spec written at `steps`; what is wrong with it is noted in `source` (the result is then of no use)."""
    for name in data:
        if name not in _KEYS:
            message = f'nøglen "{name}" kendes ikke.{did_you_mean(name, _KEYS)}'
            source.fault((*steps, name), "tabel-noegle", message, key=True)
    question = str(data.get("question", ""))
    _known(questionnaire, question, source, (*steps, "question"))
    by = data.get("by")
    if by is not None:
        _rows(questionnaire, str(by), question, source, (*steps, "by"))
    return TableSpec(
        question=question,
        id=str(data.get("id") or question),
        by=str(by) if by is not None else None,
        where=_where(questionnaire, data.get("where"), source, (*steps, "where")),
        collapse=tuple(_collapse(questionnaire, question, data.get("collapse") or {}, source, (*steps, "collapse"))),
        of=_one_of(Of, data.get("of"), source, (*steps, "of")),
        sort=_one_of(Sort, data.get("sort"), source, (*steps, "sort")),
        show=_one_of(Show, data.get("show"), source, (*steps, "show")),
    )


def spec(questionnaire: Questionnaire, question: str, **keys: Any) -> TableSpec:
    """A spec from plain values, for a notebook: ``spec(q, "3.1", by="kommune")``. Raises UsageFault."""
    source = Source("tabel", {"question": question, **keys})
    made = read_spec(questionnaire, source.data, source)
    if source.faults:
        raise UsageFault("\n".join(fault.message for fault in source.faults))
    return made


def where_condition(questionnaire: Questionnaire, texts: Sequence[str]) -> Condition | None:
    """The condition that ``--where`` asks for, each ``2.8=Ja``, ``4.1/5!=Nej`` or a condition in YAML; all must hold.

    Raises UsageFault.
    """
    parts = [_one_where(questionnaire, text) for text in texts]
    if not parts:
        return None
    return parts[0] if len(parts) == 1 else All(tuple(parts))


def _one_where(questionnaire: Questionnaire, text: str) -> Condition:
    if text.lstrip().startswith("{"):
        source = parse(text, "--where")
        data = source.data
    else:
        key, equals, answers = text.partition("=")
        negated = key.endswith("!")
        test: Any = {key.rstrip("!").strip(): [answer.strip() for answer in answers.split(";")]}
        data = {"not": test} if negated else test
        source = Source("--where", data)
        if not equals:
            raise UsageFault(f'--where "{text}" kan ikke læses.', remedy='Skriv for eksempel --where "2.8=Ja".')
    found = _where(questionnaire, data, source, ()) if not source.faults else None
    if found is None or source.faults:
        raise UsageFault(f'--where "{text}": ' + "; ".join(fault.message for fault in source.faults))
    return found


def _known(questionnaire: Questionnaire, name: str, source: Source, steps: Steps) -> None:
    known = countable(questionnaire)
    if name in known:
        return
    key = Key.of(name)
    if key.question in questionnaire.by_id or name in questionnaire.derived_by_id:
        message = f'"{name}" har ikke faste svar, der kan tælles'
        if key.row is not None:
            message = f'"{name}" findes ikke'
    else:
        message = f'spørgsmål "{name}" findes ikke.{did_you_mean(name, known)}'
    source.fault(steps, "tabel-spoergsmaal", message)


def _rows(questionnaire: Questionnaire, by: str, question: str, source: Source, steps: Steps) -> None:
    _known(questionnaire, by, source, steps)
    grids = {one.id for one in questionnaire.questions if one.type == "grid"}
    several = {one.id for one in questionnaire.questions if one.type == "choices"}
    if by in grids | several:
        source.fault(steps, "tabel-raekker", f'"{by}" kan ikke være tabellens rækker: en sag kan høre til flere')
    if question in grids:
        message = f"{question} er en tabel med egne rækker; vælg en række som {question}/1, eller udelad by"
        source.fault(steps, "tabel-raekker", message)


def _where(questionnaire: Questionnaire, data: Any, source: Source, steps: Steps) -> Condition | None:
    if data is None:
        return None
    parsed = conditions.parse(source, data, steps)
    if parsed is None:
        return None
    places: dict[str, Steps] = dict.fromkeys(questionnaire.by_id, steps)
    return bind(source, questionnaire, parsed, places=places)


def question_of(questionnaire: Questionnaire, name: str) -> Question | None:
    """The question that a countable name belongs to; None for a derived variable."""
    return questionnaire.by_id.get(Key.of(name).question)


def _collapse(
    questionnaire: Questionnaire, name: str, data: Mapping[str, Any], source: Source, steps: Steps
) -> Iterator[tuple[str, tuple[str, ...]]]:
    question = question_of(questionnaire, name)
    if data and question is None:
        source.fault(steps, "tabel-sammenlaegning", f"{name} er allerede lagt sammen; collapse kan ikke bruges")
        return
    taken: set[str] = set()
    for label, given in data.items():
        answers = [given] if isinstance(given, str) else list(given)
        codes: list[str] = []
        for answer in answers:
            option = question.option(str(answer)) if question else None
            if option is None or option.code in taken:
                said = "findes ikke" if option is None else "er lagt sammen to gange"
                source.fault((*steps, label), "tabel-sammenlaegning", f'svaret "{answer}" på {name} {said}')
                continue
            taken.add(option.code)
            codes.append(option.code)
        yield label, tuple(codes)


def _one_of(kind: Any, value: Any, source: Source, steps: Steps) -> Any:
    known = get_args(kind)
    if value is None:
        return known[0]
    if value not in known:
        source.fault(steps, "tabel-valg", f'"{value}" kan ikke bruges her; der skal stå {" eller ".join(known)}')
    return value
