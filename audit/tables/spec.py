"""The declaration of a table, in a plan, on the command line or in a notebook.

The same mapping everywhere: ``{id, question, by, where, where_text, collapse, of, sort, show}``; each key is in
docs/tables.md. A question is named by its number or by its machine name (`Questionnaire.key_named`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, get_args

from audit.base import yamlfile
from audit.base.danish import did_you_mean, listing, same
from audit.base.errors import UsageFault
from audit.base.yamlfile import Source, Steps
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
    its rows are; `where` a bound condition on the cases, and `where_text` its wording for a reader ("sager, hvor …";
    empty: the condition's own words); `collapse` merges answers under a new name; `of` is what percentages are of
    (answered cases, all cases, or answers); `sort` the order of the answers.
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
    derived = [variable.id for variable in questionnaire.derived if variable.kind != "years"]
    return (*fields, *closed_questions(questionnaire), *grids, *derived)


def read_spec(questionnaire: Questionnaire, data: Mapping[str, Any], source: Source, steps: Steps = ()) -> TableSpec:
    """The spec written at `steps`, with every scalar as text; what is wrong with it is noted in `source`.

    With a fault the result is of no use.
    """
    for name in data:
        if name not in _KEYS:
            message = f'nøglen "{name}" kendes ikke.{did_you_mean(name, _KEYS)}'
            source.fault((*steps, name), "tabel-noegle", message, key=True)
    question = _read_question(questionnaire, data, "question", source, steps) or ""
    if not data.get("question"):
        source.fault(steps, "tabel-spoergsmaal", 'tabellen mangler "question": det spørgsmål, der skal tælles')
    is_countable = bool(question) and _check_countable(questionnaire, question, source, (*steps, "question"))
    by = _read_question(questionnaire, data, "by", source, steps)
    if by is not None and _check_countable(questionnaire, by, source, (*steps, "by")):
        _check_rows(questionnaire, by, question, source, (*steps, "by"))
    collapse: Iterable[tuple[str, tuple[str, ...]]] = ()
    if is_countable:
        collapse = _read_collapse(questionnaire, question, data.get("collapse"), source, (*steps, "collapse"))
    return TableSpec(
        question=question,
        id=_read_name(data, "id", source, steps) or question,
        by=by,
        where=_read_where(questionnaire, data.get("where"), source, (*steps, "where")),
        where_text=_read_where_text(data, source, steps),
        collapse=tuple(collapse),
        of=_read_choice(Of, data.get("of"), source, (*steps, "of")),
        sort=_read_choice(Sort, data.get("sort"), source, (*steps, "sort")),
        show=_read_choice(Show, data.get("show"), source, (*steps, "show")),
    )


def spec(questionnaire: Questionnaire, question: str, **keys: Any) -> TableSpec:
    """A spec from plain values, for a notebook: ``spec(q, "3.1", by="1.2")``. Raises UsageFault."""
    source = Source("tabel", _stringify({"question": question, **keys}))
    table_spec = read_spec(questionnaire, source.data, source)
    if source.faults:
        raise UsageFault("\n".join(fault.message for fault in source.faults))
    return table_spec


def _stringify(value: Any) -> Any:
    """The same with every number as text, as a file has it."""
    if isinstance(value, Mapping):
        return {str(key): _stringify(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_stringify(item) for item in value]
    return value if value is None else str(value)


def where_condition(questionnaire: Questionnaire, texts: Sequence[str]) -> Condition | None:
    """The condition that ``--where`` asks for, each ``2.8=Ja``, ``4.1/5!=Nej`` or a condition in YAML; all must hold.

    Raises UsageFault.
    """
    parts = [_parse_where(questionnaire, text) for text in texts]
    if not parts:
        return None
    return parts[0] if len(parts) == 1 else All(tuple(parts))


def _parse_where(questionnaire: Questionnaire, text: str) -> Condition:
    if text.lstrip().startswith("{"):
        source = yamlfile.parse(text, "--where")
    else:
        key, equals, answers = text.partition("=")
        if not equals:
            raise UsageFault(f'--where "{text}" kan ikke læses.', remedy='Skriv for eksempel --where "2.8=Ja".')
        test = {key.removesuffix("!").strip(): [answer.strip() for answer in answers.split(";")]}
        source = Source("--where", {"not": test} if key.endswith("!") else test)
    condition = _read_where(questionnaire, source.data, source, ()) if not source.faults else None
    if condition is None:
        raise UsageFault(f'--where "{text}": ' + "; ".join(fault.message for fault in source.faults))
    return condition


def _read_name(data: Mapping[str, Any], name: str, source: Source, steps: Steps) -> str | None:
    value = data.get(name)
    if value is None or isinstance(value, str):
        return value
    source.fault((*steps, name), "tabel-noegle", f'"{name}" skal være ét navn, ikke en liste eller flere navne')
    return None


def _read_question(
    questionnaire: Questionnaire, data: Mapping[str, Any], name: str, source: Source, steps: Steps
) -> str | None:
    value = _read_name(data, name, source, steps)
    return value and str(questionnaire.key_named(value))


def _read_where_text(data: Mapping[str, Any], source: Source, steps: Steps) -> str:
    text = _read_name(data, "where_text", source, steps) or ""
    if text and data.get("where") is None:
        message = "where_text siger, hvilke sager where tæller; uden where tælles alle"
        source.fault((*steps, "where_text"), "tabel-noegle", message)
    return text


def _check_countable(questionnaire: Questionnaire, name: str, source: Source, steps: Steps) -> bool:
    """Whether a name can be counted; a fault is noted where it can't."""
    names = countable(questionnaire)
    if name in names:
        return True
    key = Key.parse(name)
    if key.row is not None and key.question in questionnaire.by_id:
        message = f'"{name}" findes ikke: {key.question} har ikke rækken "{key.row}"'
    elif name in questionnaire.by_id or name in questionnaire.derived_by_id:
        message = f'"{name}" har ikke faste svar, der kan tælles'
    else:
        message = f'spørgsmål "{name}" findes ikke.{did_you_mean(name, names)}'
    source.fault(steps, "tabel-spoergsmaal", message)
    return False


def _check_rows(questionnaire: Questionnaire, by: str, question: str, source: Source, steps: Steps) -> None:
    types = {each.id: each.type for each in questionnaire.questions}
    if types.get(question) == "grid":
        message = f"{question} er en tabel med egne rækker; vælg en række som {question}/1, eller udelad by"
    elif types.get(by) == "grid":
        message = f'"{by}" har flere rækker og kan ikke være tabellens rækker; vælg en af dem som {by}/1'
    elif types.get(by) == "choices":
        message = f'"{by}" kan ikke være tabellens rækker: en sag kan have flere svar og høre til flere rækker'
    else:
        return
    source.fault(steps, "tabel-raekker", message)


def _read_where(questionnaire: Questionnaire, data: Any, source: Source, steps: Steps) -> Condition | None:
    if data is None:
        return None
    parsed = conditions.parse(source, data, steps)
    if parsed is None:
        return None
    named = conditions.map_keys(parsed, lambda key: questionnaire.key_named(str(key)))
    return bind(source, questionnaire, named, places={})


def _read_collapse(
    questionnaire: Questionnaire, name: str, data: Any, source: Source, steps: Steps
) -> Iterator[tuple[str, tuple[str, ...]]]:
    code = "tabel-sammenlaegning"
    question = questionnaire.by_id.get(Key.parse(name).question)
    if data is None:
        return
    if not isinstance(data, Mapping):
        source.fault(steps, code, 'collapse skrives som {"navn": [svar, svar]}')
        return
    if question is None:
        source.fault(steps, code, f"collapse kan ikke bruges på {name}, som er afledt af andre spørgsmål")
        return
    groups = [(label, _read_codes(question, answers, source, (*steps, label))) for label, answers in data.items()]
    merged_codes: set[str] = set()
    for label, codes in groups:
        for merged_code in codes:
            if merged_code in merged_codes:
                message = f'svaret "{question.wording(merged_code)}" på {name} er lagt sammen to gange'
                source.fault((*steps, label), code, message)
            merged_codes.add(merged_code)
    separate_labels = {same(option.title) for option in question.options if option.code not in merged_codes}
    for label, codes in groups:
        if same(label) in separate_labels:
            message = f'"{label}" er også navnet på et svar på {name}, som ikke er lagt sammen'
            source.fault((*steps, label), code, message, key=True)
        yield label, codes


def _read_codes(question: Question, value: Any, source: Source, steps: Steps) -> tuple[str, ...]:
    """The codes of answers that are merged, one answer or a list of them."""
    answers = value if isinstance(value, list) else [value]
    if not answers:
        source.fault(steps, "tabel-sammenlaegning", "her skal stå mindst ét svar")
    codes = []
    for index, answer in enumerate(answers):
        option = question.option(answer) if isinstance(answer, str) else None
        if option is None:
            hint = did_you_mean(str(answer), [option.title for option in question.options])
            message = f'{question.id} har ikke svaret "{answer}".{hint}'
            source.fault((*steps, index), "tabel-sammenlaegning", message)
        else:
            codes.append(option.code)
    return tuple(codes)


def _read_choice(kind: Any, value: Any, source: Source, steps: Steps) -> Any:
    choices = get_args(kind)
    if value is None:
        return choices[0]
    if value not in choices:
        source.fault(steps, "tabel-valg", f'"{value}" kan ikke bruges her; der skal stå {listing(choices, "eller")}')
    return value
