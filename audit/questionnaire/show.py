"""A questionnaire as text that a person reads: questions, answers, conditions, rules and legal sources in Danish."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterable, Iterator

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


def questionnaire(one: Questionnaire, width: int | None = None) -> str:
    """The whole questionnaire; with `width` (characters a line) wrapped to it, else not wrapped at all."""
    return "\n".join(line for text in _lines(one) for line in _wrapped(text, width))


def _wrapped(text: str, width: int | None) -> list[str]:
    """A line as lines of at most `width`; the rest stands under the text of the first, past its number or dash."""
    if width is None or len(text) <= width:
        return [text]
    found = re.match(r"\s*(?:(?:\(\d+\)|[\d.]+|-) )?", text)
    rest = " " * found.end() if found else ""
    return textwrap.wrap(text, width, subsequent_indent=rest, break_long_words=False, break_on_hyphens=False)


def _lines(one: Questionnaire) -> Iterator[str]:
    yield one.title
    yield f"Skema {one.id}, version {one.version}"
    if one.source_title:
        yield " ".join(filter(None, ("Kilde:", one.source_title, one.source_url)))
    yield from _title(one.identification_title or "Identifikation")
    for field in one.fields:
        yield from _question(field, one)
    yield from _printed(one.printed_start)
    for section in one.sections:
        yield from _title(section.title)
        if section.supplement:
            yield "Står ikke i det trykte skema, og kræves aldrig udfyldt."
        for question in section.questions:
            yield from _question(question, one)
    yield from _printed(one.printed_end)
    yield from _part("Regler", (line for rule in one.rules for line in _rule(rule, one)))
    yield from _part("Afledte oplysninger", (line for derived in one.derived for line in _derived(derived)))
    yield from _part("Retskilder", (line for law in (one.laws or {}).values() for line in _law(law, one)))


def _printed(text: str) -> Iterator[str]:
    """A line that is printed on the form and is no question."""
    if text:
        yield from ("", f"  {text}")


def _part(title: str, lines: Iterable[str]) -> Iterator[str]:
    whole = list(lines)
    if whole:
        yield from _title(title)
        yield from whole


def _title(text: str) -> Iterator[str]:
    yield from ("", text, "=" * len(text))


def _question(question: Question, one: Questionnaire) -> Iterator[str]:
    yield ""
    if question.heading:
        yield from (f"  {line}" for line in question.heading.splitlines())
        yield ""
    number = f"{question.id} " if question.id[:1].isdigit() else ""
    yield f"{number}{question.shown}"
    yield f"    [{_TYPES[question.type]}]"
    if question.asked_when is not None:
        yield f"    Stilles kun, når {describe(question.asked_when, one)}."
    for row in question.rows:
        basis = _basis(row.basis, one)
        yield f"    {row.id}. {row.shown}{f' [{basis}]' if basis else ''}"
    for option in question.options:
        number = f" - {option.number}" if option.number else ""
        alone = " [udelukker andre svar]" if option.exclusive else ""
        demands = " [kræver en bemærkning]" if option.remark else ""
        yield f"    ({option.code}) {option.shown}{number}{alone}{demands}"
    remarks = [label for label in (question.remark, question.row_remark and "en bemærkning til hver række") if label]
    if remarks:
        yield f"    Felt: {'; '.join(remarks)}"
    if question.basis:
        yield f"    Retsgrundlag: {_basis(question.basis, one)}"


def _basis(basis: tuple[Basis, ...], one: Questionnaire) -> str:
    laws = one.laws or {}
    return "; ".join(" i ".join(filter(None, (item.pinpoint, laws[item.law].short))) for item in basis)


def _law(law: Law, one: Questionnaire) -> Iterator[str]:
    yield ""
    yield f"{law.short}: {law.full}"
    ends = (("fra", law.valid_from), ("til", law.valid_to))
    period = " ".join(f"{word} {long_date(day)}" for word, day in ends if day)
    if period:
        yield f"    Gælder {period}."
    if law.replaces:
        yield f"    Afløser {(one.laws or {})[law.replaces].short}."
    if law.url:
        yield f"    {law.url}"


def _rule(rule: Rule, one: Questionnaire) -> Iterator[str]:
    yield ""
    yield f"{rule.id} ({_STRENGTHS[rule.strength]})"
    yield f"    {rule.text}"
    when, then = describe(rule.when, one), describe(rule.then, one)
    if rule.both:
        yield f"    Netop når {when}, gælder det, at {then}."
    elif rule.strength == "vurdering":
        yield f"    Når {when}, skal det vurderes og begrundes, om {then}."
    else:
        holds = "er udgangspunktet" if rule.soft else "gælder det"
        yield f"    Når {when}, {holds}, at {then}."
    if rule.basis:
        yield f"    Grundlag: {rule.basis}"


def _derived(derived: Derived) -> Iterator[str]:
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
