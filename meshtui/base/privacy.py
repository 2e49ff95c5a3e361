"""Names that are not secret but should not be seen on a shared screen: accounts, projects, people, resources.

AWS account numbers, the names in ARNs, Google projects, e-mail addresses, OpenAI's organisations, projects and users.
Models, regions, error codes and request ids stay: people need them to talk about a failure. Every pattern is linear in
its input, and none finds anything in what it has put there itself.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from functools import cache, lru_cache

ACCOUNT, PROJECT, NAME, EMAIL, ORGANISATION, ID = (
    "<account>", "<project>", "<name>", "<e-mail>", "<organisation>", "<id>",
)  # fmt: skip
DOT = "•"
Put = Callable[[str, str], str]
"""Makes the replacement of a name: gets the placeholder and the original text."""
Known = frozenset[str]

_COLON, _SLASH = "(?::|%3[aA])", r"(?:\\?/|%2[fF])"
# Amazon's form (General Reference, "Amazon Resource Names"): arn:partition:service:region:account:resource. A resource
# ends where no name goes on; what is cut off in the middle of the account number is hidden as well.
_RESOURCE = rf"(?:(?!arn{_COLON})[^\s\"'<>`|()\[\]{{}}])*"
_ARN = rf"(arn{_COLON}aws[\w-]*{_COLON}([\w-]*){_COLON}[\w-]*{_COLON})(\d+|[\w-]*)(?:({_COLON})({_RESOURCE}))?"
_KEPT = ("foundation-model", "inference-profile", "root", "*")
"""Resource names that identify nobody: Amazon's models, its routes to them, the account itself."""
_TYPED = rf"([\w-]+)({_SLASH}|{_COLON})(.*)"
_BETWEEN = f"({_SLASH}|{_COLON})"
_FIELD = r"\\*[\"']?\s{0,2}[:=]\s{0,2}\\*[\"']?"
"""Between a field's name and its value, in JSON, in JSON within JSON, and in a form."""
# A project's id: 6 to 30 of a-z, 0-9 and hyphen, after "example.com:" in old ones; or its number. (Google Cloud,
# "Creating and managing projects".) Shorter where a line was cut.
_PROJECT_ID = r"(?:[a-z][a-z0-9-]*\.[a-z0-9.-]+:)?(?:[a-z][a-z0-9-]*[a-z0-9]|\d{4,})"


def _hide_in_arn(m: re.Match[str], put: Put) -> str:
    head, service, account, colon, resource = m.groups()
    owner = put(ACCOUNT, account) if account.isdigit() else account
    if account == "aws" or not resource:
        return f"{head}{owner}{colon or ''}{resource or ''}"
    name = resource.rstrip(".,;:")
    return f"{head}{owner}{colon}{_hide_in_resource(service, name, put)}{resource[len(name) :]}"


def _hide_in_resource(service: str, resource: str, put: Put) -> str:
    """Keeps the kind of resource and hides its names. A bucket and a topic have no kind before their name."""
    typed = None if service in ("s3", "sns", "sqs") else _compile_pattern(_TYPED).match(resource)
    kind, mark, names = typed.groups() if typed else ("", "", resource)
    if kind in _KEPT or names in _KEPT:
        return resource
    between = _compile_pattern(_BETWEEN)
    return kind + mark + "".join(p if not p or between.fullmatch(p) else put(NAME, p) for p in between.split(names))


def _put_placeholder(placeholder: str) -> Callable[[re.Match[str], Put], str]:
    """A step that keeps the pattern's first group and replaces the second, which follows it, by the placeholder."""
    return lambda m, put: m[1] + put(placeholder, m[2])


# Pattern, replacement, and literals (lower case) without one of which it cannot match: most texts hold none.
_STEPS: tuple[tuple[str, Callable[[re.Match[str], Put], str], tuple[str, ...]], ...] = (
    (_ARN, _hide_in_arn, ("arn",)),
    (r"(?i)(account(?:[ _-]?(?:id|number|no\.?))?(?:s|'s)?\\*[\"'>]?(?:\s{0,2}[:=]|\s(?:is|was|of))?\s{0,2}\\*[\"'(#]?)"
     r"(\d{12})(?!\d)", _put_placeholder(ACCOUNT), ("account",)),
    (r"(-at-)(\d{12})(?!\d)", _put_placeholder(ACCOUNT), ("-at-",)),
    (r"()(\b\d{12})(?=\.(?:signin|dkr|mrap)\b)", _put_placeholder(ACCOUNT), (".signin", ".dkr", ".mrap")),
    (rf"(?i:((?:user|role|group)-?name(?:[ =]|{_FIELD})))([\w+=,.@/-]+)", _put_placeholder(NAME), ("name",)),
    (r"(SourcePolicyId(?:>|\\?\": ?\\?\"))([\w+=,.@-]+)", _put_placeholder(NAME), ("sourcepolicyid",)),
    # Amazon's ids of users and roles, with the session's name behind.
    (r"()(\bA(?:ID|RO|GP|IP)A[A-Z0-9]{12,}(?::[\w+=,.@-]+)?)", _put_placeholder(ID), ("aida", "aroa", "agpa", "aipa")),
    (r"()((?<![\w.+-])(?:[\w.+-]|%(?!40))++(?:@|%40)[\w-]++(?:\.[\w-]++)*)", _put_placeholder(EMAIL), ("@", "%40")),
    (rf"(?i:(projects{_SLASH}))((?-i:{_PROJECT_ID}))", _put_placeholder(PROJECT),
     ("projects/", "projects\\/", "projects%2f")),
    (rf"(?i:((?<![a-z])project(?:_?(?:id|number))?{_FIELD}|--project[ =]))((?-i:(?!proj_){_PROJECT_ID}))",
     _put_placeholder(PROJECT), ("project",)),
    (rf"((?:add-iam-policy-binding|projects describe)\s)({_PROJECT_ID})", _put_placeholder(PROJECT), ("projects ",)),
    # In prose only what cannot be a word: in quotes, or with a hyphen and a digit, or a number.
    (r"(?i:(\bproject(?: number| id)?:? ))((?-i:[a-z][a-z0-9]*-[a-z0-9-]*\d[a-z0-9-]*|\d{4,}))",
     _put_placeholder(PROJECT), ("project ", "project: ")),
    (rf"(?i:(\bproject(?: number| id)?:? \\*[\"'`]))({_PROJECT_ID})(?=\\*[\"'`])",
     _put_placeholder(PROJECT), ("project",)),
    (r"()(\b[a-z][a-z0-9-]+(?=\.iam\.gserviceaccount))", _put_placeholder(PROJECT), (".iam.gserviceaccount",)),
    (r"(\borg-|\bproj_|\buser-)([A-Za-z0-9]{12,})", _put_placeholder(ID), ("org-", "proj_", "user-")),
    (rf"(?i:(\b(?:openai-organization|organization_name){_FIELD}))([\w.-]+)", _put_placeholder(ORGANISATION),
     ("organization",)),
    (rf"(\bclient_id{_FIELD})(\d{{12,}})", _put_placeholder(ID), ("client_id",)),
)  # fmt: skip


_learned: Known = frozenset()
"""Names of all credentials that were loaded in this process. They stay: what was done with a credential outlives it."""


def learn_names(names: Iterable[str]) -> None:
    """Hides these names from now on wherever they occur as a word."""
    global _learned
    _learned |= frozenset(names)


def hide_names(text: str, known: Known = frozenset()) -> str:
    """The text with the names in it replaced: `arn:aws:iam::<account>:user/<name>`, `projects/<project>`, `<e-mail>`.

    `known` are names besides those learned. Returns the same text where there is nothing to hide, and where everything
    is hidden already.
    """
    return _apply_steps(text, known | _learned, lambda placeholder, _: placeholder)


def hide_with_dots(text: str, known: Known = frozenset()) -> str:
    """The same with a dot for each character, for a field that has a cursor."""
    return _apply_steps(text, known | _learned, lambda _, was: DOT * len(was))


def _apply_steps(text: str, known: Known, put: Put) -> str:
    lowered = text.lower()
    for pattern, replace, marks in _STEPS:
        for mark in marks:
            if mark in lowered:
                text = _compile_pattern(pattern).sub(lambda m, replace=replace: replace(m, put), text)  # type: ignore[misc]
                break
    if known and (by_value := _compile_values(known)) is not None:
        text = by_value.sub(lambda m: put(_choose_placeholder(m[0]), m[0]), text)
    return text


@cache
def _compile_pattern(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)


@lru_cache(maxsize=4)
def _compile_values(known: Known) -> re.Pattern[str] | None:
    """Words only, of two that begin alike the longer first: a project `demo` must not spoil every `demonstration`."""
    names = sorted((name for name in known if len(name) >= 4), reverse=True)
    if not names:
        return None
    return re.compile(rf"(?<![\w<-])(?:{'|'.join(map(re.escape, names))})(?![\w>-])")


def _choose_placeholder(name: str) -> str:
    if name.isdigit():
        return ACCOUNT if len(name) == 12 else PROJECT
    return PROJECT if re.fullmatch(_PROJECT_ID, name) and "-" in name else NAME
