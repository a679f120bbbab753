"""Everything that the program makes of the sample, in one folder, to compare before and after a change.

    python tests/outputs.py BEFORE      (in the old checkout)
    python tests/outputs.py AFTER       (in the new one)
    diff -r BEFORE AFTER

The same input gives the same bytes, so a change that is to change nothing leaves no difference.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SAMPLE = "data-samples/fleksjob-2016"
CSV = f"{SAMPLE}/cases.csv --schema fleksjob-2016"
DAY = "2016-03-01"

#: What is printed, by the file it is put in.
PRINTED = {
    "help.txt": "--help",
    "schema.txt": "schema show fleksjob-2016",
    "schemas.txt": "schema list",
    "plans.txt": "plans",
    "check.txt": f"check {SAMPLE}",
    "check.json": f"check {CSV} --format json",
    "tables.txt": f"tables {SAMPLE} --percent",
    "tables-interval.txt": f"tables {CSV} --interval --exact --where 2.8=Ja",
}
#: What is written, with {out} for the folder.
WRITTEN = f"""
tables {SAMPLE} --percent --out {{out}}/tables.xlsx
tables {SAMPLE} --percent --out {{out}}/tables.csv
tables {SAMPLE} --percent --out {{out}}/tables.json
tables {SAMPLE} --percent --out {{out}}/tables.md
tables {SAMPLE} --percent --out {{out}}/tables.html
tables {CSV} --interval --question 3.1 --question 4.1 --by sagsmaaler --out {{out}}/some.json
report {SAMPLE} --date {DAY} --out {{out}}
report {SAMPLE} --date {DAY} --internal --out {{out}}
report {CSV} --date {DAY} --plan resultater --preliminary --out {{out}}
report {SAMPLE} --date {DAY} --plan tilbagemelding --unit Næstved --out {{out}}
report {SAMPLE} --date {DAY} --plan kommunalbestyrelse --unit Næstved --set meeting=2016-05-26 --out {{out}}
form --blank --schema fleksjob-2016 --out {{out}}
form 13 116 --study {SAMPLE} --out {{out}}
new {{out}}/study --schema fleksjob-2016
import {SAMPLE}/cases.csv --yes --finish --reviewer ASA --study {{out}}/study
cases --study {{out}}/study
workbook {{out}}/workbook.xlsx --cases 1-40 --blank 20 --study {{out}}/study
export --study {{out}}/study --form koder --out {{out}}/export-koder.csv
export --study {{out}}/study --form koder --out {{out}}/export-koder.xlsx
export --study {{out}}/study --form svar --out {{out}}/export-svar.csv
export --study {{out}}/study --form svar --out {{out}}/export-svar.xlsx
export --study {{out}}/study --form lang --out {{out}}/export-lang.csv
export --study {{out}}/study --form lang --out {{out}}/export-lang.xlsx
"""


def audit(*arguments: str) -> str:
    """What a command prints, its errors after its result."""
    ran = subprocess.run(
        [sys.executable, "-m", "audit", *arguments], cwd=ROOT, capture_output=True, encoding="utf-8", check=False
    )
    return f"{ran.stdout}{ran.stderr}exit {ran.returncode}\n"


def main(folder: Path) -> None:
    out = folder.resolve()
    out.mkdir(parents=True)
    for name, line in PRINTED.items():
        (out / name).write_text(audit(*line.split()), encoding="utf-8")
    for line in WRITTEN.split("\n")[1:-1]:
        said = audit(*(part.replace("{out}", str(out)) for part in line.split()))
        print(f"{line}: {said.splitlines()[-1]}")
    shutil.rmtree(out / "study")  # its log has times and salts, and so has the stamp in the workbook
    shutil.unpack_archive(out / "workbook.xlsx", out / "workbook", "zip")
    (out / "workbook.xlsx").unlink()
    *_, stamp = sorted((out / "workbook/xl/worksheets").glob("sheet*.xml"))
    stamp.unlink()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
