"""A questionnaire as blocks of a document: empty, to write on, or as answered in one case.

What is asked, answered or contradicted is decided by `audit.cases.routing` and `audit.cases.checks`, not here.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from audit.base import cpr
from audit.base.danish import capital, listing, long_date, same
from audit.cases import caseview, checks
from audit.cases.columns import Cases
from audit.cases.findings import Finding
from audit.cases.routing import Routing
from audit.document.blocks import Block, Box, Field, FormBlock, FormRow, Heading, Note, Span
from audit.questionnaire.condition import Key
from audit.questionnaire.describe import describe
from audit.questionnaire.model import GridRow, Question, Questionnaire, Rule, Variable, variables_of

#: The label of the field of a question without boxes (or with a date among them).
_FIELD_LABELS = {"date": "Dato", "number": "Tal", "text": "Svar"}
#: How many lines the printed form leaves for a remark.
_REMARK_LINES = 3
#: The findings that a form shows besides questions that are unanswered, or answered without being asked.
_REPORTED_CODES = ("udelukkende-svar", "dato-og-alternativ", "bemaerkning-mangler", "regel-brudt")


def form_blocks(cases: Cases, case: str = "", level: int = 1, *, private: bool = False) -> tuple[Block, ...]:
    """The questionnaire as answered in a case; empty when no case is named (or there is none: a plan is tried out).

    Raises UsageFault as `filled_form` does.
    """
    if case.strip() and cases.size:
        return filled_form(cases, case, level=level)
    return blank_form(cases.questionnaire, level=level, private=private)


def blank_form(questionnaire: Questionnaire, *, level: int = 1, private: bool = True) -> tuple[Block, ...]:
    """The empty questionnaire with everything that is printed on it; its parts have headings of `level`.

    Without `private`, for publication, it leaves out the private fields, which only scorers need.
    """

    def draw(question: Question) -> FormBlock:
        return _blank_question(question, questionnaire)

    parts = (section for section in questionnaire.sections if not section.supplement)
    fields = (field for field in questionnaire.fields if private or not field.private)
    return (
        *_section_blocks(questionnaire.identification_title, fields, level, draw),
        *_printed_note(questionnaire.printed_start),
        *(block for section in parts for block in _section_blocks(section.title, section.questions, level, draw)),
        *_printed_note(questionnaire.printed_end),
    )


def filled_form(cases: Cases, case: str, *, level: int = 1) -> tuple[Block, ...]:
    """The questionnaire as answered in one case, without private fields and without CPR numbers.

    The texts printed on the form besides the questions are for whoever fills it in, and are left out. Of a supplement
    only the answered questions are shown. Raises UsageFault for a case that is not there, or is there more than once.
    """
    answered = _answered_case(cases, case)
    questionnaire = cases.questionnaire
    public = (field for field in questionnaire.fields if not field.private)
    blocks = list(_section_blocks(questionnaire.identification_title, public, level, answered.question_block))
    for section in questionnaire.sections:
        questions = [
            question for question in section.questions if not section.supplement or answered.has_content(question)
        ]
        if questions:
            blocks.extend(_section_blocks(section.title, questions, level, answered.question_block))
    return tuple(blocks)


# --- shared by both ---------------------------------------------------------------------------------------------------


def _section_blocks(
    title: str, questions: Iterable[Question], level: int, draw: Callable[[Question], FormBlock]
) -> Iterator[Block]:
    yield _heading(title or "Identifikation", level)
    for question in questions:
        if question.heading:
            yield _heading(question.heading, level + 1)
        yield draw(question)


def _heading(text: str, level: int) -> Heading:
    return Heading(level, (Span(" ".join(text.split())),), numbered=False)


def _number(question: Question) -> str:
    return question.id if question.id[:1].isdigit() else ""


def _boxes(question: Question, chosen: Collection[str] = ()) -> tuple[Box, ...]:
    """The answers of a question, those in `chosen` (codes) ticked."""
    return tuple(
        Box(option.code, " - ".join(filter(None, (option.shown, option.number))), option.code in chosen)
        for option in question.options
    )


def _row_header(row: GridRow) -> str:
    return f"{row.id}. {row.shown}"


# --- empty ------------------------------------------------------------------------------------------------------------


def _printed_note(text: str) -> Iterator[Note]:
    """A text printed on the form that is not a question."""
    if text:
        yield Note((Span(text),))


def _blank_question(question: Question, questionnaire: Questionnaire) -> FormBlock:
    asked_when = question.asked_when
    remark = Field(question.row_remark, lines=_REMARK_LINES) if question.row_remark else None
    return FormBlock(
        number=_number(question),
        text=question.shown,
        when="" if asked_when is None else f"Besvares kun, når {describe(asked_when, questionnaire)}.",
        state=" ".join(_answering_rules(question)),
        boxes=() if question.rows else _boxes(question),
        rows=tuple(FormRow(_row_header(row), _boxes(question), remark) for row in question.rows),
        fields=tuple(_blank_fields(question)),
    )


def _answering_rules(question: Question) -> Iterator[str]:
    """Rules for answering that the form's own words do not state."""
    if question.type == "choices" and "flere svar" not in same(question.shown):
        yield "Der kan vælges flere svar."
    exclusive = [f"({option.code})" for option in question.options if option.exclusive]
    if exclusive:
        yield f"{listing(exclusive)} kan kun vælges alene."
    with_remark = [
        f"({option.code})" for option in question.options if option.remark and "uddyb" not in same(option.shown)
    ]
    if with_remark:
        yield f"{listing(with_remark)} skal uddybes i bemærkningerne."


def _blank_fields(question: Question) -> Iterator[Field]:
    if question.type in _FIELD_LABELS:
        yield Field(_FIELD_LABELS[question.type], lines=1)
    if question.remark:
        yield Field(question.remark, lines=_REMARK_LINES)


# --- as answered in a case -------------------------------------------------------------------------------------------


def _answered_case(cases: Cases, case: str) -> _AnsweredCase:
    alone = caseview.extract_case(cases, caseview.find_row(cases.keys, case))
    return _AnsweredCase(alone, Routing(alone), checks.check(alone))


@dataclass(frozen=True)
class _AnsweredCase:
    """A case on its own, and what the engine says about it."""

    case: Cases
    routing: Routing
    findings: tuple[Finding, ...]

    @property
    def questionnaire(self) -> Questionnaire:
        return self.case.questionnaire

    def has_content(self, question: Question) -> bool:
        """Whether the case has anything in a question's columns."""
        return any(self.text(variable) or variable.name in self.case.unreadable for variable in variables_of(question))

    def text(self, variable: Variable) -> str:
        """The content of a column as a reader sees it; blank where there is none."""
        if variable.kind == "date":
            days = self.case.column(variable)
            return long_date(days[0].astype(object)) if self.case.strings(variable)[0] else ""
        text = self.case.strings(variable)[0]
        return cpr.blot(text.replace(".", ",")) if variable.kind == "number" else text

    def question_block(self, question: Question) -> FormBlock:
        """A question with its answer, or why it has none; an identification with its answer only."""
        empty = FormBlock(_number(question), question.shown, state=" ".join(self._state(question)))
        fields = tuple(self._fields(question))
        if not self._is_relevant(question):
            return replace(empty, fields=fields)
        if question.rows:
            return replace(empty, rows=tuple(self._rows(question)), fields=fields)
        boxes = _boxes(question, self._chosen_codes(Key(question.id)))
        shown = [box for box in boxes if box.chosen] if question.identification else boxes
        return replace(empty, boxes=tuple(shown), fields=fields)

    def _keys(self, question: Question) -> list[Key]:
        return [Key(question.id, row.id) for row in question.rows] or [Key(question.id)]

    def _is_answered(self, key: Key) -> bool:
        return bool(self.case.answered(key)[0])

    def _is_unreadable(self, key: Key) -> bool:
        return any(variable.name in self.case.unreadable for variable in self.questionnaire.answers[key])

    def _is_relevant(self, question: Question) -> bool:
        """Whether a question is or may be asked, or has an answer all the same."""
        keys = self._keys(question)
        return not self.routing.asked(question.id).false[0] or any(
            self._is_answered(k) or self._is_unreadable(k) for k in keys
        )

    def _chosen_codes(self, key: Key) -> set[str]:
        """The codes of the answers; for a date the code of the option that asks for one."""
        codes = set()
        for variable in self.questionnaire.answers[key]:
            if not self.text(variable):
                continue
            if variable.option is not None:
                codes.add(variable.option.code)
            elif variable.kind == "code":
                codes.add(variable.options[int(self.case.column(variable)[0]) - 1].code)
            else:
                codes.update(option.code for option in variable.question.options if option.date)
        return codes

    def _rows(self, question: Question) -> Iterator[FormRow]:
        remarks = {
            variable.key: self._remark(variable)
            for variable in variables_of(question)
            if variable.role == "remark" and variable.row
        }
        for row in question.rows:
            key = Key(question.id, row.id)
            remark = Field(question.row_remark or "", remarks[key], lines=0) if any(remarks.values()) else None
            yield FormRow(_row_header(row), _boxes(question, self._chosen_codes(key)), remark)

    # --- the state of the answer

    def _state(self, question: Question) -> Iterator[str]:
        keys, asked = self._keys(question), self.routing.asked(question.id)
        unreadable = [key for key in keys if self._is_unreadable(key)]
        if question.asked_when is not None and not asked.true[0]:
            when = f"tilles kun, når {describe(question.asked_when, self.questionnaire)}."
            if not asked.false[0]:
                yield f"Det kan ikke afgøres, om spørgsmålet skal besvares. Det s{when}"
            else:
                yield f"Besvaret, men spørgsmålet s{when}" if self._is_relevant(question) else f"Ikke relevant: s{when}"
        else:
            unanswered = [key for key in keys if not self._is_answered(key) and key not in unreadable]
            yield from _state_of_rows("Ikke besvaret", unanswered, keys)
        yield from _state_of_rows("Svaret kan ikke læses", unreadable, keys)
        yield from self._contradictions(question)

    def _contradictions(self, question: Question) -> Iterator[str]:
        """The objections of the checks to the answer, each once with the rows that it concerns."""
        rows_by_message = self._objections_by_question.get(question.id, {})
        yield from (f"{capital(message)}{_rows_sentence(rows)}" for message, rows in rows_by_message.items())

    @cached_property
    def _objections_by_question(self) -> dict[str, dict[str, list[str]]]:
        """By question the messages that are shown under it, each with the rows that it concerns."""
        objections: dict[str, dict[str, list[str]]] = {}
        for finding in self.findings:
            if finding.code in _REPORTED_CODES:
                rows = objections.setdefault(self._question_of(finding), {}).setdefault(finding.message, [])
                rows.extend([finding.row] if finding.row else [])
        return objections

    def _question_of(self, finding: Finding) -> str:
        """The question that a finding is shown under: for a rule the first that it reads."""
        if finding.rule is not None:
            return self.questionnaire.rules_by_id[finding.rule].keys[0].question
        return self.questionnaire.by_column[finding.variables[0]].question.id

    # --- the texts

    def _fields(self, question: Question) -> Iterator[Field]:
        if question.type in _FIELD_LABELS:
            text = self.text(self.questionnaire.answers[Key(question.id)][0])
            if text:
                yield Field(_FIELD_LABELS[question.type], text, lines=0)
        for variable in variables_of(question):
            if variable.role == "remark" and variable.row is None:
                text = self._remark(variable)
                if text:
                    yield Field(question.remark or "", text, lines=0)
        yield from self._reasons(question)

    def _remark(self, variable: Variable) -> str:
        return "Bemærkningen kan ikke læses." if variable.name in self.case.unreadable else self.text(variable)

    def _reasons(self, question: Question) -> Iterator[Field]:
        """The rules that ask for a reason under a question, each with the reason written."""
        for rule in self.questionnaire.rules_of.get(question.id, ()):
            if not rule.soft:
                continue
            instances = self.questionnaire.instances_of(rule)
            concerned = [instance for instance in instances if checks.breaches(self.routing, instance)[0]]
            written = self.text(self.questionnaire.by_column[rule.column])
            if concerned:
                label = "Vurdering efter" if rule.strength == "vurdering" else "Afvigelse fra"
                rows = _rows_sentence([instance.row for instance in concerned if instance.row])
                yield Field(f"{label} {rule.id}: {rule.text}{rows}", written or self._missing_reason(rule), lines=0)
            elif written:
                yield Field(f"Begrundelse, som svarene ikke kræver ({rule.id}): {rule.text}", written, lines=0)

    def _missing_reason(self, rule: Rule) -> str:
        if any(finding.code == "begrundelse-mangler" and finding.rule == rule.id for finding in self.findings):
            return "Begrundelse mangler."
        if rule.column in self.case.unreadable:
            return "Begrundelsen kan ikke læses."
        return "Begrundelsen står i bemærkningerne."


def _state_of_rows(text: str, keys: Sequence[Key], all_keys: Sequence[Key]) -> Iterator[str]:
    """The text as a sentence about the question, or about some of its rows; nothing where there are no keys."""
    rows = [key.row for key in keys if key.row]
    if keys:
        yield f"{text} i række {listing(rows)}." if rows and len(keys) < len(all_keys) else f"{text}."


def _rows_sentence(rows: Sequence[str]) -> str:
    return f" Det gælder række {listing(rows)}." if rows else ""
