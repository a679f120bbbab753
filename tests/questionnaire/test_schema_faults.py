"""What is told about a broken questionnaire: each case breaks a sound one in one place and says what is told where.

In a replacement ``▶`` stands before the character that a fault must point at, ``▷`` somewhere on each line that it must
name besides (*se linje …*). Both are taken out before the file is read.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import pytest
from places import ROOT, SCHEMA

from audit.base import yamlfile
from audit.base.errors import DefinitionFault, FileFault, UsageFault
from audit.questionnaire import fileformat, schemas

SOUND = SCHEMA.read_text(encoding="utf-8")


@dataclass(frozen=True)
class Case:
    """`edits` are pairs of old and new text; a message must hold what it `says`."""

    name: str
    edits: tuple[tuple[str, str], ...]
    code: str
    says: str


def case(name: str, code: str, says: str, *edits: str) -> Case:
    """A case with one fault; `edits` are old, new, old, new …"""
    return Case(name, tuple(zip(edits[::2], edits[1::2], strict=True)), code, says)


def marked(edits: tuple[tuple[str, str], ...]) -> str:
    text = SOUND
    for old, new in edits:
        assert text.count(old) == 1, f"{old!r} must stand there once"
        text = text.replace(old, new)
    return text


Q13 = '- id: "1.3"\n        text: Minutter om ugen\n        type: number'

FORM = [
    case("unknown key at the top", "form-extra_forbidden", 'Mente du "subject"?', "subject: h", "▶subjekt: h"),
    case("unknown key of a question", "form-extra_forbidden", 'Mente du "remark"?', "remark: 1.4 B", "▶remrk: 1.4 B"),
    case("unknown key unlike any", "form-extra_forbidden", "Kendte: title, url.", "{title: Et", "{▶xyz: 1, title: Et"),
    case("unknown key of an option", "form-extra_forbidden", "exclusive", "exclusive: ja", "▶exklusive: ja"),
    case("unknown key of a law", "form-extra_forbidden", 'Mente du "from"?', "from: 2015", "▶form: 2015"),
    case("unknown key of a derived variable", "form-extra_forbidden", '"of"', "year: {of", 'year: {of: "1.2", ▶off'),
    case("missing key", "form-missing", '"title" mangler', "title: Måleskema om hjemmehjælp\n", "", "schema:",
         "▶schema:"),
    case("missing key of a question", "form-missing", '"type"', Q13, Q13[:-21].replace("- id", "- ▶id")),
    case("text where a list must be", "form-tuple_type", "en liste", "key: [distrikt, sagsnr]", "key: ▶sagsnr"),
    case("list where text must be", "form-string_type", "tekst", "subject: hj", "subject: ▶[hj]  # "),
    case("names where text must be", "form-string_type", "skal stå tekst", "title: 1. Sagen", "title: ▶{a: b}"),
    case("text where names must be", "form-model_type", "navne", "{title: Et opdigtet måleskema}", "▶Et måleskema"),
    case("empty text", "form-string_too_short", "her skal stå tekst", "text: Minutter om ugen", "text:▶"),
    case("empty list", "form-too_short", "mindst ét punkt", "key: [distrikt, sagsnr]", "key: ▶[]"),
    case("bad type", "form-literal_error", "choices, date, text, number eller grid", "type: number", "type: ▶tal"),
    case("bad strength", "form-literal_error", "skal, udgangspunkt eller vurdering", "udgangspunkt", "▶udgangspkt"),
    case("bad yes", "form-bool_type", 'ja eller nej i stedet for "måske"', "date: ja", "date: ▶måske"),
    case("bad date", "form-value_error", 'åååå-mm-dd) i stedet for "1.1.2015"', "2015-01-01", "▶1.1.2015"),
    case("no such day", "form-value_error", "findes ikke i kalenderen", "2015-01-01", "▶2015-02-30"),
    case("bad number", "form-value_error", 'et tal i stedet for "seks"', "max: 66", "max: ▶seks"),
    case("code not numeric", "form-value_error", '"B"', "{code: 2, text: Bad}", "{code: ▶B, text: Bad}"),
    case("code with a zero before", "form-value_error", '"01"', "{1: Ja, 2: Delvis", "{▶01: Ja, 2: Delvis"),
    case("code of a scale", "form-value_error", '"J"', "janej: {1: Ja", "janej: {▶J: Ja"),
    case("id in capitals", "form-value_error", "små bogstaver", "id: paaroerende", "id: ▶Paaroerende"),
    case("id with an underscore after a number", "form-value_error", '"1_4"', "id: paaroerende", "id: ▶1_4"),
    case("id that conditions need", "form-value_error", "any, all eller not", "id: paaroerende", "id: ▶any"),
    case("row id that rules need", "form-value_error", "ikke ordet row",
         "Helbred}\n          - {id: 2, text: Netværk, b",
         "Helbred}\n          - {id: ▶row, text: Netværk, b"),
    case("rule id with a hyphen", "form-value_error", '"r-1"', "- id: r1", "- id: ▶r-1"),
    case("name of a scale in capitals", "form-value_error", '"JaNej"', "  janej: {", "  ▶JaNej: {1: x}\n  janej: {"),
    case("then and exactly", "form-value_error", '"then" eller "exactly"', "- id: r1\n",
         "- ▶id: r1\n    exactly: {}\n"),
    case("neither then nor exactly", "form-value_error", '"exactly"', "- id: r3", "- ▶id: r3",
         '    then: {"1.2": {after: "1.1"}}\n', ""),
    case("derived in two ways", "form-value_error", "netop en af", '{id: aar, text: Afgørelsesår, year: {of: "1.2"}}',
         '▶{id: aar, text: År, year: {of: "1.2"}, years: {from: "1.1", to: "1.2"}}'),
    case("derived in no way", "form-value_error", "netop en af", '{id: aar, text: Afgørelsesår, year: {of: "1.2"}}',
         "▶{id: aar, text: År}"),
]  # fmt: skip

YAML = [
    case("duplicate key", "dobbelt-noegle", '"version" står der to gange', "version: 1", "version: 1▷\n▶version: 2"),
    case("duplicate key of a question", "dobbelt-noegle", '"type"', "type: number",
         "type: number▷\n        ▶type: text"),
    case("anchor", "alias", "skriv indholdet ud", "text: Minutter om", "text: ▶&m Minutter om"),
    case("alias", "alias", "skriv indholdet ud", "text: Minutter om ugen", "text: ▶*minutter"),
    case("key that is a list", "noegle", "almindelig tekst", "text: Minutter", "▶[a, b]: c\n        text: Minutter"),
    case("tab", "yaml", "tabulator", "        type: number", "▶\ttype: number", "text: Minutter", "▷text: Minutter"),
    case("tab after a text", "yaml", "ikke med tabulator", "om ugen\n        type: number",
         "▷om ugen\n▶\ttype: number"),
    case("outdented", "yaml", "indrykningen", '- id: "1.3"\n        text', '- id: "1.3"\n       ▶text', '- id: "1.1"',
         '- ▷id: "1.1"'),
    case("indented from the first line", "yaml", "indrykningen", "schema: hj", " schema: hj", "version: 1",
         "▶version: 1"),
    case("colon in a text", "yaml", 'et ": " for meget', "text: Minutter om ugen", "text: Minutter▶: om ugen"),
    case("colon missing", "yaml", 'mangler et ":"', "text: Minutter om ugen", "▶text Minutter om ugen"),
    case("bracket missing", "yaml", "en ] til sidst", "key: [distrikt, sagsnr]", "key: ▷[distrikt, sagsnr",
         "decision_date:", "decision_date▶:"),
    case("brace missing", "yaml", "en } til sidst", "{1: Ja, 2: Nej}", "▷{1: Ja, 2: Nej", "\nlaws:", "\nlaws▶:"),
    case("quotation mark missing", "yaml", "bliver aldrig lukket", "[3]}\n", "[3]}\n  - text: ▶'Slut\n  - x\n",),
    case("quotation mark at the start", "yaml", "anførselstegn", "text: Minutter", "text: ▶@Minutter"),
    case("list on the line of its key", "yaml", "på sin egen linje", "subject: ", "subject: ▶- "),
    case("bad escape", "yaml", "ingen mening", "subject: hjemmehjælp efter serviceloven", 'subject: "▶\\q"'),
    case("character of control", "yaml", "U+0007", "subject: hjemme", "subject: hje▶\amme"),
    case("second document", "yaml", "ét dokument", "scales:\n", "---\n▶scales:\n"),
    case("too deep", "yaml", "inden i hinanden", "subject: hjemmehjælp efter serviceloven",
         "subject: " + "[" * 39 + "▶[" + "]" * 40),
]  # fmt: skip

NAMES = [
    case("duplicate id", "dobbelt-id", '"1.1" er brugt før', 'id: "1.1"', 'id: "1.1"▷', 'id: "1.3"', 'id: ▶"1.1"',
         '"1.3": {max: 30}', '"1.4": Ja'),
    case("duplicate id of a rule", "dobbelt-id", "regel-id", "id: r1", "id: r1▷", "id: r2", "id: ▶r1"),
    case("duplicate id of a section", "dobbelt-id", "afsnits-id", '- id: "1"', '- id: "1"▷', '- id: "2"', '- id: ▶"1"'),
    case("derived with the id of a question", "dobbelt-id", '"sagsnr"', "id: sagsnr", "id: sagsnr▷", "id: aar",
         "id: ▶sagsnr"),
    case("columns that collide", "dobbelt-kolonne", '"q2_3"', 'id: "2.3"', 'id: "2.3"▷', "id: paaroerende",
         "id: ▶q2_3"),
    case("column of a date's status", "dobbelt-kolonne", '"q1_2_status"', 'id: "1.2"', 'id: "1.2"▷', "id: paaroerende",
         "id: ▶q1_2_status"),
    case("column of a reason", "dobbelt-kolonne", '"begr_r2"', "id: paaroerende", "id: begr_r2▷", "id: r2", "id: ▶r2"),
    case("column of a derived variable", "dobbelt-kolonne", '"q1_3"', 'id: "1.3"', 'id: "1.3"▷', "id: aar",
         "id: ▶q1_3"),
    case("column too long", "kolonnenavn", "længere end 32 tegn", "id: paaroerende",
         "id: ▶paaroerende_og_andre_naertstaaende"),
    case("duplicate code", "dobbelt-svar", 'svarkoden "1"', "code: 1, text: Rengøring", "code: 1, text: Rengøring▷",
         "{code: 2, text: Bad}", "{code: ▶1, text: Bad}"),
    case("duplicate label", "tvetydigt-svar", '"rengøring" kan', "text: Rengøring", "▷text: Rengøring",
         "{code: 4, text: Uoplyst, exclusive", "{code: 4, text: ▶rengøring, exclusive"),
    case("label that is another's code", "tvetydigt-svar", '"1" kan', "{code: 1, text: Nord}", "{code: 1, text: Nord}▷",
         "text: Syd", "text: ▶1"),
    case("duplicate row", "dobbelt-raekke", '"1"', "{id: 1, text: Helbred}\n          - {id: 2, text: Netværk, basis",
         "{id: 1, text: Helbred}▷\n          - {id: ▶1, text: Netværk, basis", '"2.1/2"', '"2.1/1"',
         '    each_row: "2.1"\n', "", '{"2.1/row": Nej,', '{"2.1/1": Nej,', '"2.2/row"', '"2.2/1"'),
]  # fmt: skip

TYPES = [
    case("no options", "forkert-type", "skal have svarmuligheder", "type: number", "▶type: choice",
         '{"1.3": {max: 30}}, ', ""),
    case("options of a text", "forkert-type", "ingen svarmuligheder", "type: text\n        asked",
         "type: text\n        ▶options: janej\n        asked"),
    case("grid without rows", "forkert-type", "skal have rækker", "type: number", "▶type: grid\n        options: janej",
         '{"1.3": {max: 30}}, ', ""),
    case("rows of a question that is no grid", "forkert-type", "har rækker", "type: number",
         "type: number\n        ▶rows: [{id: 1, text: En}]"),
    case("row remarks without rows", "forkert-type", "bemærkninger til", "remark: 1.4 B", "▶row_remark: 1.4 B"),
    case("date option where there is no date", "forkert-type", "selve datoen",
         "        options:\n          - {code: 1, "
         "text: Rengøring}", "        ▶options:\n          - {code: 1, text: Rengøring, date: ja}"),
    case("date without a date option", "forkert-type", "netop ét",
         "        options:\n          - {code: 1, text: Datoen,"
         " date: ja}", "        ▶options:\n          - {code: 1, text: Datoen}"),
    case("a remark to the date itself", "forkert-type", "kan ikke kræve",
         "        options:\n          - {code: 1, text: Datoen,"
         " date: ja}", "        ▶options:\n          - {code: 1, text: Datoen, date: ja, remark: ja}"),
    case("exclusive in a choice", "forkert-type", "udelukker andre", "options: {1: Ja, 2: Delvis, 3: Nej}",
         "▶options: [{code: 1, text: Ja}, {code: 2, text: Delvis}, {code: 3, text: Nej, exclusive: ja}]"),
    case("remark demanded without a field", "bemaerkning-uden-felt", "intet bemærkningsfelt", "- {code: 3, text: Andet",
         "- ▶{code: 3, text: Andet", "        remark: 1.4.1 Bemærkninger\n", ""),
    case("type of an identification", "form-literal_error", "choice, text, date eller number", "Sagsnr., type: text",
         "Sagsnr., type: ▶grid"),
]  # fmt: skip

REFERENCES = [
    case("unknown scale", "ukendt-skala", 'Mente du "janej"?', "options: janej\n        remark: 1.4 B",
         "options: ▶janje\n        remark: 1.4 B"),
    case("unknown law", "ukendt-retskilde", 'Mente du "sel"?', "[{law: sel, paragraph", "[{law: ▶sela, paragraph"),
    case("unknown law of a row", "ukendt-retskilde", '"hest"', "[{law: sel}]", "[{law: ▶hest}]"),
    case("unknown law that is replaced", "ukendt-retskilde", '"sol"', "replaces: sel-gammel", "replaces: ▶sol"),
    case("law that replaces without a date", "periode", 'senere "from"', "    from: 2015-01-01\n    replaces: s",
         "    replaces: ▶s"),
    case("law that replaces a later one", "periode", 'senere "from"', "replaces: s", "replaces: ▶s",
         "to: 2014-12-31", "from: 2015-01-01"),
    case("law that ends before it begins", "periode", "før den begynder", "to: 2014-12-31",
         "from: 2013-01-01\n    to: ▶2012-12-31"),
    case("unknown unit", "ukendt-enhed", 'Mente du "distrikt"?', "unit: distrikt", "unit: ▶distrikter"),
    case("unit without fixed answers", "ukendt-enhed", "faste svar", "unit: distrikt", "unit: ▶sagsnr"),
    case("unknown key field", "ukendt-noeglefelt", 'Mente du "sagsnr"?', "[distrikt, sagsnr]", "[distrikt, ▶sagnr]"),
    case("decision date that is no date", "ukendt-dato", "datospørgsmål", 'date: "1.2"', 'date: ▶"1.3"'),
    case("reviewer that is no identification", "ukendt-sagsmaaler", '"1.4" er ikke en identifikation',
         'decision_date: "1.2"', 'decision_date: "1.2"\nreviewer: ▶"1.4"'),
    case("example that is not of the supplement", "ukendt-markering", '"2.3" er ikke et supplerende spørgsmål',
         'decision_date: "1.2"', 'decision_date: "1.2"\nexample: ▶"2.3"'),
    case("years from what is no date", "afledt", '"1.3" er ikke', 'years: {from: "1.1"', 'years: {from: ▶"1.3"'),
    case("years to what is no date", "afledt", '"1.3" er ikke', 'to: "1.2"}}', 'to: ▶"1.3"}}'),
    case("year of what is no date", "afledt", '"9.9" er ikke', 'year: {of: "1.2"}', 'year: {of: ▶"9.9"}'),
    case("bands of what is no number", "afledt", '"1.4" er ikke', "of: alder", 'of: ▶"1.4"'),
    case("bands of what stands below", "afledt", '"rigtig" er ikke', "of: alder", "of: ▶rigtig"),
    case("band that overlaps", "afledt", "overlapper", "{text: Under 67 år, max: 66}", "{text: Under 67 år, max: 67}▷",
         "- {text: 67 år og derover", "- ▶{text: 67 år og derover"),
    case("band after an open one", "afledt", "overlapper", ", max: 66}", "}▷", "- {text: 67 år og derover",
         "- ▶{text: 67 år og derover"),
    case("band that is empty", "afledt", "er tom", "min: 67}", "min: 67, max: 66}", "- {text: 67 år",
         "- ▶{text: 67 år"),
    case("merge of an unknown question", "afledt", 'Mente du "2.3"?', '      of: "2.3"', '      of: ▶"2.33"'),
    case("merge of a grid", "afledt", "ét fast svar", '      of: "2.3"', '      of: ▶"2.1"'),
    case("merge of an unknown answer", "ukendt-svar", 'ikke svaret "4"', "options: {1: Ja, 2: D",
         "▷options: {1: Ja, 2: D",
         "answers: [3]", "answers: [▶4]"),
    case("answer in two groups", "afledt", "to grupper", "answers: [1, 2]", "answers: [1, 2]▷", "[3]", "[3, ▶Delvis]"),
]  # fmt: skip

JANEJ = ("  janej:", "  janej:▷")  # where the answers stand of a question that uses the scale
CONDITIONS = [
    case("condition that is a text", "betingelse-form", "skrives som", '{"1.2": {answered: ja}}', "▶altid"),
    case("condition that is empty", "betingelse-form", "skrives som", '{"1.2": {answered: ja}}', "▶{}"),
    case("condition of a question that is a text", "betingelse-form", "skrives som",
         'asked_when: {"1.4": Ja}\n        remark: 1.4.1', "asked_when: ▶ja\n        remark: 1.4.1"),
    case("any without a list", "betingelse-form", '"any" skal', '{all: [{"1.3": {max: 30}}, {"1.4.1": {only: [Bad]}}]}',
         '{any: ▶{"1.3": {max: 30}}}'),
    case("part of all that is no condition", "betingelse-form", "skrives som", '[{"1.3": {max: 30}}, ', "[▶hest, "),
    case("not of a text", "betingelse-form", "skrives som", '{not: {"2.3": [Ja, Delvis]}}', "{not: ▶ja}"),
    case("test of an unknown kind", "betingelse-form", "testen kendes ikke", "{answered: ja}", "▶{besvaret: ja}"),
    case("answered neither yes nor no", "betingelse-form", "ja eller nej", "{answered: ja}", "{answered: ▶måske}"),
    case("list of answers with a list", "betingelse-form", "en liste af svar", "[Ja, Delvis]", "▶[Ja, [Delvis]]"),
    case("only nothing", "betingelse-form", "en liste af svar", "{only: [Bad]}", "{only: ▶[]}"),
    case("only a mapping", "betingelse-form", "en liste af svar", "{only: [Bad]}", "{only: ▶{2: Bad}}"),
    case("limit that is no number", "betingelse-form", "et tal i stedet", "{max: 30}", "{max: ▶tredive}"),
    case("limits the wrong way", "betingelse-form", "min er større", "{max: 30}", "▶{min: 31, max: 30}"),
    case("years without limits", "betingelse-form", "hele år", '{after: "1.1"}', '▶{years_after: "1.1"}'),
    case("years and a half", "betingelse-form", "hele år", '{after: "1.1"}', '▶{years_after: "1.1", min: 1.5}'),
    case("years after a list", "betingelse-form", "datospørgsmål", '{after: "1.1"}', "{years_after: ▶[a], min: 1}"),
    case("after a list", "betingelse-form", "datospørgsmål", '{after: "1.1"}', "{after: ▶[a]}"),
    case("after no day", "betingelse-form", "kalenderen", '{after: "1.1"}', "{after: ▶2015-02-30}"),
    case("unknown question", "ukendt-spoergsmaal", 'Mente du "1.4"?', 'asked_when: {"1.4": Ja}\n        remark: 1.4.1',
         'asked_when: {▶"1.44": Ja}\n        remark: 1.4.1'),
    case("unknown question of a date", "ukendt-spoergsmaal", '"7.1" findes ikke', '{after: "1.1"}', '{after: ▶"7.1"}'),
    case("unknown answer", "ukendt-svar", 'Mente du "Delvis"?', "options: {1: Ja, 2: D", "▷options: {1: Ja, 2: D",
         "[Delvis, Nej]}", "[▶Delvist, Nej]}"),
    case("unknown answer of a scale", "ukendt-svar", "Svarene er 1 Ja, 2 Nej.", 'when: {"2.1/2": Nej}',
         'when: {"2.1/2": ▶Uoplyst}', *JANEJ, "options: janej\n        rows:\n          - {id: 1, text: Helbred}\n"
         "          - {id: 2, text: Netværk, b", "options: janej▷\n        rows:\n          - {id: 1, text: Helbred}\n"
         "          - {id: 2, text: Netværk, b"),
    case("unknown answer alone", "ukendt-svar", '"Sauna"', "{only: [Bad]}", "{only: [▶Sauna]}", "- {code: 1, text: Ren",
         "- {▷code: 1, text: Ren", "{code: 2, text: B", "{▷code: 2, text: B", "{code: 3, text: An",
         "{▷code: 3, text: An",
         "{code: 4, text: Uop", "{▷code: 4, text: Uop"),
    case("the date itself as an answer", "ukendt-svar", '"Datoen"', '{"1.2": {answered: ja}}', '{"1.2": ▶Datoen}',
         "text: Datoen", "text: Datoen▷", "{code: 2, text: Uoplyst}", "{code: 2, text: Uoplyst▷}"),
    case("answer of a text", "forkert-test", "ikke faste svar", 'when: {"1.2": {answered: ja}}', 'when: {"2.4": ▶Ja}'),
    case("grid without row", "raekke-mangler", "2.1/1, eller 2.1/*", 'when: {"2.1/2"', 'when: {▶"2.1"'),
    case("unknown row", "ukendt-raekke", 'ikke rækken "3"', 'when: {"2.1/2"', 'when: {▶"2.1/3"',
         "        rows:\n          - {id: 1, text: Helbred}\n          - {id: 2, text: Netværk, b",
         "        rows:\n          - {id: 1, text: Helbred▷}\n          - {id: 2, text: Netværk▷, b"),
    case("row of a question that is no grid", "ukendt-raekke", '"1.4/1"', '"1.4": Ja}\n    then',
         '▶"1.4/1": Ja}\n    then',
         '- id: "1.4"\n', '- id: "1.4"▷\n'),
    case("row without each_row", "ukendt-raekke", "each_row", 'when: {"2.1/2"', 'when: {▶"2.1/row"',
         "        rows:\n          - {id: 1, text: Helbred}\n          - {id: 2, text: Netværk, b",
         "        rows:\n          - {id: 1, text: Helbred▷}\n          - {id: 2, text: Netværk▷, b"),
    case("each_row of what is no grid", "ukendt-spoergsmaal", "en tabel", 'each_row: "2.1"', 'each_row: ▶"2.3"'),
    case("each_row of an unknown grid", "ukendt-spoergsmaal", 'Mente du "2.', 'each_row: "2.1"', 'each_row: ▶"2.11"'),
    case("rows that differ in a rule for each", "ukendt-raekke", "ikke de samme rækker som 2.1", 'then: {"2.2/row"',
         'then: {▶"2.2/row"', "- {id: 1, text: Helbred}\n          - {id: 2, text: Netværk, b",
         "- {id: 1, text: Helbred}▷\n          - {id: 2, text: ▷Netværk, b",
         "- {id: 1, text: Helbred}\n          - {id: 2, text: Netværk}\n",
         "- {id: 1, text: Helbred}▷\n          - {id: 3, text: ▷Netværk}\n"),
    case("limits on a choice", "forkert-test", "1.4 er ikke et tal", '"1.3": {max: 30}', '"1.4": ▶{max: 30}'),
    case("only of a choice", "forkert-test", "flere svar", '"1.4.1": {only: [Bad]}', '"2.3": ▶{only: [Ja]}'),
    case("after of a number", "forkert-test", "1.3 er ikke en dato", '{"1.2": {after: "1.1"}}',
         '{"1.3": ▶{after: "1.1"}}'),
    case("after a number", "forkert-test", "1.3 er ikke en dato", '{after: "1.1"}', '{after: ▶"1.3"}'),
    case("before a number", "forkert-test", "1.3 er ikke en dato", '{after: "1.1"}', '{before: ▶"1.3"}'),
    case("years after a number", "forkert-test", "1.3 er ikke", '{after: "1.1"}', '{years_after: ▶"1.3", min: 1}'),
    case("condition on a later question", "senere-spoergsmaal", "først besvares senere", 'id: "2.3"', '▷id: "2.3"',
         'asked_when: {"1.4": Ja}\n        remark: 1.4.1', '▶asked_when: {"2.3": Ja}\n        remark: 1.4.1'),
    case("condition on itself", "senere-spoergsmaal", "sit eget svar", '- id: "1.4.1"', '- ▷id: "1.4.1"',
         'asked_when: {"1.4": Ja}\n        remark: 1.4.1', '▶asked_when: {"1.4.1": Bad}\n        remark: 1.4.1'),
]  # fmt: skip

ASKED_22 = 'asked_when: {"1.4": Ja}\n      - id: "2.3"'
SENSE = [
    case("question that is never reached", "aldrig-stillet", "2.2 kan aldrig", ASKED_22,
         '▶asked_when: {"1.4": Nej, "1.4.1": Bad}\n      - id: "2.3"', 'asked_when: {"1.4": Ja}\n        remark',
         'asked_when: {"1.4": Ja}▷\n        remark', 'strength: udgangspunkt', 'strength: vurdering',
         '    each_row: "2.1"\n    when: {"2.1/row": Nej, "1.4": Ja}\n    then: {"2.2/row": Nej}',
         '    when: {"1.4": Nej}\n    then: {"2.3": Nej}'),
    case("rule that is never triggered", "doed-regel", "aldrig blive udløst", 'when: {"2.1/2": Nej}',
         '▶when: {"1.4": Nej, "1.4.1": Bad}', 'asked_when: {"1.4": Ja}\n        remark',
         'asked_when: {"1.4": Ja}▷\n        remark', "then: {\"2.3\": [Delvis, Nej]}",
         "then: ▷{\"2.3\": [Delvis, Nej]}"),
    case("rule that is never triggered for a row", "doed-regel", "aldrig blive udløst",
         'when: {"2.1/row": Nej, "1.4": Ja}', '▶when: {"2.1/row": Nej, "2.1/1": Ja}', 'then: {"2.2/row": Nej}',
         'then: {"2.2/row": ▷Nej}', ASKED_22, 'asked_when: {"1.4": ▷Ja}\n      - id: "2.3"'),
    case("rule that is never kept", "umulig-regel", "aldrig overholdes", 'when: {"2.1/2": Nej}',
         'when: {"1.4": ▷Nej}', 'then: {"2.3": [Delvis, Nej]}', '▶then: {"1.4.1": Bad}',
         'asked_when: {"1.4": Ja}\n        remark', 'asked_when: {"1.4": ▷Ja}\n        remark'),
    case("rule both ways that is never kept", "umulig-regel", "aldrig overholdes", 'when: {"2.1/2": Nej}',
         'when: {"1.4": ▷Nej}', 'then: {"2.3": [Delvis, Nej]}', '▶exactly: {"1.4.1": Bad}',
         'asked_when: {"1.4": Ja}\n        remark', 'asked_when: {"1.4": ▷Ja}\n        remark'),
    case("two rules that contradict", "regler-strider", "regel r3 strider mod regel r1:", 'when: {"2.1/2": Nej}',
         'when: {"2.1/2": Nej▷}', '[Delvis, Nej]}\n', '[Delvis, Nej]}▷\n', 'when: {"1.2": {answered: ja}}',
         'when: {"2.1/2": ▷Nej}', 'then: {"1.2": {after: "1.1"}}', '▶then: {"2.3": Ja}'),
    case("a soft rule that a hard one below forbids", "regler-strider", "regel r2 strider mod regel r3:",
         'when: {"2.1/row": Nej, "1.4": Ja}', 'when: {"2.1/row": Nej, ▷"1.4": Ja}', 'then: {"2.2/row": Nej}',
         '▶then: {"2.2/row": Nej}', 'when: {"1.2": {answered: ja}}', 'when: {"1.4": ▷Ja}',
         'then: {"1.2": {after: "1.1"}}', 'then: {"2.2/1": ▷Ja}', ASKED_22,
         'asked_when: {"1.4": ▷Ja}\n      - id: "2.3"'),
    case("three rules that contradict", "regler-strider", "regel r6 strider mod regel r3 og regel r5:",
         'when: {"1.2": {answered: ja}}', 'when: {"1.4": ▷Ja}', '    then: {"1.2": {after: "1.1"}}\n',
         '    then: {paaroerende: ▷Ja}\n'
         '  - {id: r5, strength: skal, text: x, when: {paaroerende: ▷Ja}, then: {"2.3": Nej}}\n'
         '  - {id: r6, strength: udgangspunkt, text: x, when: {"1.4": Ja}, ▶then: {"2.3": Ja}}\n'),
    case("soft rules that break on two hard ones are not told besides", "regler-strider",
         "regel r5 strider mod regel r1:",
         'when: {"2.1/2": Nej}', 'when: {"2.1/2": ▷Nej}', '[Delvis, Nej]}\n', '[▷Delvis, Nej]}\n',
         '    then: {"1.2": {after: "1.1"}}\n',
         '    then: {"1.2": {after: "1.1"}}\n'
         '  - {id: r5, strength: skal, text: x, when: {"2.1/2": Nej}, ▶then: {"2.3": Ja}}\n'),
]  # fmt: skip

CASES = [*FORM, *YAML, *NAMES, *TYPES, *REFERENCES, *CONDITIONS, *SENSE]


def told(text: str) -> list[tuple[str, int, int, tuple[int, ...], str]]:
    faults = schemas.check_source(yamlfile.parse(text, "skema.yaml")).faults
    return [(fault.code, fault.line, fault.column, fault.see, fault.message) for fault in faults]


def place(text: str) -> tuple[int, int, tuple[int, ...]]:
    """Line and column of ``▶`` and the lines of every ``▷`` that is on another line."""
    lines = text.splitlines()
    ((line, column),) = [(n, row.replace("▷", "").index("▶") + 1) for n, row in enumerate(lines, 1) if "▶" in row]
    return line, column, tuple(n for n, row in enumerate(lines, 1) if "▷" in row and n != line)


def test_the_sound_questionnaire_has_no_faults():
    assert told(SOUND) == []


@pytest.mark.parametrize("one", CASES, ids=[one.name for one in CASES])
def test_a_broken_questionnaire_tells_what_and_where(one: Case):
    text = marked(one.edits)
    found = told(re.sub("[▶▷]", "", text))
    assert [fault[:4] for fault in found] == [(one.code, *place(text))], found
    assert one.says in found[0][4]


def test_no_two_cases_have_the_same_name():
    assert len({one.name for one in CASES}) == len(CASES)


def test_every_fault_is_told_at_once_in_order_of_line_whatever_its_kind():
    text = marked(
        (
            ("version: 1", "version: 1\n▶version: 2"),
            ("source: {title: Et opdigtet måleskema}", "source: {▶titel: Et opdigtet måleskema}"),
            ("text: Distrikt", "▶txet: Distrikt"),
            ("text: Minutter om ugen", "text: ▶*minutter"),
            ("options: janej\n        remark: 1.4 B", "options: ▶janje\n        remark: 1.4 B"),
            ('{not: {"2.3": [Ja, Delvis]}}', '{not: {"2.3": [Ja, ▶Delvist]}}'),
            ("- id: r1\n    strength: skal", "- id: r1\n    strength: ▶skla"),
            ('then: {"2.2/row"', 'then: {"2.3": Ja, ▶"2.2/rov"'),
            ('then: {"2.3": Ja}', '▶than: {"2.3": Ja}'),
            ('- {id: aar, text: Afgørelsesår, year: {of: "1.2"}}', "- ▶hest"),
        )
    )
    found = told(re.sub("[▶▷]", "", text))
    assert [(code, line) for code, line, *_ in found if code not in ("form-missing", "form-value_error")] == [
        (code, next(n for n, row in enumerate(text.splitlines(), 1) if says in row))
        for code, says in (
            ("dobbelt-noegle", "▶version"),
            ("form-extra_forbidden", "▶titel"),
            ("form-extra_forbidden", "▶txet"),
            ("alias", "▶*minutter"),
            ("ukendt-skala", "▶janje"),
            ("ukendt-svar", "▶Delvist"),
            ("form-literal_error", "▶skla"),
            ("ukendt-raekke", '▶"2.2/rov"'),
            ("form-extra_forbidden", "▶than"),
            ("form-model_type", "▶hest"),
        )
    ]
    assert not [says for code, _, _, _, says in found if code == "form-missing"]  # misspelt is not missing too


def test_what_is_left_out_because_of_a_fault_causes_no_other():
    """Question 1.4 is left out for its misspelt key; the conditions and rules on it are not blamed."""
    assert [code for code, *_ in told(SOUND.replace("remark: 1.4 B", "remrk: 1.4 B"))] == ["form-extra_forbidden"]


@pytest.mark.parametrize("text", ["", "# intet\n", "- en\n- to\n", "bare tekst\n"])
def test_a_file_that_is_no_mapping_is_told_so(text: str):
    assert [(code, line, column) for code, line, column, *_ in told(text)] == [("form", 1, 1)]


def test_a_file_that_is_no_utf_8_is_told_with_the_line(tmp_path: Path):
    path = tmp_path / "skema.yaml"
    path.write_bytes(SOUND.replace("Syd", "Sønder").encode("cp1252"))
    with pytest.raises(FileFault, match=r"skema\.yaml, linje 4: filen er ikke UTF-8"):
        schemas.check(path)


def test_a_byte_order_mark_and_carriage_returns_do_no_harm(tmp_path: Path):
    path = tmp_path / "skema.yaml"
    path.write_bytes(b"\xef\xbb\xbf" + SOUND.replace("\n", "\r\n").encode())
    assert schemas.load(path).unit_question.option("syd") is not None


def test_a_file_that_is_not_there_is_told(tmp_path: Path):
    with pytest.raises(FileFault, match="findes ikke"):
        schemas.check(tmp_path / "intet.yaml")


def test_loading_a_file_with_faults_raises_them_all_and_prints_them_a_line_each(tmp_path: Path):
    path = tmp_path / "skema.yaml"
    path.write_text(SOUND.replace("unit: distrikt", "unit: x").replace("date: ja", "date: måske"), encoding="utf-8")
    with pytest.raises(DefinitionFault) as raised:
        schemas.load(path)
    assert str(raised.value).splitlines() == [
        'skema.yaml, linje 9, tegn 7: "x" er ikke en identifikation med faste svar.',
        'skema.yaml, linje 49, tegn 43: her skal stå ja eller nej i stedet for "måske"',
    ]


def test_a_questionnaire_is_found_by_id_or_by_path(tmp_path: Path):
    (tmp_path / "mit.yaml").write_text(SOUND, encoding="utf-8")
    assert schemas.find("fleksjob-2016") == schemas.available()["fleksjob-2016"]
    assert schemas.find("mit.yaml", beside=tmp_path) == tmp_path / "mit.yaml"
    with pytest.raises(UsageFault, match=r'"fleksjob-2017" findes ikke\. Mente du "fleksjob-2016"'):
        schemas.find("fleksjob-2017")


def test_every_shipped_questionnaire_is_sound_and_named_as_its_file():
    assert {name: schemas.load(path).id for name, path in schemas.available().items()} == {
        name: name for name in schemas.available()
    }


def test_a_questionnaire_need_not_say_which_date_is_the_decision():
    assert told(SOUND.replace('decision_date: "1.2"\n', "")) == []


# --- docs/schema.md ---------------------------------------------------------------------------------------------------

DOCS = (ROOT / "docs" / "schema.md").read_text(encoding="utf-8")


def forms() -> list[type[yamlfile.Model]]:
    return [one for one in vars(fileformat).values() if isinstance(one, type) and one.__module__ == fileformat.__name__]


def test_every_key_of_the_format_is_in_the_documentation():
    keys = {info.alias or name for form in forms() for name, info in form.model_fields.items()}
    assert len(keys) > 50
    assert sorted(key for key in keys if f"`{key}" not in DOCS) == []


def test_every_example_in_the_documentation_stands_in_the_real_questionnaire():
    def plain(text: str) -> str:
        return "\n".join(re.sub(r"\s+#.*|[\"']", "", line).strip() for line in text.splitlines())

    real = plain(schemas.available()["fleksjob-2016"].read_text(encoding="utf-8"))
    examples = re.findall(r"```yaml\n(.*?)```", DOCS, re.DOTALL)
    assert len(examples) == 12
    assert [example for example in examples if plain(example) not in real] == []


def test_the_codes_of_faults_in_the_documentation_are_those_that_have_a_case():
    rows = re.findall(r"^\| (`[^|]+`) \|", DOCS.partition("## 9.")[2], re.MULTILINE)
    listed = {code for row in rows for code in re.findall(r"`([a-z-]+)`", row)}
    assert listed == {one.code for one in CASES if not one.code.startswith("form-")} | {"form"}


def test_a_file_that_cannot_be_read_is_told_without_the_systems_english(tmp_path: Path) -> None:
    with pytest.raises(FileFault, match=r"kan ikke læses \(E[A-Z]+\)\.$"):
        yamlfile.read(tmp_path)
