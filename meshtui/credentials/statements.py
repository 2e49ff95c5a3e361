"""Lines as shells of all kinds assign: PowerShell, cmd, fish, docker, and several assignments on one line. Each becomes
plain `NAME=value` lines; what is none of them stays as it is."""

from __future__ import annotations

import re

_NAME = r"[A-Za-z_][A-Za-z0-9_]{0,80}"
_VALUE = r"(?:\"[^\"\n]{0,4000}\"|'[^'\n]{0,4000}'|[^\s;&\"']{0,4000})"
_FISH = re.compile(rf"[ \t]*set(?:[ \t]+-{{1,2}}[A-Za-z]{{1,12}})+[ \t]+({_NAME})[ \t]+(\S.*)")
_SETX = re.compile(rf"[ \t]*setx[ \t]+({_NAME})[ \t]+(\S.*?)(?:[ \t]+/[mM])?[ \t]*")
_CMD = re.compile(rf'[ \t]*set[ \t]+"({_NAME})=([^"\n]*)"[ \t]*')
_POWERSHELL = re.compile(rf"[ \t]*\$env:({_NAME})[ \t]*=[ \t]*(\S.*)", re.IGNORECASE)
_ENV = rf"\$env:{_NAME}[ \t]*=[ \t]*{_VALUE}"
_SEVERAL_POWERSHELL = re.compile(rf"[ \t]*{_ENV}(?:[ \t]*;[ \t]*{_ENV})+[ \t;]*", re.IGNORECASE)
_EACH_POWERSHELL = re.compile(rf"\$env:({_NAME})[ \t]*=[ \t]*({_VALUE})", re.IGNORECASE)
_DOCKER = re.compile(rf"[ \t]*(?:-e|--env)[ \t=]+({_NAME})=(\S.*)")
_SIGNS = ("set", "$env:", "-e", "--env")
"""How a line begins, in small letters, that may be more than `NAME=value`."""
_ONE = rf"(?:(?:export|set|env)[ \t]+)?{_NAME}={_VALUE}"
_SEVERAL = re.compile(rf"[ \t]*{_ONE}(?:(?:[ \t]*(?:;|&&)[ \t]*|[ \t]+){_ONE})+[ \t;]*")
_EACH = re.compile(rf"({_NAME})=({_VALUE})")


def split_statements(line: str) -> list[str]:
    """The assignments that a line makes, as `NAME=value` lines."""
    if line.count("=") < 2 and not line.lstrip()[:5].lower().startswith(_SIGNS):
        return [line]
    if _SEVERAL_POWERSHELL.fullmatch(line):
        return [f"{name}={value}" for name, value in _EACH_POWERSHELL.findall(line)]
    for form in (_CMD, _POWERSHELL, _FISH, _SETX, _DOCKER):
        if match := form.fullmatch(line):
            return [f"{match[1]}={match[2]}"]
    if _SEVERAL.fullmatch(line):
        return [f"{name}={value}" for name, value in _EACH.findall(line)]
    return [line]
