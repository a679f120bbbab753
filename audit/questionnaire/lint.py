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
    """A questionnaire with unbound conditions, and the places of its parts (`questions` in the same order).

    `dropped` names the parts left out because of faults of form; `whole` is false where anything else was left out.
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
    linter.check_names()
    linter.check_questions()
    if draft.whole:
        linter.check_references()
    bound = linter.bind_conditions()
    linter.check_sense(bound)
    return bound


class _Linter:
    def __init__(self, source: Source, draft: Draft) -> None:
        self.source = source
        self.draft = draft.questionnaire
        self.placed_questions = list(zip(self.draft.questions, draft.questions, strict=True))
        self.placed_rules = list(zip(self.draft.rules, draft.rules, strict=True))
        self.placed_derived = list(zip(self.draft.derived, draft.derived, strict=True))
        #: Where each question stands; of two with the same id the first.
        self.places = {question.id: steps for question, steps in reversed(self.placed_questions)}
        #: The parts with faults, by which no other part is judged.
        self.dropped = set(draft.dropped)

    # --- names ----------------------------------------------------------------------------------------------------

    def check_names(self) -> None:
        """Ids and columns are unique, and columns are not too long."""
        ids = [(question.id, (*steps, "id")) for question, steps in self.placed_questions]
        derived_ids = [(derived.id, (*steps, "id")) for derived, steps in self.placed_derived]
        ids.extend(derived_ids)
        self.dropped |= self._check_unique(ids, "dobbelt-id", "id'et")
        rule_ids = ((rule.id, (*steps, "id")) for rule, steps in self.placed_rules)
        self._check_unique(rule_ids, "dobbelt-id", "regel-id'et")
        sections = ((section.id, ("sections", index, "id")) for index, section in enumerate(self.draft.sections))
        self._check_unique(sections, "dobbelt-id", "afsnits-id'et")
        columns = [
            (variable.name, (*steps, "id"))
            for question, steps in self.placed_questions
            if question.id not in self.dropped
            for variable in variables_of(question)
        ]
        columns.extend((rule.column, (*steps, "id")) for rule, steps in self.placed_rules if rule.soft)
        columns.extend((name, steps) for name, steps in derived_ids if name not in self.dropped)
        self._check_unique(columns, "dobbelt-kolonne", "kolonnenavnet")
        for name, steps in columns:
            if len(name) > _LONGEST:
                message = f'kolonnenavnet "{name}" er længere end {_LONGEST} tegn'
                self.source.fault(steps, "kolonnenavn", message)

    def _check_unique(self, names: Iterable[tuple[str, Steps]], code: str, what: str) -> set[str]:
        """Note a fault at every repeated name; returns those names."""
        first: dict[str, Steps] = {}
        repeated: set[str] = set()
        for name, steps in names:
            if first.setdefault(name, steps) != steps:
                self.source.fault(steps, code, f'{what} "{name}" er brugt før', see=(first[name],))
                repeated.add(name)
        return repeated

    # --- questions ------------------------------------------------------------------------------------------------

    def check_questions(self) -> None:
        """Each type has what it needs and nothing else; options and rows are distinct."""
        for question, steps in self.placed_questions:
            for is_wrong, part, message in _type_faults(question):
                if is_wrong:
                    self.source.fault((*steps, part), "forkert-type", message, key=True)
                    self.dropped.add(question.id)
            options: Steps = (*steps, "options")
            codes = ((option.code, (*options, index, "code")) for index, option in enumerate(question.options))
            self._check_unique(codes, "dobbelt-svar", "svarkoden")
            rows = ((row.id, (*steps, "rows", index, "id")) for index, row in enumerate(question.rows))
            self._check_unique(rows, "dobbelt-raekke", "rækken")
            self._check_option_names(question, options)
            if not question.remark and not question.row_remark:
                self._check_remarks(question, options)

    def _check_option_names(self, question: Question, options: Steps) -> None:
        first_index: dict[str, int] = {}
        for index, option in enumerate(question.options):
            for name in option.names:
                first = first_index.setdefault(same(name), index)
                if question.options[first].code != option.code:
                    message = f'"{name}" kan betyde to forskellige svar'
                    self.source.fault((*options, index, "text"), "tvetydigt-svar", message, see=((*options, first),))

    def _check_remarks(self, question: Question, options: Steps) -> None:
        for index, option in enumerate(question.options):
            if option.remark:
                message = "svaret kræver en bemærkning, men spørgsmålet har intet bemærkningsfelt (remark)"
                self.source.fault((*options, index), "bemaerkning-uden-felt", message)

    # --- references -----------------------------------------------------------------------------------------------

    def check_references(self) -> None:
        """Unit, key, decision date, laws and derived variables name things that exist and are of the right type."""
        fields = {field.id: field for field in self.draft.fields}
        closed = [name for name, field in fields.items() if field.type == "choice"]
        dates = [question.id for question in self.draft.questions if question.type == "date"]
        unit, decision_date = self.draft.unit, self.draft.decision_date
        self._require(unit, closed, ("unit",), "ukendt-enhed", "en identifikation med faste svar")
        for index, name in enumerate(self.draft.key):
            self._require(name, list(fields), ("key", index), "ukendt-noeglefelt", "en identifikation")
        if decision_date is not None:
            self._require(decision_date, dates, ("decision_date",), "ukendt-dato", "et datospørgsmål")
        self._check_scoring(list(fields))
        self._check_laws()
        for derived, steps in self.placed_derived:
            self._check_derived(derived, steps, dates)

    def _check_scoring(self, fields: list[str]) -> None:
        """Who scored a case, and what marks it as an example."""
        if self.draft.reviewer is not None:
            self._require(self.draft.reviewer, fields, ("reviewer",), "ukendt-sagsmaaler", "en identifikation")
        if self.draft.example is not None:
            supplement = (question for question in self.draft.questions if question.supplement)
            marks = [question.id for question in supplement if question.type == "choice" and not question.asked_when]
            what = "et supplerende spørgsmål med faste svar, som altid stilles"
            self._require(self.draft.example, marks, ("example",), "ukendt-markering", what)

    def _require(self, name: str, candidates: list[str], steps: Steps, code: str, expected: str) -> None:
        if name not in candidates and name not in self.dropped:
            self.source.fault(steps, code, f'"{name}" er ikke {expected}.{did_you_mean(name, candidates)}')

    def _check_laws(self) -> None:
        laws = self.draft.laws or {}
        for name, law in laws.items():
            steps: Steps = ("laws", name)
            if law.valid_from and law.valid_to and law.valid_from > law.valid_to:
                self.source.fault((*steps, "to"), "periode", "perioden slutter, før den begynder")
            if law.replaces is not None:
                self._require(law.replaces, list(laws), (*steps, "replaces"), "ukendt-retskilde", "en retskilde")
                replaced_from = laws[law.replaces].valid_from if law.replaces in laws else None
                if law.valid_from is None or (replaced_from is not None and replaced_from >= law.valid_from):
                    message = 'en retskilde, der afløser en anden, skal have et senere "from" end den'
                    self.source.fault((*steps, "replaces"), "periode", message)
        for question, question_steps in self.placed_questions:
            for basis, basis_steps in _bases(question, question_steps):
                self._require(basis.law, list(laws), (*basis_steps, "law"), "ukendt-retskilde", "en retskilde")

    def _check_derived(self, derived: Derived, steps: Steps, dates: list[str]) -> None:
        if derived.kind == "merge":
            self._check_merge(derived, steps)
        elif derived.kind == "bands":
            self._check_bands(derived, steps)
        elif derived.kind == "year":
            self._require(derived.source, dates, (*steps, "year", "of"), "afledt", "et datospørgsmål")
        else:
            self._require(derived.source, dates, (*steps, "years", "to"), "afledt", "et datospørgsmål")
            self._require(derived.start or "", dates, (*steps, "years", "from"), "afledt", "et datospørgsmål")

    def _check_bands(self, derived: Derived, steps: Steps) -> None:
        numbers = [question.id for question in self.draft.questions if question.type == "number"]
        earlier = self.placed_derived[: [variable for variable, _ in self.placed_derived].index(derived)]
        numbers.extend(variable.id for variable, _ in earlier if variable.kind in ("years", "year"))
        self._require(derived.source, numbers, (*steps, "bands", "of"), "afledt", "et tal eller et antal år ovenfor")
        previous_high: float | None = None
        for index, band in enumerate(derived.groups):
            place: Steps = (*steps, "bands", "into", index)
            if band.low is not None and band.high is not None and band.low > band.high:
                self.source.fault(place, "afledt", f'gruppen "{band.text}" er tom: min er større end max')
            elif index and (previous_high is None or band.low is None or band.low <= previous_high):
                see: Steps = (*steps, "bands", "into", index - 1)
                self.source.fault(place, "afledt", f'gruppen "{band.text}" overlapper gruppen før', see=(see,))
            previous_high = band.high

    def _check_merge(self, derived: Derived, steps: Steps) -> None:
        choices = [question.id for question in self.draft.questions if question.type == "choice"]
        self._require(derived.source, choices, (*steps, "merge", "of"), "afledt", "et spørgsmål med ét fast svar")
        if derived.source not in choices or derived.source in self.dropped:
            return
        question = self.draft.by_id[derived.source]
        first_use: dict[str, Steps] = {}
        for number, group in enumerate(derived.groups):
            for index, answer in enumerate(group.answers):
                place: Steps = (*steps, "merge", "into", number, "answers", index)
                option = question.option(answer)
                if option is None:
                    see = option_places(self.draft, question.id, self.places)
                    self.source.fault(place, "ukendt-svar", f'{question.id} har ikke svaret "{answer}"', see=see)
                elif first_use.setdefault(option.code, place) != place:
                    message = f'svaret "{answer}" er med i to grupper'
                    self.source.fault(place, "afledt", message, see=(first_use[option.code],))

    # --- conditions -----------------------------------------------------------------------------------------------

    def bind_conditions(self) -> Questionnaire:
        """The questionnaire with bound conditions; the condition of a question reads only earlier questions."""
        order = {question.id: number for number, question in reversed(list(enumerate(self.draft.questions)))}
        sections = tuple(
            replace(section, questions=tuple(self._bind_question(question, order) for question in section.questions))
            for section in self.draft.sections
        )
        bound = ((self._bind_rule(rule, steps), steps) for rule, steps in self.placed_rules)
        self.placed_rules = [(rule, steps) for rule, steps in bound if rule is not None]
        return replace(self.draft, sections=sections, rules=tuple(rule for rule, _ in self.placed_rules))

    def _bind_question(self, question: Question, order: dict[str, int]) -> Question:
        if question.asked_when is None:
            return question
        later = [key.question for key in keys(question.asked_when) if order.get(key.question, -1) >= order[question.id]]
        for name in later:
            message = f"{question.id} kan ikke afhænge af {name}, som først besvares senere"
            if name == question.id:
                message = f"{name} kan ikke afhænge af sit eget svar"
            steps: Steps = (*self.places[question.id], "asked_when")
            self.source.fault(steps, "senere-spoergsmaal", message, key=True, see=(self.places[name],))
        asked_when = self._bind(question.asked_when)
        return replace(question, asked_when=None if later else asked_when)

    def _bind(self, condition: Condition, each_row: str | None = None) -> Condition | None:
        return bind(self.source, self.draft, condition, places=self.places, dropped=self.dropped, each_row=each_row)

    def _bind_rule(self, rule: Rule, steps: Steps) -> Rule | None:
        if rule.each_row is not None:
            grids = [question.id for question in self.draft.questions if question.type == "grid"]
            self._require(rule.each_row, grids, (*steps, "each_row"), "ukendt-spoergsmaal", "en tabel")
            if rule.each_row not in grids or rule.each_row in self.dropped:
                return None
        when, then = self._bind(rule.when, rule.each_row), self._bind(rule.then, rule.each_row)
        return None if when is None or then is None else replace(rule, when=when, then=then)

    # --- sense ----------------------------------------------------------------------------------------------------

    def check_sense(self, bound: Questionnaire) -> None:
        """Every question can be reached, every rule can be triggered and obeyed, no rules contradict each other.

        Leaving out parts with faults only makes more possible, so no false fault is reported here.
        """
        for question in bound.questions:
            if question.asked_when is not None and not satisfiable(bound, [question.asked_when]):
                steps: Steps = (*self.places[question.id], "asked_when")
                see = _test_places(bound, question.asked_when)
                self.source.fault(steps, "aldrig-stillet", f"{question.id} kan aldrig blive stillet", key=True, see=see)
        sound = [(rule, steps) for rule, steps in self.placed_rules if self._check_rule(bound, rule, steps)]
        mandatory = [rule for rule, _ in sound if rule.strength == "skal"]
        reported: list[set[str]] = []
        cores = [
            (_find_conflict(bound, rule, [other for other in mandatory if other is not rule]), rule, steps)
            for rule, steps in reversed(sound)
        ]
        for core, rule, steps in sorted(cores, key=lambda entry: len(entry[0])):
            names = {other.id for other in (rule, *core)}
            if core and not any(fewer <= names for fewer in reported):
                reported.append(names)
                opponents = listing(f"regel {other.id}" for other in core)
                message = f"regel {rule.id} strider mod {opponents}: de kan ikke alle overholdes"
                see = _test_places(bound, *(part for other in (rule, *core) for part in (other.when, other.then)))
                self.source.fault((*steps, _demand_key(rule)), "regler-strider", message, key=True, see=see)

    def _check_rule(self, bound: Questionnaire, rule: Rule, steps: Steps) -> bool:
        see = _test_places(bound, rule.when, rule.then)
        for instance in bound.instances_of(rule):
            if not satisfiable(bound, [instance.when]):
                message = f"regel {rule.id} kan aldrig blive udløst"
                self.source.fault((*steps, "when"), "doed-regel", message, key=True, see=see)
                return False
            if rule.strength != "vurdering" and not satisfiable(bound, [instance.when, instance.then]):
                message = f"regel {rule.id} kan aldrig overholdes, når den er udløst"
                self.source.fault((*steps, _demand_key(rule)), "umulig-regel", message, key=True, see=see)
                return False
        return True


def _find_conflict(questionnaire: Questionnaire, rule: Rule, others: list[Rule]) -> list[Rule]:
    """A minimal set of rules that make it impossible to obey this one once it is triggered; empty if there is none."""
    if rule.strength == "vurdering":
        return []

    def possible(obeyed: list[Rule], instance: Rule) -> bool:
        instances = (each for other in obeyed for each in questionnaire.instances_of(other))
        demands = map(_demand_condition, instances)
        return satisfiable(questionnaire, [instance.when, instance.then, *demands])

    for instance in questionnaire.instances_of(rule):
        if not possible(others, instance):
            core = others
            for other in others:
                fewer = [member for member in core if member is not other]
                core = core if possible(fewer, instance) else fewer
            return core
    return []


def _demand_condition(rule: Rule) -> Condition:
    """What a rule demands of a case, as one condition."""
    forward: Condition = AnyOf((Not(rule.when), rule.then))
    return All((forward, AnyOf((Not(rule.then), rule.when)))) if rule.both else forward


def _demand_key(rule: Rule) -> str:
    return "exactly" if rule.both else "then"


def _test_places(questionnaire: Questionnaire, *conditions: Condition) -> tuple[Steps, ...]:
    """Where the tests of the conditions stand, and those that decide whether their questions are asked."""
    places: list[Steps] = []
    pending = list(conditions)
    for condition in pending:  # grows on the way
        places.extend(test.steps for test in tests(condition))
        routing = (questionnaire.by_id[key.question].asked_when for key in keys(condition))
        for asked_when in routing:
            if asked_when is not None and not any(asked_when is other for other in pending):
                pending.append(asked_when)
    return tuple(places)


def _bases(question: Question, steps: Steps) -> Iterator[tuple[Basis, Steps]]:
    for index, basis in enumerate(question.basis):
        yield basis, (*steps, "basis", index)
    for number, row in enumerate(question.rows):
        for index, basis in enumerate(row.basis):
            yield basis, (*steps, "rows", number, "basis", index)


def _type_faults(question: Question) -> Iterator[tuple[bool, str, str]]:
    """For each requirement of a type: whether it is violated, the part to mark, and the message."""
    options, kind = question.options, question.type
    is_grid, closed, date_options = kind == "grid", question.closed, sum(option.date for option in options)
    yield closed and not options, "type", "spørgsmålet skal have svarmuligheder (options)"
    yield kind in ("text", "number") and bool(options), "options", "et tekst- eller talfelt har ingen svarmuligheder"
    yield is_grid and not question.rows, "type", "en tabel skal have rækker (rows)"
    yield not is_grid and bool(question.rows), "rows", "kun en tabel (grid) har rækker"
    yield not is_grid and bool(question.row_remark), "row_remark", "kun en tabel (grid) har bemærkninger til rækkerne"
    yield kind != "date" and date_options > 0, "options", "kun et datospørgsmål kan have et svar, der er selve datoen"
    yield kind == "date" and bool(options) and date_options != 1, "options", "netop ét svar skal være datoen (date: ja)"
    has_date_remark = any(option.date and option.remark for option in options)
    yield kind == "date" and has_date_remark, "options", "selve datoen kan ikke kræve en bemærkning"
    has_exclusive = any(option.exclusive for option in options)
    message = "kun et spørgsmål med flere svar kan have svar, der udelukker andre"
    yield kind != "choices" and has_exclusive, "options", message
