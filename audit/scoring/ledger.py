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

Act = Literal["saved", "finished", "reopened", "erased"]
#: What stands before the first revision.
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

    `note` is why a case was reopened or erased; `vouched` are columns whose new text a person vouches has no CPR
    number; `said` is what an import's file is held to have said in columns where the case became otherwise.
    """

    changes: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    note: str = ""
    vouched: tuple[str, ...] = ()
    said: Mapping[str, str] = field(default_factory=dict)
    salt: str = ""

    def written(self) -> str:
        """The content as it is stored and hashed."""
        return _canonical_json(vars(self))

    @classmethod
    def read(cls, text: str) -> Content:
        """The content that `written` gave. Raises ValueError, KeyError or TypeError for another text."""
        found = json.loads(text)
        changes = {name: (str(old), str(new)) for name, (old, new) in found["changes"].items()}
        return cls(changes, found["note"], tuple(found["vouched"]), found["said"], found["salt"])


def _canonical_json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def digest(data: bytes | str) -> str:
    """The SHA-256 of bytes or a text in base32, which has neither 0 nor 1: no part of it can look like a CPR number."""
    found = hashlib.sha256(data.encode() if isinstance(data, str) else data).digest()
    return base64.b32encode(found).decode().rstrip("=").lower()


@dataclass(frozen=True)
class Seal:
    """How many revisions there were, and the chain value of the last."""

    revisions: int = 0
    head: str = START


@dataclass(frozen=True)
class Revision:
    """One save. `at` is UTC in ISO form; `text` is the written content, None where it has been erased."""

    number: int
    case: str
    act: Act
    by: By
    at: str
    under: SchemaStamp
    content_hash: str
    chain: str
    text: str | None

    @cached_property
    def content(self) -> Content:
        """What was saved; nothing where it has been erased or spoiled."""
        try:
            return Content.read(self.text) if self.text is not None else Content()
        except (ValueError, KeyError, TypeError, AttributeError):
            return Content()

    def link(self, previous: str) -> str:
        """What `chain` must be after a revision whose chain value is `previous`."""
        about = (self.number, self.case, self.act, vars(self.by), self.at, vars(self.under), self.content_hash)
        return digest(_canonical_json([previous, *about]))


def next_revision(
    previous: Seal, case: str, act: Act, content: Content, *, by: By, at: str, under: SchemaStamp
) -> Revision:
    """The revision that follows those that `previous` seals."""
    text = content.written()
    made = Revision(previous.revisions + 1, case, act, by, at, under, digest(text), "", text)
    chained = replace(made, chain=made.link(previous.head))
    vars(chained)["content"] = content  # what reading the text again would give
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
    if revision.act == "erased":
        return None
    content = revision.content
    changed = {name: new for name, (_, new) in content.changes.items()}
    answers = {name: text for name, text in {**state.answers, **changed}.items() if text}
    finished = {"finished": revision.under.codes, "reopened": ""}.get(revision.act, state.finished)
    vouched = {name for name in state.vouched if name not in changed} | {*content.vouched}
    return State(
        case=state.case,
        answers=answers,
        finished=finished,
        vouched=tuple(sorted(vouched)),
        first=state.first or revision.number,
        revision=revision.number,
        reviewer=revision.by.reviewer,
        at=revision.at,
    )


def replay(revisions: Iterable[Revision]) -> dict[str, State]:
    """The present state of every case, in the order in which they were made, from nothing but the revisions."""
    states: dict[str, State] = {}
    for one in revisions:
        made = apply(states.get(one.case, State(one.case)), one)
        if made is None:
            states.pop(one.case, None)
        else:
            states[one.case] = made
    return states


def troubles(
    revisions: Iterable[Revision], states: Mapping[str, State], head: Seal, seal: Seal | None
) -> Iterator[str]:
    """What shows that a log or the present state was changed behind the program's back, in Danish.

    `head` is what the database says of the log, `seal` what study.yaml does.
    """
    chain = [*revisions]
    yield from _chain_troubles(chain)
    if head != Seal(len(chain), chain[-1].chain if chain else START):
        told = counted(head.revisions, "post", "poster")
        yield f"databasen siger, at loggen har {told} og et andet hoved end det, den har"
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
    for expected, one in enumerate(chain, start=1):
        if one.number != expected:
            yield f"post {expected} mangler i loggen"
            return
        if one.text is not None and digest(one.text) != one.content_hash:
            yield f"indholdet af post {one.number} (sag {one.case}) er ændret"
        if one.link(previous) != one.chain:
            yield f"post {one.number} (sag {one.case}) er ændret, eller en post før den er skiftet ud"
        previous = one.chain


def _unexplained_erasures(chain: list[Revision]) -> Iterator[str]:
    """Content that is gone without a revision that says why."""
    told = {one.case: one.number for one in chain if one.act == "erased"}
    for one in chain:
        if one.text is None and (one.act == "erased" or told.get(one.case, 0) < one.number):
            yield f"indholdet af post {one.number} (sag {one.case}) er væk, uden at sagen er slettet"


def _state_differences(rebuilt: Mapping[str, State], states: Mapping[str, State]) -> Iterator[str]:
    for case in dict.fromkeys((*rebuilt, *states)):
        one, other = rebuilt.get(case), states.get(case)
        if one is None or other is None:
            yield f"sag {case} {'er ikke i loggen' if one is None else 'mangler i den nuværende tilstand'}"
        elif one != other:
            names = [
                name for name in (*one.answers, *other.answers) if one.answers.get(name) != other.answers.get(name)
            ]
            what = f"{listing(dict.fromkeys(names))} er ikke" if names else "oplysningerne om sagen er ikke"
            yield f"sag {case}: {what}, som loggen siger"
