"""What must hold in a questionnaire beyond its form: names, types, references, routing and rules that make sense."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from audit.base.danish import did_you_mean, listing, same
from audit.base.yamlfile import Source, Steps
from audit.questionnaire.binding import bind, option_places
from audit.questionnaire.condition import All, AnyOf, Condition, Not, keys, tests
from audit.questionnaire.model import Basis, Derived, Question, Questionnaire, Rule, variables_of
from audit.questionnaire.satisfy import satisfiable

_LONGEST = 32


@dataclass(frozen=True)
class Draft:
    """A questionnaire whose conditions are unbound, and where its parts stand (`questions` in the same order).

    `dropped` names what was left out because of faults of form; `whole` is false where something else was.
    """

    questionnaire: Questionnaire
    questions: tuple[Steps, ...]
    rules: tuple[Steps, ...]
    derived: tuple[Steps, ...]
    dropped: frozenset[str] = frozenset()
    whole: bool = True


def check(source: Source, draft: Draft) -> Questionnaire:
    """The questionnaire with its conditions bound; every fault is noted in `source`.

    Questions and rules with a fault in their condition lose that condition, or are left out.
    """
    linter = _Linter(source, draft)
    linter.names()
    linter.questions()
    if draft.whole:
        linter.references()
    bound = linter.bound()
    linter.sense(bound)
    return bound


class _Linter:
    def __init__(self, source: Source, draft: Draft) -> None:
        self.source = source
        self.draft = draft.questionnaire
        self.asked = list(zip(self.draft.questions, draft.questions, strict=True))
        self.rules = list(zip(self.draft.rules, draft.rules, strict=True))
        self.derived = list(zip(self.draft.derived, draft.derived, strict=True))
        #: Where each question stands; of two with the same id the first.
        self.places = {question.id: steps for question, steps in reversed(self.asked)}
        #: What other parts cannot be judged by.
        self.dropped = set(draft.dropped)

    # --- names ----------------------------------------------------------------------------------------------------

    def names(self) -> None:
        """Ids and columns are unique, and columns are not too long."""
        ids = [(question.id, (*steps, "id")) for question, steps in self.asked]
        ids.extend((one.id, (*steps, "id")) for one, steps in self.derived)
        self.dropped |= self._unique(ids, "dobbelt-id", "id'et")
        self._unique(((rule.id, (*steps, "id")) for rule, steps in self.rules), "dobbelt-id", "regel-id'et")
        sections = ((section.id, ("sections", index, "id")) for index, section in enumerate(self.draft.sections))
        self._unique(sections, "dobbelt-id", "afsnits-id'et")
        columns = [
            (variable.name, (*steps, "id"))
            for question, steps in self.asked
            if question.id not in self.dropped
            for variable in variables_of(question)
        ]
        columns.extend((rule.column, (*steps, "id")) for rule, steps in self.rules if rule.soft)
        columns.extend((one.id, (*steps, "id")) for one, steps in self.derived if one.id not in self.dropped)
        self._unique(columns, "dobbelt-kolonne", "kolonnenavnet")
        for name, steps in columns:
            if len(name) > _LONGEST:
                message = f'kolonnenavnet "{name}" er længere end {_LONGEST} tegn'
                self.source.fault(steps, "kolonnenavn", message)

    def _unique(self, named: Iterable[tuple[str, Steps]], code: str, what: str) -> set[str]:
        """Note every name that stands in a second place; the names are returned."""
        first: dict[str, Steps] = {}
        twice: set[str] = set()
        for name, steps in named:
            if first.setdefault(name, steps) != steps:
                self.source.fault(steps, code, f'{what} "{name}" er brugt før', see=(first[name],))
                twice.add(name)
        return twice

    # --- questions ------------------------------------------------------------------------------------------------

    def questions(self) -> None:
        """Each type has what it needs and nothing else; options and rows are distinct."""
        for question, steps in self.asked:
            for wrong, part, message in _type_faults(question):
                if wrong:
                    self.source.fault((*steps, part), "forkert-type", message, key=True)
                    self.dropped.add(question.id)
            options: Steps = (*steps, "options")
            codes = ((option.code, (*options, index, "code")) for index, option in enumerate(question.options))
            self._unique(codes, "dobbelt-svar", "svarkoden")
            rows = ((row.id, (*steps, "rows", index, "id")) for index, row in enumerate(question.rows))
            self._unique(rows, "dobbelt-raekke", "rækken")
            self._names_of_options(question, options)
            if not question.remark and not question.row_remark:
                self._no_place_for_remarks(question, options)

    def _names_of_options(self, question: Question, options: Steps) -> None:
        seen: dict[str, int] = {}
        for index, option in enumerate(question.options):
            for name in option.names:
                first = seen.setdefault(same(name), index)
                if question.options[first].code != option.code:
                    message = f'"{name}" kan betyde to forskellige svar'
                    self.source.fault((*options, index, "text"), "tvetydigt-svar", message, see=((*options, first),))

    def _no_place_for_remarks(self, question: Question, options: Steps) -> None:
        for index, option in enumerate(question.options):
            if option.remark:
                message = "svaret kræver en bemærkning, men spørgsmålet har intet bemærkningsfelt (remark)"
                self.source.fault((*options, index), "bemaerkning-uden-felt", message)

    # --- references -----------------------------------------------------------------------------------------------

    def references(self) -> None:
        """Unit, key, decision date, laws and derived variables name things that exist and fit."""
        fields = {field.id: field for field in self.draft.fields}
        closed = [name for name, field in fields.items() if field.type == "choice"]
        dates = [question.id for question in self.draft.questions if question.type == "date"]
        unit, dated = self.draft.unit, self.draft.decision_date
        self._one_of(unit, closed, ("unit",), "ukendt-enhed", "en identifikation med faste svar")
        for index, name in enumerate(self.draft.key):
            self._one_of(name, list(fields), ("key", index), "ukendt-noeglefelt", "en identifikation")
        if dated is not None:
            self._one_of(dated, dates, ("decision_date",), "ukendt-dato", "et datospørgsmål")
        self._scoring(list(fields))
        self._laws()
        for derived, steps in self.derived:
            self._derived(derived, steps, dates)

    def _scoring(self, fields: list[str]) -> None:
        """Who scored a case, and what marks it as an example."""
        if self.draft.reviewer is not None:
            self._one_of(self.draft.reviewer, fields, ("reviewer",), "ukendt-sagsmaaler", "en identifikation")
        if self.draft.example is not None:
            asked = (question for question in self.draft.questions if question.supplement and not question.asked_when)
            marks = [question.id for question in asked if question.type == "choice"]
            what = "et supplerende spørgsmål med faste svar, som altid stilles"
            self._one_of(self.draft.example, marks, ("example",), "ukendt-markering", what)

    def _one_of(self, name: str, known: list[str], steps: Steps, code: str, what: str) -> None:
        if name not in known and name not in self.dropped:
            self.source.fault(steps, code, f'"{name}" er ikke {what}.{did_you_mean(name, known)}')

    def _laws(self) -> None:
        laws = self.draft.laws or {}
        for name, law in laws.items():
            steps: Steps = ("laws", name)
            if law.valid_from and law.valid_to and law.valid_from > law.valid_to:
                self.source.fault((*steps, "to"), "periode", "perioden slutter, før den begynder")
            if law.replaces is not None:
                self._one_of(law.replaces, list(laws), (*steps, "replaces"), "ukendt-retskilde", "en retskilde")
                before = laws[law.replaces].valid_from if law.replaces in laws else None
                if law.valid_from is None or (before is not None and before >= law.valid_from):
                    message = 'en retskilde, der afløser en anden, skal have et senere "from" end den'
                    self.source.fault((*steps, "replaces"), "periode", message)
        for question, at in self.asked:
            for basis, place in _bases(question, at):
                self._one_of(basis.law, list(laws), (*place, "law"), "ukendt-retskilde", "en retskilde")

    def _derived(self, derived: Derived, steps: Steps, dates: list[str]) -> None:
        if derived.kind == "merge":
            self._merge(derived, steps)
        elif derived.kind == "bands":
            self._bands(derived, steps)
        elif derived.kind == "year":
            self._one_of(derived.source, dates, (*steps, "year", "of"), "afledt", "et datospørgsmål")
        else:
            self._one_of(derived.source, dates, (*steps, "years", "to"), "afledt", "et datospørgsmål")
            self._one_of(derived.start or "", dates, (*steps, "years", "from"), "afledt", "et datospørgsmål")

    def _bands(self, derived: Derived, steps: Steps) -> None:
        numbers = [question.id for question in self.draft.questions if question.type == "number"]
        above = self.derived[: [one for one, _ in self.derived].index(derived)]
        numbers.extend(one.id for one, _ in above if one.kind in ("years", "year"))
        self._one_of(derived.source, numbers, (*steps, "bands", "of"), "afledt", "et tal eller et antal år ovenfor")
        highest: float | None = None
        for index, band in enumerate(derived.groups):
            at: Steps = (*steps, "bands", "into", index)
            if band.low is not None and band.high is not None and band.low > band.high:
                self.source.fault(at, "afledt", f'gruppen "{band.text}" er tom: min er større end max')
            elif index and (highest is None or band.low is None or band.low <= highest):
                see: Steps = (*steps, "bands", "into", index - 1)
                self.source.fault(at, "afledt", f'gruppen "{band.text}" overlapper gruppen før', see=(see,))
            highest = band.high

    def _merge(self, derived: Derived, steps: Steps) -> None:
        choices = [question.id for question in self.draft.questions if question.type == "choice"]
        self._one_of(derived.source, choices, (*steps, "merge", "of"), "afledt", "et spørgsmål med ét fast svar")
        if derived.source not in choices or derived.source in self.dropped:
            return
        question = self.draft.by_id[derived.source]
        taken: dict[str, Steps] = {}
        for number, group in enumerate(derived.groups):
            for index, answer in enumerate(group.answers):
                at: Steps = (*steps, "merge", "into", number, "answers", index)
                option = question.option(answer)
                if option is None:
                    see = option_places(self.draft, question.id, self.places)
                    self.source.fault(at, "ukendt-svar", f'{question.id} har ikke svaret "{answer}"', see=see)
                elif taken.setdefault(option.code, at) != at:
                    message = f'svaret "{answer}" er med i to grupper'
                    self.source.fault(at, "afledt", message, see=(taken[option.code],))

    # --- conditions -----------------------------------------------------------------------------------------------

    def bound(self) -> Questionnaire:
        """The questionnaire with bound conditions; a question is asked only on what stands before it."""
        order = {question.id: number for number, question in reversed(list(enumerate(self.draft.questions)))}
        sections = tuple(
            replace(section, questions=tuple(self._bound_question(question, order) for question in section.questions))
            for section in self.draft.sections
        )
        bound = ((self._bound_rule(rule, steps), steps) for rule, steps in self.rules)
        self.rules = [(rule, steps) for rule, steps in bound if rule is not None]
        return replace(self.draft, sections=sections, rules=tuple(rule for rule, _ in self.rules))

    def _bound_question(self, question: Question, order: dict[str, int]) -> Question:
        if question.asked_when is None:
            return question
        later = [key.question for key in keys(question.asked_when) if order.get(key.question, -1) >= order[question.id]]
        for name in later:
            message = f"{question.id} kan ikke afhænge af {name}, som først besvares senere"
            if name == question.id:
                message = f"{name} kan ikke afhænge af sit eget svar"
            steps: Steps = (*self.places[question.id], "asked_when")
            self.source.fault(steps, "senere-spoergsmaal", message, key=True, see=(self.places[name],))
        asked = self._bind(question.asked_when)
        return replace(question, asked_when=None if later else asked)

    def _bind(self, condition: Condition, each_row: str | None = None) -> Condition | None:
        return bind(self.source, self.draft, condition, places=self.places, dropped=self.dropped, each_row=each_row)

    def _bound_rule(self, rule: Rule, steps: Steps) -> Rule | None:
        if rule.each_row is not None:
            grids = [question.id for question in self.draft.questions if question.type == "grid"]
            self._one_of(rule.each_row, grids, (*steps, "each_row"), "ukendt-spoergsmaal", "en tabel")
            if rule.each_row not in grids or rule.each_row in self.dropped:
                return None
        when, then = self._bind(rule.when, rule.each_row), self._bind(rule.then, rule.each_row)
        return None if when is None or then is None else replace(rule, when=when, then=then)

    # --- sense ----------------------------------------------------------------------------------------------------

    def sense(self, bound: Questionnaire) -> None:
        """Every question can be reached, every rule can be triggered and kept, no rules contradict each other.

        What was left out because of a fault only makes more possible, so nothing is told here that isn't so.
        """
        for question in bound.questions:
            if question.asked_when is not None and not satisfiable(bound, [question.asked_when]):
                steps: Steps = (*self.places[question.id], "asked_when")
                see = _depends_on(bound, question.asked_when)
                self.source.fault(steps, "aldrig-stillet", f"{question.id} kan aldrig blive stillet", key=True, see=see)
        sound = [(rule, steps) for rule, steps in self.rules if self._can_be_kept(bound, rule, steps)]
        skal = [rule for rule, _ in sound if rule.strength == "skal"]
        told: list[set[str]] = []
        cores = [
            (_conflicting(bound, rule, [other for other in skal if other is not rule]), rule, steps)
            for rule, steps in reversed(sound)
        ]
        for core, rule, steps in sorted(cores, key=lambda found: len(found[0])):
            names = {one.id for one in (rule, *core)}
            if core and not any(fewer <= names for fewer in told):
                told.append(names)
                against = listing(f"regel {one.id}" for one in core)
                message = f"regel {rule.id} strider mod {against}: de kan ikke alle overholdes"
                see = _depends_on(bound, *(part for one in (rule, *core) for part in (one.when, one.then)))
                self.source.fault((*steps, _demanded(rule)), "regler-strider", message, key=True, see=see)

    def _can_be_kept(self, bound: Questionnaire, rule: Rule, steps: Steps) -> bool:
        see = _depends_on(bound, rule.when, rule.then)
        for instance in bound.instances_of(rule):
            if not satisfiable(bound, [instance.when]):
                message = f"regel {rule.id} kan aldrig blive udløst"
                self.source.fault((*steps, "when"), "doed-regel", message, key=True, see=see)
                return False
            if rule.strength != "vurdering" and not satisfiable(bound, [instance.when, instance.then]):
                message = f"regel {rule.id} kan aldrig overholdes, når den er udløst"
                self.source.fault((*steps, _demanded(rule)), "umulig-regel", message, key=True, see=see)
                return False
        return True


def _conflicting(questionnaire: Questionnaire, rule: Rule, others: list[Rule]) -> list[Rule]:
    """Rules (no more than it takes) that make it impossible to keep this one once it is triggered; none if nothing."""
    if rule.strength == "vurdering":
        return []

    def possible(kept: list[Rule], instance: Rule) -> bool:
        demands = [_demand(one) for other in kept for one in questionnaire.instances_of(other)]
        return satisfiable(questionnaire, [instance.when, instance.then, *demands])

    for instance in questionnaire.instances_of(rule):
        if not possible(others, instance):
            core = others
            for other in others:
                fewer = [one for one in core if one is not other]
                core = core if possible(fewer, instance) else fewer
            return core
    return []


def _demand(rule: Rule) -> Condition:
    """What a rule demands of a case, as one condition."""
    forward: Condition = AnyOf((Not(rule.when), rule.then))
    return All((forward, AnyOf((Not(rule.then), rule.when)))) if rule.both else forward


def _demanded(rule: Rule) -> str:
    return "exactly" if rule.both else "then"


def _depends_on(questionnaire: Questionnaire, *conditions: Condition) -> tuple[Steps, ...]:
    """Where the tests of the conditions stand, and those that decide whether their questions are asked."""
    found: list[Steps] = []
    waiting = list(conditions)
    for condition in waiting:  # grows on the way
        found.extend(test.steps for test in tests(condition))
        routing = (questionnaire.by_id[key.question].asked_when for key in keys(condition))
        waiting.extend(asked for asked in routing if asked is not None and not any(asked is one for one in waiting))
    return tuple(found)


def _bases(question: Question, steps: Steps) -> Iterator[tuple[Basis, Steps]]:
    for index, basis in enumerate(question.basis):
        yield basis, (*steps, "basis", index)
    for number, row in enumerate(question.rows):
        for index, basis in enumerate(row.basis):
            yield basis, (*steps, "rows", number, "basis", index)


def _type_faults(question: Question) -> Iterator[tuple[bool, str, str]]:
    """Pairs of whether something is wrong, the part that is, and what."""
    options, kind = question.options, question.type
    grid, counted, dated = kind == "grid", question.closed, sum(option.date for option in options)
    yield counted and not options, "type", "spørgsmålet skal have svarmuligheder (options)"
    yield kind in ("text", "number") and bool(options), "options", "et tekst- eller talfelt har ingen svarmuligheder"
    yield grid and not question.rows, "type", "en tabel skal have rækker (rows)"
    yield not grid and bool(question.rows), "rows", "kun en tabel (grid) har rækker"
    yield not grid and bool(question.row_remark), "row_remark", "kun en tabel (grid) har bemærkninger til rækkerne"
    yield kind != "date" and dated > 0, "options", "kun et datospørgsmål kan have et svar, der er selve datoen"
    yield kind == "date" and bool(options) and dated != 1, "options", "netop ét svar skal være datoen (date: ja)"
    both = any(option.date and option.remark for option in options)
    yield kind == "date" and both, "options", "selve datoen kan ikke kræve en bemærkning"
    alone = any(option.exclusive for option in options)
    yield kind != "choices" and alone, "options", "kun et spørgsmål med flere svar kan have svar, der udelukker andre"
