"""The way up for a study's database from every earlier form of its tables to the present one.

Rule: a form is never changed once it has been released. A new one gets the next number in `audit.scoring.database`, a
step here that makes it of the one before inside the transaction that is open, and a kept file of the old one in the
tests.
Entries and their chain values are carried over as they are: what an old log proves, it proves in every later form.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import sqlalchemy as sa

from audit.base.danish import same


def raise_form(connection: sa.Connection, form: int) -> None:
    """Bring the tables from an earlier form to the present one. Raises KeyError for a form without a way up."""
    for step in range(form, max(_STEPS) + 1):
        _STEPS[step](connection)
        connection.execute(sa.text("UPDATE head SET form = :form"), {"form": step + 1})


def has_way_up(form: int) -> bool:
    """Whether the tables of an earlier form can be brought to the present one."""
    return form in _STEPS


#: Form 2: what an entry is about (subject, set of answers, target of the act), and states by set of answers.
_FORM_2 = (
    "DROP INDEX ix_revisions_case_id",
    "ALTER TABLE revisions RENAME TO revisions_1",
    "ALTER TABLE states RENAME TO states_1",
    """CREATE TABLE revisions (
        number INTEGER NOT NULL, subject TEXT NOT NULL, case_id TEXT NOT NULL, answer_set TEXT NOT NULL,
        act TEXT NOT NULL, target TEXT NOT NULL, reviewer TEXT NOT NULL, at TEXT NOT NULL, origin TEXT NOT NULL,
        file_hash TEXT NOT NULL, schema_id TEXT NOT NULL, schema_version TEXT NOT NULL, codes TEXT NOT NULL,
        content_hash TEXT NOT NULL, chain TEXT NOT NULL, content TEXT, PRIMARY KEY (number))""",
    "CREATE INDEX ix_revisions_case_id ON revisions (case_id)",
    """CREATE TABLE states (
        case_id TEXT NOT NULL, answer_set TEXT NOT NULL, folded TEXT NOT NULL, first INTEGER NOT NULL,
        answers TEXT NOT NULL, finished TEXT NOT NULL, vouched TEXT NOT NULL, revision INTEGER NOT NULL,
        reviewer TEXT NOT NULL, at TEXT NOT NULL, PRIMARY KEY (case_id, answer_set))""",
    "CREATE INDEX ix_states_folded ON states (folded)",
    """INSERT INTO revisions SELECT number, 'case', case_id, 'first', act, '', reviewer, at, origin, file_hash,
        schema_id, schema_version, codes, content_hash, chain, content FROM revisions_1""",
    """INSERT INTO states SELECT case_id, 'first', folded, first, answers, finished, vouched, revision, reviewer, at
        FROM states_1""",
    "DROP TABLE revisions_1",
    "DROP TABLE states_1",
)


def _to_form_2(connection: sa.Connection) -> None:
    for statement in _FORM_2:
        connection.execute(sa.text(statement))
    cases = connection.execute(sa.text("SELECT case_id FROM states")).scalars().all()
    folded = [{"case": case, "folded": same(case)} for case in cases]
    if folded:
        connection.execute(sa.text("UPDATE states SET folded = :folded WHERE case_id = :case"), folded)


_STEPS: Mapping[int, Callable[[sa.Connection], None]] = {1: _to_form_2}
