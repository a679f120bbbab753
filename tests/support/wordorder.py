"""The order that WordprocessingML (ECMA-376 part 1) wants an element's children in; in another, Word sees damage."""

from __future__ import annotations

import re
from collections.abc import Iterator
from xml.etree.ElementTree import Element

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_SEQUENCES = """
p: pPr *
r: rPr *
pPr: pStyle keepNext keepLines pageBreakBefore framePr widowControl numPr suppressLineNumbers pBdr shd tabs
  suppressAutoHyphens kinsoku wordWrap overflowPunct topLinePunct autoSpaceDE autoSpaceDN bidi adjustRightInd snapToGrid
  spacing ind contextualSpacing mirrorIndents suppressOverlap jc textDirection textAlignment textboxTightWrap outlineLvl
  divId cnfStyle rPr sectPr pPrChange
rPr: rStyle rFonts b bCs i iCs caps smallCaps strike dstrike outline shadow emboss imprint noProof snapToGrid vanish
  webHidden color spacing w kern position sz szCs highlight u effect bdr shd fitText vertAlign rtl cs em lang
  eastAsianLayout specVanish oMath
pBdr: top left bottom right between bar
numPr: ilvl numId
tbl: tblPr tblGrid tr
tblPr: tblStyle tblpPr tblOverlap bidiVisual tblStyleRowBandSize tblStyleColBandSize tblW jc tblCellSpacing tblInd
  tblBorders shd tblLayout tblCellMar tblLook tblCaption tblDescription
tblBorders: top left start bottom right end insideH insideV tl2br tr2bl
tcBorders: top left start bottom right end insideH insideV tl2br tr2bl
tblCellMar: top left start bottom right end
tr: tblPrEx trPr tc
tc: tcPr *
tcPr: cnfStyle tcW gridSpan hMerge vMerge tcBorders shd noWrap tcMar textDirection tcFitText vAlign hideMark
sectPr: reference footnotePr endnotePr type pgSz pgMar paperSrc pgBorders lnNumType pgNumType cols
  formProt vAlign noEndnote titlePg textDirection bidi rtlGutter docGrid printerSettings
sdt: sdtPr sdtEndPr sdtContent
sdtPr: rPr alias lock placeholder showingPlcHdr dataBinding temporary id tag docPartObj
style: name aliases basedOn next link autoRedefine hidden uiPriority semiHidden unhideWhenUsed qFormat locked personal
  personalCompose personalReply rsid pPr rPr tblPr trPr tcPr tblStylePr
tblStylePr: pPr rPr tblPr trPr tcPr
styles: docDefaults latentStyles style
numbering: numPicBullet abstractNum num numIdMacAtCleanup
abstractNum: nsid multiLevelType tmpl name styleLink numStyleLink lvl
lvl: start numFmt lvlRestart pStyle isLgl suff lvlText lvlPicBulletId legacy lvlJc pPr rPr
num: abstractNumId lvlOverride
settings: zoom defaultTabStop autoHyphenation consecutiveHyphenLimit hyphenationZone doNotHyphenateCaps
  characterSpacingControl compat themeFontLang decimalSymbol listSeparator
"""


def _read() -> dict[str, list[str]]:
    lines = _SEQUENCES.strip().replace("\n  ", " ").splitlines()
    return {name: order.split() for name, order in (line.split(":") for line in lines)}


ORDER = _read()


def wrong(root: Element) -> Iterator[str]:
    """What stands in the wrong order, or does not belong, anywhere in a part of a file."""
    for parent in root.iter():
        order = ORDER.get(parent.tag.removeprefix(W))
        if order is None:
            continue
        names = [re.sub("headerR|footerR", "r", child.tag.removeprefix(W)) for child in parent]
        places = [order.index(name) if name in order else order.index("*") if "*" in order else -1 for name in names]
        if -1 in places or places != sorted(places):
            yield f"{parent.tag.removeprefix(W)}: {' '.join(names)}"
