"""The log of a study: revisions chained by hash, and the present state that follows from them.

A revision's chain value is the SHA-256 of the one before it, the revision's own metadata and the hash of its content.
So the content can be erased, as law may demand, and the chain still holds. The content is hashed with a random salt
that is erased along with it: without the salt, a yes or no could be found again by trying.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Literal

from audit.base.danish import counted, listing

#: What an entry is about.
Subject = Literal["case", "unit", "study"]
#: What is done to a case. The list is open: an act that a program does not know changes what its content says, no more.
SAVED, FINISHED, REOPENED, RENAMED, ERASED = "saved", "finished", "reopened", "renamed", "erased"
#: The answers of the one who scores a case first.
FIRST = "first"
#: The chain value before the first revision.
START = "a" * 52


@dataclass(frozen=True)
class By:
    """Who saves, and from where: ``terminal``, or the name of a file and the SHA-256 of its bytes."""

    reviewer: str
    origin: str = "terminal"
    file_hash: str = ""


@dataclass(frozen=True)
class SchemaStamp:
    """What a revision was saved under: the questionnaire's id and version, and the hash of its codes."""

    schema: str
    version: str
    codes: str


@dataclass(frozen=True)
class Content:
    """What a revision holds about a person: for each column the old and the new text, blank for none.

    `note` is why a case was reopened, renamed or erased; `vouched` are columns whose new text a person vouches has no
    CPR number; `file_texts` are the texts that an imported file counts as having, in columns where the case differs.
    """

    changes: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    note: str = ""
    vouched: tuple[str, ...] = ()
    file_texts: Mapping[str, str] = field(default_factory=dict)
    salt: str = ""

    def to_json(self) -> str:
        """The content as it is stored and hashed."""
        return _canonical_json({
            "changes": self.changes, "note": self.note, "vouched": self.vouched, "said": self.file_texts,
            "salt": self.salt,
        })  # fmt: skip

    @classmethod
    def from_json(cls, text: str) -> Content:
        """The content that `to_json` wrote. Raises ValueError, KeyError or TypeError for another text."""
        data = json.loads(text)
        changes = {name: (str(old), str(new)) for name, (old, new) in data["changes"].items()}
        return cls(changes, data["note"], tuple(data["vouched"]), data["said"], data["salt"])


def _canonical_json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def digest(data: bytes | str) -> str:
    """The SHA-256 of bytes or a text in base32, which has neither 0 nor 1: no part of it can look like a CPR number."""
    raw = hashlib.sha256(data.encode() if isinstance(data, str) else data).digest()
    return base64.b32encode(raw).decode().rstrip("=").lower()


@dataclass(frozen=True)
class Seal:
    """How many revisions there were, and the chain value of the last."""

    revisions: int = 0
    head: str = START


@dataclass(frozen=True)
class Revision:
    """One entry. `at` is UTC in ISO form; `text` is the content as JSON, None where it has been erased.

    `case` is what the subject is called (a case by its number), `answer_set` which of its sets of answers is meant, and
    `target` what an act is done towards: the new number of a case that is renamed.
    """

    number: int
    case: str
    act: str
    by: By
    at: str
    under: SchemaStamp
    content_hash: str
    chain: str
    text: str | None
    subject: Subject = "case"
    answer_set: str = FIRST
    target: str = ""

    @cached_property
    def content(self) -> Content:
        """What was saved; nothing where it has been erased or spoiled."""
        try:
            return Content.from_json(self.text) if self.text is not None else Content()
        except (ValueError, KeyError, TypeError, AttributeError):
            return Content()

    def chain_after(self, previous: str) -> str:
        """What `chain` must be after a revision whose chain value is `previous`.

        What the first form of the log did not have is hashed only where it says something, so that chains of that
        form hold.
        """
        metadata = [self.number, self.case, self.act, vars(self.by), self.at, vars(self.under), self.content_hash]
        about = (self.subject, self.answer_set, self.target)
        return digest(_canonical_json([previous, *metadata, *(about if about != ("case", FIRST, "") else ())]))


def next_revision(
    previous: Seal, case: str, act: str, content: Content, *, by: By, at: str, under: SchemaStamp, target: str = ""
) -> Revision:
    """The revision that follows those that `previous` seals."""
    text = content.to_json()
    unchained = Revision(previous.revisions + 1, case, act, by, at, under, digest(text), "", text, target=target)
    chained = replace(unchained, chain=unchained.chain_after(previous.head))
    vars(chained)["content"] = content  # what parsing the text again would give
    return chained


@dataclass(frozen=True)
class State:
    """A case as it is now. `finished` is the hash of the codes it was finished under, blank while it is open.

    `first` and `revision` are the numbers of its first and last revision; `reviewer` and `at` are of the last.
    """

    case: str
    answers: Mapping[str, str] = field(default_factory=dict)
    finished: str = ""
    vouched: tuple[str, ...] = ()
    first: int = 0
    revision: int = 0
    reviewer: str = ""
    at: str = ""


def apply(state: State, revision: Revision) -> State | None:
    """The state of a case after one more revision, whose content is there; None when the case is erased."""
    if revision.act == ERASED:
        return None
    content = revision.content
    changed = {name: new for name, (_, new) in content.changes.items()}
    answers = {name: text for name, text in {**state.answers, **changed}.items() if text}
    finished = {FINISHED: revision.under.codes, REOPENED: ""}.get(revision.act, state.finished)
    vouched = {name for name in state.vouched if name not in changed} | {*content.vouched}
    return State(
        case=revision.target if revision.act == RENAMED else state.case,
        answers=answers,
        finished=finished,
        vouched=tuple(sorted(vouched)),
        first=state.first or revision.number,
        revision=revision.number,
        reviewer=revision.by.reviewer,
        at=revision.at,
    )


def replay(revisions: Iterable[Revision]) -> dict[str, State]:
    """The present state of every case, in the order in which they were created, from the revisions alone."""
    states: dict[str, State] = {}
    for revision in revisions:
        if revision.subject != "case" or revision.answer_set != FIRST:
            continue
        state = apply(states.get(revision.case, State(revision.case)), revision)
        if state is None or state.case != revision.case:
            states.pop(revision.case, None)
        if state is not None:
            states[state.case] = state
    return dict(sorted(states.items(), key=lambda item: item[1].first))


#: Of a revision: its number, its case, its act and its target.
Step = tuple[int, str, str, str]


def lives(steps: Iterable[Step]) -> dict[str, list[int]]:
    """For each number that a case has or had last, the revisions of that case, also those under earlier numbers."""
    found: dict[str, list[int]] = {}
    for number, case, act, target in steps:
        life = found.setdefault(case, [])
        life.append(number)
        if act == RENAMED:
            found[target] = [*found.get(target, ()), *found.pop(case)]
    return found


def troubles(
    revisions: Iterable[Revision], states: Mapping[str, State], head: Seal, seal: Seal | None
) -> Iterator[str]:
    """What shows that a log or the present state was changed behind the program's back, in Danish.

    `head` is the seal that the database has of the log, `seal` the one in study.yaml.
    """
    chain = [*revisions]
    yield from _chain_troubles(chain)
    if head != Seal(len(chain), chain[-1].chain if chain else START):
        count = counted(head.revisions, "post", "poster")
        yield f"databasen siger, at loggen har {count} og et andet hoved end det, den har"
    yield from _unexplained_erasures(chain)
    if seal is None:
        yield "study.yaml har ikke loggens hoved (seal)"
    elif seal.revisions > len(chain):
        missing = counted(seal.revisions - len(chain), "post", "poster")
        yield f"der mangler {missing} sidst i loggen: study.yaml siger {seal.revisions}, og der er {len(chain)}"
    elif seal.head != (chain[seal.revisions - 1].chain if seal.revisions else START):
        yield f"post {seal.revisions} er en anden end den, study.yaml har hovedet af"
    yield from _state_differences(replay(chain), states)


def _chain_troubles(chain: list[Revision]) -> Iterator[str]:
    previous = START
    for expected, revision in enumerate(chain, start=1):
        if revision.number != expected:
            yield f"post {expected} mangler i loggen"
            return
        if revision.text is not None and digest(revision.text) != revision.content_hash:
            yield f"indholdet af post {revision.number} (sag {revision.case}) er ændret"
        if revision.chain_after(previous) != revision.chain:
            yield f"post {revision.number} (sag {revision.case}) er ændret, eller en post før den er skiftet ud"
        previous = revision.chain


def _unexplained_erasures(chain: list[Revision]) -> Iterator[str]:
    """Content that is gone without a revision that explains it."""
    erasures = {revision.number for revision in chain if revision.act == ERASED}
    explained: set[int] = set()
    for numbers in lives((each.number, each.case, each.act, each.target) for each in chain).values():
        last = max(erasures.intersection(numbers), default=0)
        explained.update(number for number in numbers if number < last and number not in erasures)
    for revision in chain:
        if revision.text is None and revision.number not in explained:
            yield f"indholdet af post {revision.number} (sag {revision.case}) er væk, uden at sagen er slettet"


def _state_differences(rebuilt: Mapping[str, State], states: Mapping[str, State]) -> Iterator[str]:
    for case in dict.fromkeys((*rebuilt, *states)):
        replayed, stored = rebuilt.get(case), states.get(case)
        if replayed is None or stored is None:
            yield f"sag {case} {'er ikke i loggen' if replayed is None else 'mangler i den nuværende tilstand'}"
        elif replayed != stored:
            columns = (*replayed.answers, *stored.answers)
            names = [name for name in columns if replayed.answers.get(name) != stored.answers.get(name)]
            what = f"{listing(dict.fromkeys(names))} er ikke" if names else "oplysningerne om sagen er ikke"
            yield f"sag {case}: {what}, som loggen siger"
