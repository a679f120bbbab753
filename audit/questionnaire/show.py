"""A questionnaire as text for people to read: questions, answers, conditions, rules and legal sources in Danish."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterable, Iterator
from itertools import chain

from audit.base.danish import long_date
from audit.questionnaire.describe import describe
from audit.questionnaire.model import Basis, Derived, Law, Question, Questionnaire, Rule

_TYPES = {
    "choice": "ét svar",
    "choices": "flere svar",
    "date": "dato",
    "text": "tekst",
    "number": "tal",
    "grid": "tabel: ét svar i hver række",
}
_STRENGTHS = {
    "skal": "skal: et brud er en fejl",
    "udgangspunkt": "udgangspunkt: en afvigelse skal begrundes",
    "vurdering": "vurdering: svaret skal begrundes",
}


def questionnaire_text(questionnaire: Questionnaire, width: int | None = None) -> str:
    """The whole questionnaire; with `width` (characters per line) wrapped to it, else not wrapped at all."""
    return "\n".join(line for paragraph in _questionnaire_lines(questionnaire) for line in _wrap(paragraph, width))


def _wrap(text: str, width: int | None) -> list[str]:
    """A line as lines of at most `width`; the rest stands under the text of the first, past its number or dash."""
    if width is None or len(text) <= width:
        return [text]
    prefix = re.match(r"\s*(?:(?:\(\d+\)|[\d.]+|-) )?", text)
    indent = " " * prefix.end() if prefix else ""
    return textwrap.wrap(text, width, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False)


def _questionnaire_lines(questionnaire: Questionnaire) -> Iterator[str]:
    yield questionnaire.title
    yield f"Skema {questionnaire.id}, version {questionnaire.version}"
    if questionnaire.source_title:
        yield " ".join(filter(None, ("Kilde:", questionnaire.source_title, questionnaire.source_url)))
    yield from _title_lines(questionnaire.identification_title or "Identifikation")
    for field in questionnaire.fields:
        yield from _question_lines(field, questionnaire)
    yield from _printed_lines(questionnaire.printed_start)
    for section in questionnaire.sections:
        yield from _title_lines(section.title)
        if section.supplement:
            yield "Står ikke i det trykte skema, og kræves aldrig udfyldt."
        for question in section.questions:
            yield from _question_lines(question, questionnaire)
    yield from _printed_lines(questionnaire.printed_end)
    laws = (questionnaire.laws or {}).values()
    yield from _part_lines("Regler", (_rule_lines(rule, questionnaire) for rule in questionnaire.rules))
    yield from _part_lines("Afledte oplysninger", map(_derived_lines, questionnaire.derived))
    yield from _part_lines("Retskilder", (_law_lines(law, questionnaire) for law in laws))


def _printed_lines(text: str) -> Iterator[str]:
    """A line that is printed on the form and is not a question."""
    if text:
        yield from ("", f"  {text}")


def _part_lines(title: str, entries: Iterable[Iterable[str]]) -> Iterator[str]:
    """A titled part with the lines of its entries; nothing where it has none."""
    lines = list(chain.from_iterable(entries))
    if lines:
        yield from _title_lines(title)
        yield from lines


def _title_lines(text: str) -> Iterator[str]:
    yield from ("", text, "=" * len(text))


def _question_lines(question: Question, questionnaire: Questionnaire) -> Iterator[str]:
    yield ""
    if question.heading:
        yield from (f"  {line}" for line in question.heading.splitlines())
        yield ""
    number = f"{question.id} " if question.id[:1].isdigit() else ""
    yield f"{number}{question.shown}"
    yield f"    [{_TYPES[question.type]}]"
    if question.asked_when is not None:
        yield f"    Stilles kun, når {describe(question.asked_when, questionnaire)}."
    for row in question.rows:
        basis = _basis_text(row.basis, questionnaire)
        yield f"    {row.id}. {row.shown}{f' [{basis}]' if basis else ''}"
    for option in question.options:
        number = f" - {option.number}" if option.number else ""
        exclusive = " [udelukker andre svar]" if option.exclusive else ""
        demands = " [kræver en bemærkning]" if option.remark else ""
        yield f"    ({option.code}) {option.shown}{number}{exclusive}{demands}"
    remarks = [label for label in (question.remark, question.row_remark and "en bemærkning til hver række") if label]
    if remarks:
        yield f"    Felt: {'; '.join(remarks)}"
    if question.basis:
        yield f"    Retsgrundlag: {_basis_text(question.basis, questionnaire)}"


def _basis_text(basis: tuple[Basis, ...], questionnaire: Questionnaire) -> str:
    laws = questionnaire.laws or {}
    return "; ".join(" i ".join(filter(None, (item.pinpoint, laws[item.law].short))) for item in basis)


def _law_lines(law: Law, questionnaire: Questionnaire) -> Iterator[str]:
    yield ""
    yield f"{law.short}: {law.full}"
    ends = (("fra", law.valid_from), ("til", law.valid_to))
    period = " ".join(f"{word} {long_date(day)}" for word, day in ends if day)
    if period:
        yield f"    Gælder {period}."
    if law.replaces:
        yield f"    Afløser {(questionnaire.laws or {})[law.replaces].short}."
    if law.url:
        yield f"    {law.url}"


def _rule_lines(rule: Rule, questionnaire: Questionnaire) -> Iterator[str]:
    yield ""
    yield f"{rule.id} ({_STRENGTHS[rule.strength]})"
    yield f"    {rule.text}"
    when, then = describe(rule.when, questionnaire), describe(rule.then, questionnaire)
    if rule.both:
        yield f"    Netop når {when}, gælder det, at {then}."
    elif rule.strength == "vurdering":
        yield f"    Når {when}, skal det vurderes og begrundes, om {then}."
    else:
        holds = "er udgangspunktet" if rule.soft else "gælder det"
        yield f"    Når {when}, {holds}, at {then}."
    if rule.basis:
        yield f"    Grundlag: {rule.basis}"


def _derived_lines(derived: Derived) -> Iterator[str]:
    yield ""
    kinds = {
        "years": f"hele år fra {derived.start} til {derived.source}",
        "year": f"året i {derived.source}",
        "bands": f"grupper af {derived.source}",
        "merge": f"svar på {derived.source} lagt sammen",
    }
    yield f"{derived.id}: {derived.text} ({kinds[derived.kind]})"
    for group in derived.groups:
        answers = f" ({' + '.join(group.answers)})" if group.answers else ""
        yield f"    - {group.text}{answers}"
