"""A questionnaire as blocks of a document: empty, to write on, or as one case answers it.

What is asked, answered or contradicted is not decided here: `audit.cases.routing` and `audit.cases.checks` say it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

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

#: What a question without boxes (or with a date among them) asks for.
_WRITTEN = {"date": "Dato", "number": "Tal", "text": "Svar"}
#: How many lines the printed form leaves for a remark.
_REMARK_LINES = 3
#: What a case is told besides what is not answered, and what is answered without being asked.
_TOLD = ("udelukkende-svar", "dato-og-alternativ", "bemaerkning-mangler", "regel-brudt")


def form(cases: Cases, case: str = "", level: int = 1, *, private: bool = False) -> tuple[Block, ...]:
    """The questionnaire as a case answers it; empty when no case is named (or there is none: a plan is tried out).

    Raises UsageFault as `filled` does.
    """
    if case.strip() and cases.size:
        return filled(cases, case, level=level)
    return blank(cases.questionnaire, level=level, private=private)


def blank(questionnaire: Questionnaire, *, level: int = 1, private: bool = True) -> tuple[Block, ...]:
    """The empty questionnaire with everything that is printed on it; its parts have headings of `level`.

    To publish, it is without what is `private`: those who score need it, and nobody else.
    """

    def draw(question: Question) -> FormBlock:
        return _empty(question, questionnaire)

    parts = (section for section in questionnaire.sections if not section.supplement)
    fields = (field for field in questionnaire.fields if private or not field.private)
    return (
        *_part(questionnaire.identification_title, fields, level, draw),
        *_printed(questionnaire.printed_start),
        *(block for section in parts for block in _part(section.title, section.questions, level, draw)),
        *_printed(questionnaire.printed_end),
    )


def filled(cases: Cases, case: str, *, level: int = 1) -> tuple[Block, ...]:
    """The questionnaire as one case answers it, without what is private and without CPR numbers.

    What is printed on the form besides the questions is for whom fills it in, and left out. Of a supplement only what
    has an answer is shown. Raises UsageFault for a case that is not there, or is there more than once.
    """
    answered = _answered(cases, case)
    questionnaire = cases.questionnaire
    public = (field for field in questionnaire.fields if not field.private)
    blocks = list(_part(questionnaire.identification_title, public, level, answered.block))
    for section in questionnaire.sections:
        questions = [one for one in section.questions if not section.supplement or answered.holds(one)]
        if questions:
            blocks.extend(_part(section.title, questions, level, answered.block))
    return tuple(blocks)


# --- what both have ---------------------------------------------------------------------------------------------------


def _part(
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


def _printed(text: str) -> Iterator[Note]:
    """What is printed on the form and is no question."""
    if text:
        yield Note((Span(text),))


def _empty(question: Question, questionnaire: Questionnaire) -> FormBlock:
    asked_when = question.asked_when
    remark = Field(question.row_remark, lines=_REMARK_LINES) if question.row_remark else None
    return FormBlock(
        number=_number(question),
        text=question.shown,
        when="" if asked_when is None else f"Besvares kun, når {describe(asked_when, questionnaire)}.",
        state=" ".join(_unsaid(question)),
        boxes=() if question.rows else _boxes(question),
        rows=tuple(FormRow(_row_header(row), _boxes(question), remark) for row in question.rows),
        fields=tuple(_to_write_in(question)),
    )


def _unsaid(question: Question) -> Iterator[str]:
    """What holds for the answers and does not stand in the form's own words."""
    if question.type == "choices" and "flere svar" not in same(question.shown):
        yield "Der kan vælges flere svar."
    alone = [f"({option.code})" for option in question.options if option.exclusive]
    if alone:
        yield f"{listing(alone)} kan kun vælges alene."
    demanding = [f"({one.code})" for one in question.options if one.remark and "uddyb" not in same(one.shown)]
    if demanding:
        yield f"{listing(demanding)} skal uddybes i bemærkningerne."


def _to_write_in(question: Question) -> Iterator[Field]:
    if question.type in _WRITTEN:
        yield Field(_WRITTEN[question.type], lines=1)
    if question.remark:
        yield Field(question.remark, lines=_REMARK_LINES)


# --- as a case answers it ---------------------------------------------------------------------------------------------


def _answered(cases: Cases, case: str) -> _Answered:
    one = caseview.extract_case(cases, caseview.find_row(cases.keys, case))
    return _Answered(one, Routing(one), checks.check(one))


@dataclass(frozen=True)
class _Answered:
    """A case alone, and what the engine says of it."""

    case: Cases
    routing: Routing
    findings: tuple[Finding, ...]

    @property
    def questionnaire(self) -> Questionnaire:
        return self.case.questionnaire

    def holds(self, question: Question) -> bool:
        """Whether the case has anything in a question's columns."""
        return any(self.text(one) or one.name in self.case.unreadable for one in variables_of(question))

    def text(self, variable: Variable) -> str:
        """What stands in a column, for a reader; blank where nothing does."""
        if variable.kind == "date":
            days = self.case.column(variable)
            return long_date(days[0].astype(object)) if self.case.strings(variable)[0] else ""
        text = self.case.strings(variable)[0]
        return cpr.blot(text.replace(".", ",")) if variable.kind == "number" else text

    def block(self, question: Question) -> FormBlock:
        """A question as it is answered, or why it is not; an identification with its answer only."""
        empty = FormBlock(_number(question), question.shown, state=" ".join(self._state(question)))
        fields = tuple(self._fields(question))
        if not self._relevant(question):
            return replace(empty, fields=fields)
        if question.rows:
            return replace(empty, rows=tuple(self._rows(question)), fields=fields)
        boxes = _boxes(question, self._chosen(Key(question.id)))
        shown = [box for box in boxes if box.chosen] if question.identification else boxes
        return replace(empty, boxes=tuple(shown), fields=fields)

    def _keys(self, question: Question) -> list[Key]:
        return [Key(question.id, row.id) for row in question.rows] or [Key(question.id)]

    def _given(self, key: Key) -> bool:
        return bool(self.case.answered(key)[0])

    def _broken(self, key: Key) -> bool:
        return any(variable.name in self.case.unreadable for variable in self.questionnaire.answers[key])

    def _relevant(self, question: Question) -> bool:
        """Whether it is, or may be, asked; or has an answer all the same."""
        keys = self._keys(question)
        return not self.routing.asked(question.id).false[0] or any(self._given(k) or self._broken(k) for k in keys)

    def _chosen(self, key: Key) -> set[str]:
        """The codes of the answers; a date is that of the option that asks for one."""
        chosen = set()
        for variable in self.questionnaire.answers[key]:
            if not self.text(variable):
                continue
            if variable.option is not None:
                chosen.add(variable.option.code)
            elif variable.kind == "code":
                chosen.add(variable.options[int(self.case.column(variable)[0]) - 1].code)
            else:
                chosen.update(option.code for option in variable.question.options if option.date)
        return chosen

    def _rows(self, question: Question) -> Iterator[FormRow]:
        remarks = {one.key: self._remark(one) for one in variables_of(question) if one.role == "remark" and one.row}
        for row in question.rows:
            key = Key(question.id, row.id)
            remark = Field(question.row_remark or "", remarks[key], lines=0) if any(remarks.values()) else None
            yield FormRow(_row_header(row), _boxes(question, self._chosen(key)), remark)

    # --- what is said of the answer

    def _state(self, question: Question) -> Iterator[str]:
        keys, asked = self._keys(question), self.routing.asked(question.id)
        broken = [key for key in keys if self._broken(key)]
        if question.asked_when is not None and not asked.true[0]:
            when = f"tilles kun, når {describe(question.asked_when, self.questionnaire)}."
            if not asked.false[0]:
                yield f"Det kan ikke afgøres, om spørgsmålet skal besvares. Det s{when}"
            else:
                yield f"Besvaret, men spørgsmålet s{when}" if self._relevant(question) else f"Ikke relevant: s{when}"
        else:
            open_ = [key for key in keys if not self._given(key) and key not in broken]
            yield from _of("Ikke besvaret", open_, keys)
        yield from _of("Svaret kan ikke læses", broken, keys)
        yield from self._contradictions(question)

    def _contradictions(self, question: Question) -> Iterator[str]:
        """What the checks say against the answer, once whatever number of rows it is said of."""
        told: dict[str, list[str]] = {}
        for finding in self.findings:
            if finding.code in _TOLD and self._home(finding) == question.id:
                told.setdefault(finding.message, []).extend([finding.row] if finding.row else [])
        yield from (f"{capital(message)}{_concerning(rows)}" for message, rows in told.items())

    def _home(self, finding: Finding) -> str:
        """The question that a finding is told under: of a rule the one that sets it off."""
        rules = {rule.id: rule for rule in self.questionnaire.rules}
        if finding.rule is not None:
            return _home(rules[finding.rule])
        return self.questionnaire.by_column[finding.variables[0]].question.id

    # --- what is written

    def _fields(self, question: Question) -> Iterator[Field]:
        if question.type in _WRITTEN:
            text = self.text(self.questionnaire.answers[Key(question.id)][0])
            if text:
                yield Field(_WRITTEN[question.type], text, lines=0)
        for variable in variables_of(question):
            if variable.role == "remark" and variable.row is None:
                text = self._remark(variable)
                if text:
                    yield Field(question.remark or "", text, lines=0)
        yield from self._reasons(question)

    def _remark(self, variable: Variable) -> str:
        return "Bemærkningen kan ikke læses." if variable.name in self.case.unreadable else self.text(variable)

    def _reasons(self, question: Question) -> Iterator[Field]:
        """The rules that ask for a reason under a question, each with the reason that is written."""
        for rule in self.questionnaire.rules:
            if not rule.soft or _home(rule) != question.id:
                continue
            instances = self.questionnaire.instances_of(rule)
            found = [one for one in instances if checks.breaches(self.routing, one)[0]]
            written = self.text(self.questionnaire.by_column[rule.column])
            if found:
                what = "Vurdering efter" if rule.strength == "vurdering" else "Afvigelse fra"
                rows = _concerning([one.row for one in found if one.row])
                yield Field(f"{what} {rule.id}: {rule.text}{rows}", written or self._unwritten(rule), lines=0)
            elif written:
                yield Field(f"Begrundelse, som svarene ikke kræver ({rule.id}): {rule.text}", written, lines=0)

    def _unwritten(self, rule: Rule) -> str:
        if any(one.code == "begrundelse-mangler" and one.rule == rule.id for one in self.findings):
            return "Begrundelse mangler."
        if rule.column in self.case.unreadable:
            return "Begrundelsen kan ikke læses."
        return "Begrundelsen står i bemærkningerne."


def _home(rule: Rule) -> str:
    """The question that a rule belongs to: the first that it reads."""
    return rule.keys[0].question


def _of(text: str, some: Sequence[Key], every: Sequence[Key]) -> Iterator[str]:
    """The text as a sentence about the question, or about some of its rows; nothing of none."""
    rows = [key.row for key in some if key.row]
    if some:
        yield f"{text} i række {listing(rows)}." if rows and len(some) < len(every) else f"{text}."


def _concerning(rows: Sequence[str]) -> str:
    return f" Det gælder række {listing(rows)}." if rows else ""
