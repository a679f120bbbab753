"""Numbers as they are typed in a text: digits and words for them, but no dates, paragraphs, references or cases.

"En" and "et" are left alone: as words they cannot be told from the articles.
"""

from __future__ import annotations

import re

from audit.base.danish import MONTHS

_MONTH = "|".join(MONTHS)
_WORDS = (
    "to|tre|fire|fem|seks|syv|otte|ni|ti|elleve|tolv|(?:tret|fjor|fem|seks|syt|at|nit)ten|nul"
    r"|(?:\w+og)?(?:tyve|tredive|fyrre|halvtreds|treds|tres|firs|halvfjerds|halvfems)"
    r"|\w*(?:hundrede|tusinde?|millioner|million)(?:r|vis)?"
    r"|halvdelen|halv|halvt|halve|halvanden|(?:to|tre|fire)?dobbelt(?:e|så)?"
    r"|(?:tredje|fjerde|femte|sjette|syvende|ottende|niende|tiende|hundrede)del(?:e|en|ene)?"
)
NUMBER = re.compile(rf"\b(?:{_WORDS})\b|(?<!\w)\d+(?:[.,]\d+)*(?: ?[%‰½])?|[%‰½]", re.IGNORECASE)

#: What is no number: dates, paragraphs, names and ids of laws, forms, questions and cases, the level of intervals,
#: addresses and marks of lists.
NO_NUMBER = re.compile(
    rf"\b\d{{1,2}}\. (?:{_MONTH})(?: \d{{4}})?\b|\b(?:{_MONTH}) \d{{4}}\b|\b\d{{4}}-\d{{2}}(?:-\d{{2}})?\b"
    r"|\b(?:i|år|året|fra|siden|før|efter|til) (?:19|20)\d{2}\b"
    r"|§§? ?\d+(?: [a-z]\b)?(?:(?:-|, | og |, jf\. §? ?)§? ?\d+(?: [a-z]\b)?)*(?:,? (?:stk|nr|pkt)\. ?\d+)*"
    r"|\bLÆ \d+|\bnr\. \d+(?:-\d+)?|\b(?:principafgørelse|lov|bekendtgørelse|vejledning) \d+(?:-\d+)?"
    r"|\b(?:spørgsmål|spm\.) \d+(?:\.\d+)*(?:/\d+)?"
    r"|\bsag(?:en|snr\.|snummer)? (?:nr\. )?\d+\b"
    r"|\b95 procents sikkerhed\b|\b(?:pa|bek|vejl)-(?:n-)?\d+(?:-\d+)?\b"
    r"|\]\([^)]*\)|^\s*\d+\) ",
    re.IGNORECASE | re.MULTILINE,
)


def typed_numbers(text: str) -> list[str]:
    """Every number in a text, as it is written there, that is none of what `NO_NUMBER` tells."""
    return NUMBER.findall(NO_NUMBER.sub(lambda found: " " * len(found[0]), text))
