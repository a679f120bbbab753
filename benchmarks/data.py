"""Large invented data: the sample's cases drawn again and again, and a questionnaire of 98 units and 60 questions."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from audit.base import yamlfile
from audit.cases.codes import encode_texts
from audit.cases.columns import Cases
from audit.questionnaire import schemas
from audit.questionnaire.model import Questionnaire
from audit.study import demo, source

if TYPE_CHECKING:
    import pyarrow as pa

UNITS, QUESTIONS = 98, 60


def drawn(size: int, seed: int = 1) -> Cases:
    """`size` cases drawn from the sample with replacement, numbered anew."""
    sample = source.open_source(demo.demo_study()).cases
    rows = np.random.default_rng(seed).integers(0, sample.size, size)
    data = {name: column[rows] for name, column in sample.data.items()}
    texts = dict(sample.texts)
    data["sagsnr"], texts["sagsnr"] = encode_texts([str(number) for number in range(1, size + 1)])
    return Cases(sample.questionnaire, size, data, texts)


def wide_questionnaire() -> Questionnaire:
    """98 units and 60 questions of two to four answers; every third asked only where the one before is answered 1."""
    units = "\n".join(f"        - {{code: {n}, text: Enhed {n}}}" for n in range(1, UNITS + 1))
    questions = []
    for number in range(1, QUESTIONS + 1):
        options = ", ".join(f"{code}: Svar {code}" for code in range(1, 3 + number % 3))
        asked = f'\n        asked_when: {{"{number - 1}": 1}}' if number % 3 == 0 else ""
        questions.append(
            f'      - id: "{number}"\n        text: Spørgsmål {number}\n        type: choice\n'
            f"        options: {{{options}}}{asked}"
        )
    text = (
        "schema: bred\nversion: 1\ntitle: Bredt skema\nunit: enhed\nkey: [nr]\nidentification:\n  fields:\n"
        f"    - id: enhed\n      text: Enhed\n      type: choice\n      options:\n{units}\n"
        "    - {id: nr, text: Nr., type: text}\n"
        'sections:\n  - id: "1"\n    title: Spørgsmål\n    questions:\n' + "\n".join(questions) + "\n"
    )
    checked = schemas.check_source(yamlfile.parse(text, "bred.yaml"))
    if checked.questionnaire is None or checked.faults:
        raise ValueError(checked.faults)
    return checked.questionnaire


def wide_cases(size: int, seed: int = 1) -> Cases:
    """Random answers to the wide questionnaire, routed as it asks: no answer where the question is not asked."""
    questionnaire = wide_questionnaire()
    random = np.random.default_rng(seed)
    data = {"enhed": random.integers(1, UNITS + 1, size, dtype=np.uint8)}
    for question in questionnaire.questions:
        if question.identification:
            continue
        answers = random.integers(1, len(question.options) + 1, size, dtype=np.uint8)
        if question.asked_when is not None:
            answers[data[f"q{int(question.id) - 1}"] != 1] = 0
        data[question.column] = answers
    return Cases(questionnaire, size, data)


def workbook(path: Path, cases: int) -> None:
    """The sample's own workbook with its rows repeated and numbered anew."""
    from openpyxl import Workbook, load_workbook

    rows = list(load_workbook(demo.demo_study() / "cases.xlsx", read_only=True).active.iter_rows(values_only=True))
    header, body = rows[0], rows[1:]
    key = header.index("Sagsnr.")
    book = Workbook(write_only=True)
    sheet = book.create_sheet("Sager")
    sheet.append(header)
    for number in range(cases):
        row = list(body[number % len(body)])
        row[key] = str(number + 1)
        sheet.append(row)
    book.save(path)


def arrow(cases: Cases) -> Iterator[tuple[str, pa.Array]]:
    """The cases as Arrow columns: codes as they are, texts as texts."""
    import pyarrow as pa

    for name, column in cases.data.items():
        if name in cases.texts:
            yield name, pa.array(np.array([None, *cases.texts[name]], dtype=object)[column])
        else:
            yield name, pa.array(column)
