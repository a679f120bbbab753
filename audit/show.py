"""A questionnaire as text that a person reads: questions, answers, conditions, rules and legal sources in Danish."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator

from audit.questionnaire import Basis, Derived, Law, Question, Questionnaire, Rule, describe

_WIDTH = 100
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


def questionnaire(one: Questionnaire) -> str:
    """The whole questionnaire, wrapped at 100 characters."""
    return "\n".join(_lines(one))


def _lines(one: Questionnaire) -> Iterator[str]:
    yield from _wrapped(one.title)
    yield f"Skema {one.id}, version {one.version}"
    if one.source_title:
        yield from _wrapped(f"Kilde: {one.source_title}")
    yield from _title(one.identification_title or "Identifikation")
    for field in one.fields:
        yield from _question(field, one)
    for section in one.sections:
        yield from _title(section.title)
        if section.supplement:
            yield from _wrapped("Står ikke i det trykte skema, og kræves aldrig udfyldt.")
        for question in section.questions:
            yield from _question(question, one)
    yield from _part("Regler", [line for rule in one.rules for line in _rule(rule, one)])
    yield from _part("Afledte oplysninger", [line for derived in one.derived for line in _derived(derived)])
    yield from _part("Retskilder", [line for law in (one.laws or {}).values() for line in _law(law)])


def _part(title: str, lines: list[str]) -> Iterator[str]:
    if lines:
        yield from _title(title)
        yield from lines


def _title(text: str) -> Iterator[str]:
    yield ""
    yield text
    yield "=" * len(text)


def _wrapped(text: str, first: str = "", rest: str = "") -> list[str]:
    return textwrap.wrap(
        text, _WIDTH, initial_indent=first, subsequent_indent=rest, break_long_words=False, break_on_hyphens=False
    )


def _question(question: Question, one: Questionnaire) -> Iterator[str]:
    yield ""
    if question.heading:
        yield from (f"  {line}" for line in question.heading.splitlines())
        yield ""
    number = f"{question.id} " if question.id[:1].isdigit() else ""
    yield from _wrapped(f"{number}{question.shown}", rest=" " * len(number))
    yield from _wrapped(f"[{_TYPES[question.type]}]", "    ")
    if question.asked_when is not None:
        yield from _wrapped(f"Stilles kun, når {describe(question.asked_when, one)}.", "    ", "    ")
    for row in question.rows:
        basis = _basis(row.basis, one)
        yield from _wrapped(f"{row.id}. {row.shown}{f' [{basis}]' if basis else ''}", "    ", "       ")
    for option in question.options:
        number = f" - {option.number}" if option.number else ""
        alone = " [udelukker andre svar]" if option.exclusive else ""
        demands = " [kræver en bemærkning]" if option.remark else ""
        yield from _wrapped(f"({option.code}) {option.shown}{number}{alone}{demands}", "    ", "        ")
    remarks = [label for label in (question.remark, question.row_remark and "en bemærkning til hver række") if label]
    if remarks:
        yield from _wrapped(f"Felt: {'; '.join(remarks)}", "    ", "    ")
    if question.basis:
        yield from _wrapped(f"Retsgrundlag: {_basis(question.basis, one)}", "    ", "    ")


def _basis(basis: tuple[Basis, ...], one: Questionnaire) -> str:
    laws = one.laws or {}
    return "; ".join(f"{laws[item.law].short} {item.pinpoint}".strip() for item in basis)


def _law(law: Law) -> Iterator[str]:
    yield from _wrapped(law.title)
    if law.url:
        yield f"    {law.url}"


def _rule(rule: Rule, one: Questionnaire) -> Iterator[str]:
    yield ""
    yield from _wrapped(f"{rule.id} ({_STRENGTHS[rule.strength]})")
    yield from _wrapped(rule.text, "    ", "    ")
    then = "netop da skal gælde, at" if rule.both else "så"
    condition = f"Når {describe(rule.when, one)}, {then} {describe(rule.then, one)}."
    yield from _wrapped(condition, "    ", "    ")
    if rule.basis:
        yield from _wrapped(f"Grundlag: {rule.basis}", "    ", "    ")


def _derived(derived: Derived) -> Iterator[str]:
    yield ""
    kinds = {
        "years": f"hele år fra {derived.start} til {derived.of}",
        "year": f"året i {derived.of}",
        "bands": f"grupper af {derived.of}",
        "merge": f"svar på {derived.of} lagt sammen",
    }
    yield from _wrapped(f"{derived.id}: {derived.text} ({kinds[derived.kind]})", rest="    ")
    for group in derived.groups:
        answers = f" ({' + '.join(group.answers)})" if group.answers else ""
        yield from _wrapped(f"{group.text}{answers}", "    - ", "      ")
