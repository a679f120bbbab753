"""What a table is to show, as declared in a plan, on the command line or in a notebook.

The same mapping everywhere: ``{id, question, by, where, where_text, collapse, of, sort, show}``; docs/tables.md tells
each key.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, get_args

from audit.base.danish import did_you_mean, listing, same
from audit.base.errors import UsageFault
from audit.base.yamlfile import Source, Steps, parse
from audit.questionnaire import condition as conditions
from audit.questionnaire.binding import bind
from audit.questionnaire.condition import All, Condition, Key
from audit.questionnaire.model import Question, Questionnaire

Of = Literal["answered", "all", "answers"]
Sort = Literal["form", "size"]
Show = Literal["counts", "percent", "both"]
_KEYS = ("id", "question", "by", "where", "where_text", "collapse", "of", "sort", "show")


@dataclass(frozen=True)
class TableSpec:
    """A declared table.

    `question` is a question, a grid (its rows against its scale), one row of a grid, or a derived variable; `by` what
    its rows are; `where` a bound condition on the cases, and `where_text` how a reader is told of it ("sager, hvor …";
    empty: in the condition's own words); `collapse` merges answers under a new name; `of` is what
    percentages are of (answered cases, all cases, or answers); `sort` the order of the answers.
    """

    question: str
    id: str = ""
    by: str | None = None
    where: Condition | None = None
    where_text: str = ""
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
    """The spec written at `steps`, with every scalar as text; what is wrong with it is noted in `source`.

    With a fault the result is of no use.
    """
    for name in data:
        if name not in _KEYS:
            message = f'nøglen "{name}" kendes ikke.{did_you_mean(name, _KEYS)}'
            source.fault((*steps, name), "tabel-noegle", message, key=True)
    question = _text(data, "question", source, steps) or ""
    if not data.get("question"):
        source.fault(steps, "tabel-spoergsmaal", 'tabellen mangler "question": det spørgsmål, der skal tælles')
    known = bool(question) and _known(questionnaire, question, source, (*steps, "question"))
    by = _text(data, "by", source, steps)
    if by is not None and _known(questionnaire, by, source, (*steps, "by")):
        _rows(questionnaire, by, question, source, (*steps, "by"))
    collapse = _collapse(questionnaire, question, data.get("collapse"), source, (*steps, "collapse")) if known else ()
    return TableSpec(
        question=question,
        id=_text(data, "id", source, steps) or question,
        by=by,
        where=_where(questionnaire, data.get("where"), source, (*steps, "where")),
        where_text=_where_text(data, source, steps),
        collapse=tuple(collapse),
        of=_one_of(Of, data.get("of"), source, (*steps, "of")),
        sort=_one_of(Sort, data.get("sort"), source, (*steps, "sort")),
        show=_one_of(Show, data.get("show"), source, (*steps, "show")),
    )


def spec(questionnaire: Questionnaire, question: str, **keys: Any) -> TableSpec:
    """A spec from plain values, for a notebook: ``spec(q, "3.1", by="1.2")``. Raises UsageFault."""
    source = Source("tabel", _as_text({"question": question, **keys}))
    made = read_spec(questionnaire, source.data, source)
    if source.faults:
        raise UsageFault("\n".join(fault.message for fault in source.faults))
    return made


def _as_text(value: Any) -> Any:
    """The same with every number as text, as a file has it."""
    if isinstance(value, Mapping):
        return {str(key): _as_text(part) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [_as_text(part) for part in value]
    return value if value is None else str(value)


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
    else:
        key, equals, answers = text.partition("=")
        if not equals:
            raise UsageFault(f'--where "{text}" kan ikke læses.', remedy='Skriv for eksempel --where "2.8=Ja".')
        test = {key.removesuffix("!").strip(): [answer.strip() for answer in answers.split(";")]}
        source = Source("--where", {"not": test} if key.endswith("!") else test)
    found = _where(questionnaire, source.data, source, ()) if not source.faults else None
    if found is None:
        raise UsageFault(f'--where "{text}": ' + "; ".join(fault.message for fault in source.faults))
    return found


def _text(data: Mapping[str, Any], name: str, source: Source, steps: Steps) -> str | None:
    value = data.get(name)
    if value is None or isinstance(value, str):
        return value
    source.fault((*steps, name), "tabel-noegle", f'"{name}" skal være ét navn, ikke en liste eller flere navne')
    return None


def _where_text(data: Mapping[str, Any], source: Source, steps: Steps) -> str:
    text = _text(data, "where_text", source, steps) or ""
    if text and data.get("where") is None:
        message = "where_text siger, hvilke sager where tæller; uden where tælles alle"
        source.fault((*steps, "where_text"), "tabel-noegle", message)
    return text


def _known(questionnaire: Questionnaire, name: str, source: Source, steps: Steps) -> bool:
    """Whether a name can be counted; a fault is noted where it can't."""
    known = countable(questionnaire)
    if name in known:
        return True
    key = Key.of(name)
    if key.row is not None and key.question in questionnaire.by_id:
        message = f'"{name}" findes ikke: {key.question} har ikke rækken "{key.row}"'
    elif name in questionnaire.by_id or name in questionnaire.derived_by_id:
        message = f'"{name}" har ikke faste svar, der kan tælles'
    else:
        message = f'spørgsmål "{name}" findes ikke.{did_you_mean(name, known)}'
    source.fault(steps, "tabel-spoergsmaal", message)
    return False


def _rows(questionnaire: Questionnaire, by: str, question: str, source: Source, steps: Steps) -> None:
    types = {one.id: one.type for one in questionnaire.questions}
    if types.get(question) == "grid":
        message = f"{question} er en tabel med egne rækker; vælg en række som {question}/1, eller udelad by"
    elif types.get(by) == "grid":
        message = f'"{by}" har flere rækker og kan ikke være tabellens rækker; vælg en af dem som {by}/1'
    elif types.get(by) == "choices":
        message = f'"{by}" kan ikke være tabellens rækker: en sag kan have flere svar og høre til flere rækker'
    else:
        return
    source.fault(steps, "tabel-raekker", message)


def _where(questionnaire: Questionnaire, data: Any, source: Source, steps: Steps) -> Condition | None:
    if data is None:
        return None
    parsed = conditions.parse(source, data, steps)
    return None if parsed is None else bind(source, questionnaire, parsed, places={})


def _collapse(
    questionnaire: Questionnaire, name: str, data: Any, source: Source, steps: Steps
) -> Iterator[tuple[str, tuple[str, ...]]]:
    code = "tabel-sammenlaegning"
    question = questionnaire.by_id.get(Key.of(name).question)
    if data is None:
        return
    if not isinstance(data, Mapping):
        source.fault(steps, code, 'collapse skrives som {"navn": [svar, svar]}')
        return
    if question is None:
        source.fault(steps, code, f"collapse kan ikke bruges på {name}, som er afledt af andre spørgsmål")
        return
    groups = [(label, _answers(question, given, source, (*steps, label))) for label, given in data.items()]
    taken: set[str] = set()
    for label, codes in groups:
        for one in codes:
            if one in taken:
                message = f'svaret "{question.wording(one)}" på {name} er lagt sammen to gange'
                source.fault((*steps, label), code, message)
            taken.add(one)
    apart = {same(option.title) for option in question.options if option.code not in taken}
    for label, codes in groups:
        if same(label) in apart:
            message = f'"{label}" er også navnet på et svar på {name}, som ikke er lagt sammen'
            source.fault((*steps, label), code, message, key=True)
        yield label, codes


def _answers(question: Question, given: Any, source: Source, steps: Steps) -> tuple[str, ...]:
    """The codes of answers that are merged, one answer or a list of them."""
    answers = given if isinstance(given, list) else [given]
    if not answers:
        source.fault(steps, "tabel-sammenlaegning", "her skal stå mindst ét svar")
    codes = []
    for index, answer in enumerate(answers):
        option = question.option(answer) if isinstance(answer, str) else None
        if option is None:
            hint = did_you_mean(str(answer), [one.title for one in question.options])
            message = f'{question.id} har ikke svaret "{answer}".{hint}'
            source.fault((*steps, index), "tabel-sammenlaegning", message)
        else:
            codes.append(option.code)
    return tuple(codes)


def _one_of(kind: Any, value: Any, source: Source, steps: Steps) -> Any:
    known = get_args(kind)
    if value is None:
        return known[0]
    if value not in known:
        source.fault(steps, "tabel-valg", f'"{value}" kan ikke bruges her; der skal stå {listing(known, "eller")}')
    return value
