"""The database of a study, through SQLAlchemy Core: the log, the present state, and where each reviewer was.

SQLite in one file. It keeps its rollback journal (no WAL), so that the file can lie on a shared drive and a folder
that may only be read can be reported from. All writers queue at the one row of `head`.
"""

from __future__ import annotations

import json
import os
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import cast

import sqlalchemy as sa
from sqlalchemy.pool import NullPool, StaticPool

from audit.base.danish import same
from audit.base.errors import FileFault, UsageFault
from audit.scoring import codebook, forms, ledger
from audit.scoring.ledger import ERASED, FIRST, RENAMED, By, Content, Revision, SchemaStamp, Seal, State

Clock = Callable[[], datetime]
#: How long a writer waits for another, in seconds.
_PATIENCE = 10.0
#: The form of the tables. `audit.scoring.forms` has the way up from every earlier one.
_FORM = 2

_tables = sa.MetaData()
_head = sa.Table(
    "head",
    _tables,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("form", sa.Integer, nullable=False),
    sa.Column("revisions", sa.Integer, nullable=False),
    sa.Column("chain", sa.Text, nullable=False),
)
_codebooks = sa.Table(
    "codebooks",
    _tables,
    sa.Column("codes", sa.Text, primary_key=True),
    sa.Column("schema_id", sa.Text, nullable=False),
    sa.Column("schema_version", sa.Text, nullable=False),
    sa.Column("written", sa.Text, nullable=False),
)
_revisions = sa.Table(
    "revisions",
    _tables,
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("subject", sa.Text, nullable=False),
    sa.Column("case_id", sa.Text, nullable=False, index=True),
    sa.Column("answer_set", sa.Text, nullable=False),
    sa.Column("act", sa.Text, nullable=False),
    sa.Column("target", sa.Text, nullable=False),
    sa.Column("reviewer", sa.Text, nullable=False),
    sa.Column("at", sa.Text, nullable=False),
    sa.Column("origin", sa.Text, nullable=False),
    sa.Column("file_hash", sa.Text, nullable=False),
    sa.Column("schema_id", sa.Text, nullable=False),
    sa.Column("schema_version", sa.Text, nullable=False),
    sa.Column("codes", sa.Text, nullable=False),
    sa.Column("content_hash", sa.Text, nullable=False),
    sa.Column("chain", sa.Text, nullable=False),
    sa.Column("content", sa.Text),
)
_states = sa.Table(
    "states",
    _tables,
    sa.Column("case_id", sa.Text, primary_key=True),
    sa.Column("answer_set", sa.Text, primary_key=True),
    sa.Column("folded", sa.Text, nullable=False, index=True),
    sa.Column("first", sa.Integer, nullable=False),
    sa.Column("answers", sa.Text, nullable=False),
    sa.Column("finished", sa.Text, nullable=False),
    sa.Column("vouched", sa.Text, nullable=False),
    sa.Column("revision", sa.Integer, nullable=False),
    sa.Column("reviewer", sa.Text, nullable=False),
    sa.Column("at", sa.Text, nullable=False),
)
_bookmarks = sa.Table(
    "bookmarks",
    _tables,
    sa.Column("reviewer", sa.Text, primary_key=True),
    sa.Column("case_id", sa.Text, primary_key=True),
    sa.Column("question", sa.Text, nullable=False),
    sa.Column("at", sa.Text, nullable=False),
)


def now() -> datetime:
    """The time in UTC."""
    return datetime.now(UTC)


def create(path: Path) -> None:
    """Create an empty database that only its owner can read. Raises FileFault where it exists or cannot be created."""
    try:
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
    except FileExistsError as error:
        raise FileFault(f"{path} findes allerede og er ikke ændret.") from error
    except OSError as error:
        raise FileFault(f"{path} kan ikke oprettes: du har ikke adgang, eller der er ikke plads.") from error
    with _database_faults(path), _engine(path).begin() as connection:
        _tables.create_all(connection)
        connection.execute(sa.insert(_head).values(id=1, form=_FORM, revisions=0, chain=ledger.START))


def _engine(path: Path) -> sa.Engine:
    """SQLite with transactions that SQLAlchemy begins, and writers that wait for each other from the start."""

    def connect() -> sqlite3.Connection:
        uri = path.resolve().as_uri()
        if not uri.startswith("file:///"):  # a Windows share: SQLite takes no server there, but two slashes more
            uri = uri.replace("file://", "file:////", 1)
        return sqlite3.connect(f"{uri}?mode=rw", uri=True, timeout=_PATIENCE, isolation_level=None)

    engine = sa.create_engine("sqlite://", creator=connect, poolclass=NullPool)

    @sa.event.listens_for(engine, "connect")
    def _(connection: sqlite3.Connection, _record: object) -> None:
        connection.execute("PRAGMA secure_delete = ON")

    @sa.event.listens_for(engine, "begin")
    def _(connection: sa.Connection) -> None:
        writes = connection.get_execution_options().get("writes", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine


#: The states of cases as they were scored first.
_STATES = sa.select(_states).where(_states.c.answer_set == FIRST)
#: What SQLite says is wrong (the low byte of its code), with the message and the remedy.
_PROBLEMS = {
    sqlite3.SQLITE_BUSY: (
        "er i brug af et andet program, som ikke er blevet færdigt.",
        "Vent lidt, og prøv igen. Bliver det ved, så luk andre programmer, der har undersøgelsen åben.",
    ),
    sqlite3.SQLITE_LOCKED: ("er i brug af et andet program.", "Vent lidt, og prøv igen."),
    sqlite3.SQLITE_READONLY: (
        "kan kun læses, så intet er gemt.",
        "Se efter, om du har lov til at skrive i undersøgelsens mappe.",
    ),
    sqlite3.SQLITE_PERM: ("kan ikke åbnes: du har ikke adgang til den.", "Bed den, der ejer mappen, om adgang."),
    sqlite3.SQLITE_IOERR: (
        "kan ikke læses eller skrives; disken svarer ikke, eller der er ikke plads.",
        "Se efter, om drevet er forbundet og har plads. Det, der ikke nåede at blive gemt, skal skrives igen.",
    ),
    sqlite3.SQLITE_FULL: (
        "kan ikke gemmes, for der er ikke plads på disken.",
        "Skaf plads, og skriv det sidste svar igen. Alt før det er gemt.",
    ),
    sqlite3.SQLITE_CORRUPT: (
        "er beskadiget.",
        "Hent den fra en sikkerhedskopi. Prøv også audit verify og audit export på kopien.",
    ),
    sqlite3.SQLITE_NOTADB: ("er ikke en database, eller den er beskadiget.", "Hent den fra en sikkerhedskopi."),
    sqlite3.SQLITE_CANTOPEN: (
        "kan ikke åbnes.",
        "Se efter, om den er der, og om du har lov til at læse og skrive i mappen.",
    ),
}
COPY = "Hent den fra en sikkerhedskopi."
_OUTDATED = (
    "Brug den udgave, som undersøgelsen er lavet med, eller skriv sagerne ud med den (audit export), og hent dem ind i "
    "en ny undersøgelse med denne (audit new og audit import)."
)
_FOREIGN = ("er ikke en undersøgelses database, eller der mangler noget i den.", COPY)


@contextmanager
def _database_faults(path: Path) -> Iterator[None]:
    """Turn the errors of the database into FileFault."""
    try:
        yield
    except sa.exc.DBAPIError as error:
        code = getattr(error.orig, "sqlite_errorcode", 0) & 0xFF
        if code not in _PROBLEMS and not isinstance(error, sa.exc.OperationalError):
            raise
        message, remedy = _PROBLEMS.get(code, _FOREIGN)
        raise FileFault(f"{path} {message}", remedy=remedy) from error


@contextmanager
def _raised_copy(connection: sa.Connection, form: int) -> Iterator[sa.Connection]:
    """A copy in memory of a database of an earlier form, brought to the present one."""
    memory = sqlite3.connect(":memory:", isolation_level=None)
    with closing(memory):
        cast(sqlite3.Connection, connection.connection.driver_connection).backup(memory)  # only SQLite has old forms
        engine = sa.create_engine("sqlite://", creator=lambda: memory, poolclass=StaticPool)
        with engine.connect() as copy:
            forms.raise_form(copy, form)
            yield copy


class Store:
    """The database of one study. Every method that reads or writes raises FileFault where it cannot."""

    def __init__(self, path: Path, clock: Clock = now) -> None:
        self.path = path
        self.clock = clock
        self._engine = _engine(path)
        if not path.is_file():
            raise FileFault(f"{path} findes ikke.", remedy="Hent den fra en sikkerhedskopi.")
        with self.reading():
            pass

    @contextmanager
    def reading(self) -> Iterator[LogReader]:
        """A consistent view of everything, whatever others save meanwhile.

        A database of an earlier form is read as it would be in the present one, and stays as it is.
        """
        with _database_faults(self.path), self._engine.connect() as connection, connection.begin():
            form = self._form(connection)
            if form == _FORM:
                yield LogReader(connection)
            else:
                with _raised_copy(connection, form) as copy:
                    yield LogReader(copy)

    @contextmanager
    def writing(self, under: SchemaStamp, codes: codebook.Codes) -> Iterator[LogWriter]:
        """The exclusive right to append; all that is appended is saved when the block ends well, or nothing is."""
        with self._changing() as connection:
            pen = LogWriter(connection, under, codes, self.clock)
            yield pen
            pen.flush()

    @contextmanager
    def _changing(self) -> Iterator[sa.Connection]:
        """The exclusive right to change the database, which has the present form from then on."""
        with (
            _database_faults(self.path),
            self._engine.connect().execution_options(writes=True) as connection,
            connection.begin(),
        ):
            form = self._form(connection)
            if form != _FORM:
                forms.raise_form(connection, form)
            yield connection

    def _form(self, connection: sa.Connection) -> int:
        """The form of the tables. Raises FileFault for one that this program does not know, newer or older."""
        form: int = connection.execute(sa.select(_head.c.form)).scalar_one()
        if form != _FORM and not forms.has_way_up(form):
            age, remedy = ("nyere", "Opdatér programmet.") if form > _FORM else ("ældre", _OUTDATED)
            forms_text = f"databasens form er {form}, programmets {_FORM}"
            message = f"{self.path} er lavet af en {age} udgave af programmet ({forms_text})."
            raise FileFault(message, remedy=remedy)
        return form

    def bookmark(self, reviewer: str, case: str, question: str) -> None:
        """Remember where a reviewer is. It is not a revision: nobody's answers depend on it."""
        with self._changing() as connection:
            this_bookmark = (_bookmarks.c.reviewer == reviewer) & (_bookmarks.c.case_id == case)
            connection.execute(sa.delete(_bookmarks).where(this_bookmark))
            place = {"reviewer": reviewer, "case_id": case, "question": question, "at": self.clock().isoformat()}
            connection.execute(sa.insert(_bookmarks).values(**place))


class LogReader:
    """The content of the database at one moment."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def seal(self) -> Seal:
        """How many revisions there are, and the last one's chain value."""
        row = self._connection.execute(sa.select(_head.c.revisions, _head.c.chain)).one()
        return Seal(row.revisions, row.chain)

    def states(self) -> list[State]:
        """Every case in the order in which they were created."""
        return [_state(row) for row in self._connection.execute(_STATES.order_by(_states.c.first))]

    def state(self, case: str) -> State | None:
        """The case with this number, or one that looks alike (`danish.same`)."""
        query = _STATES.where(_states.c.folded == same(case)).order_by(_states.c.case_id != case, _states.c.first)
        row = self._connection.execute(query).first()
        return None if row is None else _state(row)

    def revisions(self, case: str | None = None, since: int = 0) -> list[Revision]:
        """The revisions (of one case, also those under earlier numbers) after number `since`, in order."""
        query = sa.select(_revisions).order_by(_revisions.c.number)
        if since:
            query = query.where(_revisions.c.number > since)
        if case is not None:
            query = query.where(self._of_case(case))
        return [_revision(row) for row in self._connection.execute(query)]

    def _of_case(self, case: str) -> sa.ColumnElement[bool]:
        """Which revisions are of a case."""
        if not self._steps(act=RENAMED):
            return _revisions.c.case_id == case
        return _revisions.c.number.in_(ledger.lives(self._steps()).get(case, ()))

    def _steps(self, act: str | None = None) -> list[ledger.Step]:
        columns = (_revisions.c.number, _revisions.c.case_id, _revisions.c.act, _revisions.c.target)
        query = sa.select(*columns).where(_revisions.c.subject == "case").order_by(_revisions.c.number)
        if act is not None:
            query = query.where(_revisions.c.act == act)
        return [tuple(row) for row in self._connection.execute(query)]

    def renamed(self) -> dict[str, str]:
        """The earlier numbers of cases (as `danish.same` has them), each with the number that it has become."""
        numbers: dict[str, str] = {}
        for _, case, _, target in self._steps(act=RENAMED):
            numbers = {old: target if same(new) == same(case) else new for old, new in numbers.items()}
            numbers[same(case)] = target
        return numbers

    def codes(self, digest: str) -> codebook.Codes | None:
        """The codes with this hash, if cases were ever saved under them."""
        query = sa.select(_codebooks.c.written).where(_codebooks.c.codes == digest)
        written = self._connection.execute(query).scalar_one_or_none()
        return None if written is None else json.loads(written)

    def erased(self) -> frozenset[str]:
        """The numbers (as `danish.same` has them) of cases that have ever been erased."""
        return frozenset(same(case) for _, case, _, _ in self._steps(act=ERASED))

    def inconsistencies(self) -> Iterator[str]:
        """What differs from how the program writes it, besides the log and the states' content, in Danish."""
        for row in self._connection.execute(sa.select(_states.c.case_id, _states.c.folded)):
            if row.folded != same(row.case_id):
                yield f"sag {row.case_id} har et andet navn at blive fundet under"
        stored = {row.codes: row.written for row in self._connection.execute(sa.select(_codebooks))}
        used = set(self._connection.execute(sa.select(_revisions.c.codes).distinct()).scalars())
        if any(ledger.digest(written) != digest for digest, written in stored.items()) or used - stored.keys():
            yield "svarkoderne, som sager er scoret efter, er ændret eller væk"

    def last_schema(self) -> SchemaStamp | None:
        """What the last revision was saved under."""
        query = sa.select(_revisions).order_by(_revisions.c.number.desc()).limit(1)
        row = self._connection.execute(query).one_or_none()
        return None if row is None else _revision(row).under

    def bookmarks(self, reviewer: str) -> dict[str, str]:
        """The cases that a reviewer has been at, latest first, each with the question."""
        query = sa.select(_bookmarks).where(_bookmarks.c.reviewer == reviewer).order_by(_bookmarks.c.at.desc())
        return {row.case_id: row.question for row in self._connection.execute(query)}


class LogWriter(LogReader):
    """Appends revisions; whoever holds one is alone with the database."""

    def __init__(self, connection: sa.Connection, under: SchemaStamp, codes: codebook.Codes, clock: Clock) -> None:
        super().__init__(connection)
        self._under, self._codes, self._clock = under, codes, clock
        row = connection.execute(sa.select(_head).with_for_update()).one()
        self._seal = Seal(row.revisions, row.chain)
        self._appended: list[dict[str, object]] = []
        self._states: dict[str, State | None] = {}  # by number, what has been appended to
        self._appended_numbers: dict[str, str] = {}  # their numbers, by what they look like and by themselves

    def state(self, case: str) -> State | None:
        """The case as it is with what has been appended."""
        number = self._appended_numbers.get(case) or self._appended_numbers.get(same(case))
        state = self._states[number] if number is not None else super().state(case)
        return state if state is None or state.case not in self._states else self._states[state.case]

    @cached_property
    def _numbers(self) -> dict[str, str]:
        """The number of each case before anything was appended, by what it looks like and by itself."""
        rows = self._connection.execute(sa.select(_states.c.folded, _states.c.case_id)).all()
        return {row.folded: row.case_id for row in rows} | {row.case_id: row.case_id for row in rows}

    def _is_taken(self, number: str, by_other_than: str | None) -> bool:
        """Whether a case, other than the named one, has a number that looks like this."""
        for numbers in (self._appended_numbers, self._numbers):
            for name in (number, same(number)):
                case = numbers.get(name)
                if case is not None and case != by_other_than and self._states.get(case, case) is not None:
                    return True
        return False

    def append(self, state: State, act: str, by: By, content: Content, *, target: str = "") -> State:
        """Append a revision to a case (a blank State is a new one); returns the state after it.

        `target` is the new number of a case that is renamed. Raises UsageFault where a case with the number is there.
        """
        number = target or state.case
        if (target or not state.revision) and self._is_taken(number, state.case if state.revision else None):
            raise UsageFault(f"Sag {number} findes allerede.")
        at = self._clock().isoformat(timespec="milliseconds")
        salted = replace(content, salt=os.urandom(16).hex())
        revision = ledger.next_revision(
            self._seal, state.case, act, salted, by=by, at=at, under=self._under, target=target
        )
        self._seal = Seal(revision.number, revision.chain)
        self._appended.append(_row(revision))  # not the revision, whose content is a million texts in a large import
        new_state = ledger.apply(state, revision)
        self._states[state.case] = None
        self._appended_numbers |= dict.fromkeys((same(state.case), state.case), state.case)
        if new_state is not None:
            self._states[new_state.case] = new_state
            self._appended_numbers |= dict.fromkeys((same(new_state.case), new_state.case), new_state.case)
        return new_state or State(state.case)

    def erase(self, state: State, by: By, reason: str) -> None:
        """Delete a case with the content of all its revisions; that, and why, is a revision itself."""
        own = self._of_case(state.case) & (_revisions.c.act != ERASED)
        self.append(state, ERASED, by, Content(note=reason))
        self._connection.execute(sa.update(_revisions).where(own).values(content=None))
        self._connection.execute(sa.delete(_bookmarks).where(_bookmarks.c.case_id == state.case))

    def flush(self) -> None:
        """Write what has been appended."""
        if not self._appended:
            return
        stored = sa.select(_codebooks.c.codes).where(_codebooks.c.codes == self._under.codes)
        if self._connection.execute(stored).one_or_none() is None:
            self._connection.execute(sa.insert(_codebooks).values(
                codes=self._under.codes, schema_id=self._under.schema, schema_version=self._under.version,
                written=codebook.serialize(self._codes),
            ))  # fmt: skip
        self._connection.execute(sa.insert(_revisions), self._appended)
        self._flush_states()
        for row in self._appended:
            if row["act"] == RENAMED:
                own = _bookmarks.c.case_id == row["case_id"]
                self._connection.execute(sa.update(_bookmarks).where(own).values(case_id=row["target"]))
        self._connection.execute(sa.update(_head).values(revisions=self._seal.revisions, chain=self._seal.head))

    def _flush_states(self) -> None:
        keys = [{"key": case} for case in self._states]
        self._connection.execute(sa.delete(_states).where(_states.c.case_id == sa.bindparam("key")), keys)
        rows = [_columns(state) for state in self._states.values() if state is not None]
        if rows:
            self._connection.execute(sa.insert(_states), rows)


def _row(revision: Revision) -> dict[str, object]:
    by, under = revision.by, revision.under
    return {
        "number": revision.number, "subject": revision.subject, "case_id": revision.case,
        "answer_set": revision.answer_set, "act": revision.act, "target": revision.target,
        "reviewer": by.reviewer, "at": revision.at, "origin": by.origin, "file_hash": by.file_hash,
        "schema_id": under.schema, "schema_version": under.version,
        "codes": under.codes, "content_hash": revision.content_hash, "chain": revision.chain, "content": revision.text,
    }  # fmt: skip


def _revision(row: sa.Row[tuple[object, ...]]) -> Revision:
    by, under = By(row.reviewer, row.origin, row.file_hash), SchemaStamp(row.schema_id, row.schema_version, row.codes)
    return Revision(
        row.number, row.case_id, row.act, by, row.at, under, row.content_hash, row.chain, row.content,
        row.subject, row.answer_set, row.target,
    )  # fmt: skip


def _columns(state: State) -> dict[str, object]:
    columns = dict(vars(state))
    columns["case_id"] = columns.pop("case")
    columns |= {"answer_set": FIRST, "folded": same(state.case)}
    return columns | {"answers": json.dumps(state.answers, ensure_ascii=False), "vouched": " ".join(state.vouched)}


def _state(row: sa.Row[tuple[object, ...]]) -> State:
    try:
        answers = json.loads(row.answers)
    except ValueError as error:
        raise FileFault(f"Svarene i sag {row.case_id} er beskadiget i databasen.", remedy=COPY) from error
    return State(
        row.case_id, answers, row.finished, tuple(row.vouched.split()),
        first=row.first, revision=row.revision, reviewer=row.reviewer, at=row.at,
    )  # fmt: skip


def verify(store: Store, seal: Seal | None) -> tuple[Seal, Sequence[str]]:
    """The head of a study's log, and what shows that something was changed behind the program's back."""
    with store.reading() as reader:
        states = {state.case: state for state in reader.states()}
        head = reader.seal()
        return head, (*ledger.troubles(reader.revisions(), states, head, seal), *reader.inconsistencies())
