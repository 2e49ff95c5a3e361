"""Settings: what is written holds, what is wrong says where and how to mend it, and everything else still holds."""

from __future__ import annotations

import tomllib
from dataclasses import fields
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from meshtui.base.provider_names import DEFAULT_MODELS
from meshtui.runs.model import Path as Way
from meshtui.settings import Settings
from meshtui.settings.loading import DEFAULT, LIMIT, SECRET, Loaded, load
from meshtui.settings.schema import BY_KEY, OTHER_VARIABLES, ROWS, find_value
from meshtui.settings.template import write_template
from meshtui.settings.toml_file import TomlError, read_items
from tests.canaries import parts_in

KEY = "sk-proj-" + "Zq7" * 12


class Home:
    """A home folder whose settings file can be written."""

    def __init__(self, folder: Path) -> None:
        self.file = folder / ".config" / "meshtui" / "config.toml"
        self.file.parent.mkdir(parents=True)
        self._environ = {"HOME": str(folder)}

    def load(self, text: str | bytes = "", **variables: str) -> Loaded:
        if not self.file.exists():
            self.file.touch(0o600)
        self.file.write_bytes(text.encode() if isinstance(text, str) else text)
        return self.unwritten(**variables)

    def unwritten(self, **variables: str) -> Loaded:
        return load({**self._environ, **variables})


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path)


def test_without_a_file_every_default_holds_and_nothing_is_said(home: Home):
    loaded = home.unwritten()
    assert loaded.settings == Settings()
    assert set(loaded.origins.values()) == {DEFAULT}
    assert loaded.problems == ()


def test_every_field_of_the_settings_has_its_row():
    named = {row.field.partition(".")[0] for row in ROWS} | {"keys", "presets"}
    assert named == {field.name for field in fields(Settings)}
    assert {row.key for row in ROWS if row.key.startswith("models.")} == {f"models.{p}" for p in DEFAULT_MODELS}
    assert len({row.variable for row in ROWS} | set(OTHER_VARIABLES)) == len(ROWS) + len(OTHER_VARIABLES)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.key)
def test_every_default_is_one_of_the_values_that_are_allowed(row):
    assert row.kind.accepts(find_value(Settings(), row))


def test_the_paths_of_the_table_are_those_of_a_run():
    assert all(BY_KEY["request.path"].kind.accepts(str(way)) for way in Way)
    assert BY_KEY["request.path"].kind.allowed == "byok, mesh, platform or compare"


VALUES = {
    "theme": '"nord"', "hide_names": "true", "notify": '"bell"', "log.times": '"ago"', "history.on": "false",
    "history.keep": "500",
    "request.path": '"mesh"', "request.prompt": '"Say pong"', "request.max_tokens": "32", "request.timeout": "2.5",
    "request.stream": "true", "models.openai": '"gpt-5"', "models.bedrock": '"amazon.nova-lite-v1:0"',
    "models.vertex": '"gemini-3"', "exports.folder": '"~/out"',
}  # fmt: skip


def as_file(values: dict[str, str]) -> str:
    return "".join(f"{key} = {value}\n" for key, value in values.items())


def test_every_setting_is_read_from_the_file_and_its_line_is_known(home: Home):
    assert VALUES.keys() == BY_KEY.keys()
    loaded = home.load(as_file(VALUES))
    assert loaded.problems == ()
    for number, (key, value) in enumerate(VALUES.items(), 1):
        assert find_value(loaded.settings, BY_KEY[key]) == tomllib.loads(f"x = {value}")["x"]
        assert loaded.origins[key] == f"~/.config/meshtui/config.toml:{number}"


def test_every_setting_is_read_from_its_variable_which_goes_before_the_file(home: Home):
    variables = {BY_KEY[key].variable: value.strip('"') for key, value in VALUES.items()}
    other = {"theme": '"dracula"', "request.path": '"compare"', "history.keep": "100"}
    loaded = home.load(as_file(other), **variables)
    assert loaded.problems == ()
    for key, value in VALUES.items():
        assert find_value(loaded.settings, BY_KEY[key]) == tomllib.loads(f"x = {value}")["x"]
        assert loaded.origins[key] == BY_KEY[key].variable


def test_tables_comments_and_values_of_several_lines_keep_their_line_numbers(home: Home):
    text = '\n# mine\n[request]  # all of it\nprompt = """\nfirst\n[second]\n"""\n\n[log]\r\ntimes = "ago"\r\n'
    loaded = home.load(text)
    assert loaded.settings.prompt == "first\n[second]\n"
    assert loaded.origins["request.prompt"].endswith(":4")
    assert loaded.origins["log.times"].endswith(":10")


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ('log.times = "sometimes"', 'log.times: "sometimes" is not clock or ago'),
        ("request.timeout = 0", "request.timeout: 0 is not a number of seconds from 0.1"),
        ("request.timeout = nan", "request.timeout: NaN is not"),
        ("request.max_tokens = true", "request.max_tokens: true is not a whole number"),
        ('hide_names = "yes"', 'hide_names: "yes" is not true or false'),
        ('request.prompt = " "', "is not a text in quotes, not empty"),
        ("theme = 1979-05-27", "theme: 1979-05-27 is not a text in quotes"),
        ('request.prompt = "a\\u001b[2Jb"', "without control characters"),
        ('models.openai = "a\\u009bb"', "without control characters"),
        (f"request.timeout = 0x{'f' * 5000}", "timeout: a number that long is not a number of seconds"),
        (f"history.keep = 0x{'f' * 5000}", "keep: a number that long is not a whole number"),
        ("history.keep = [\n 1,\n 2]", "history.keep: [1, 2] is not a whole number"),
        ('times = "ago"', "times: there is no such setting. Did you mean log.times?"),
        ("hide_name = true", "Did you mean hide_names?"),
        ('[[log]]\ntimes = "ago"', "log[].times: there is no such setting. Did you mean log.times?"),
        ('log = "ago"', "log is a table: write [log], and below it times = …"),
        ("keys = 1", 'keys is a table: write [keys], and below it "main.fire" = …'),
        ("presets = 1", "presets is a table: write [presets], and below it haiku = …"),
        ("colour = 1", "`meshtui config` lists them all"),
        ("a_table_of_quite_another_name.on = true", "Did you mean history.on?"),
        ("requestt.strem = true", "Did you mean request.stream?"),
        ("request.stream = 1", "1 is not true or false. Mend it or take it out; the default is false"),
        ("presets.x = [1]", "presets.x: [1] is not a text in quotes"),
        ('presets.x = " "', 'presets.x: " " is not a text in quotes'),
        ("presets.x = true", "presets.x: true is not a text in quotes"),
    ],
)
def test_what_cannot_hold_names_file_line_key_and_the_mend_and_the_rest_holds(home: Home, line: str, said: str):
    loaded = home.load(f"history.on = false\n{line}\n")
    (problem,) = loaded.problems
    where = 3 if line.startswith("[[") else 2
    assert str(problem).startswith(f"~/.config/meshtui/config.toml:{where}: ")
    assert said in str(problem)
    assert loaded.settings == Settings(history=False)


def test_a_value_that_cannot_hold_says_the_default(home: Home):
    assert str(home.load("request.timeout = -3").problems[0]).endswith("the default is 30.0.")


def test_a_variable_that_cannot_hold_leaves_what_the_file_says(home: Home):
    loaded = home.load("request.max_tokens = 20", MESHTUI_MAX_TOKENS="many")
    assert loaded.settings.max_tokens == 20
    assert [str(p) for p in loaded.problems] == [
        'MESHTUI_MAX_TOKENS: request.max_tokens: "many" is not a whole number from 1 to 1000000. '
        "Mend it or take it out; the default is 16."
    ]


def test_an_empty_variable_is_as_good_as_none(home: Home):
    loaded = home.load('theme = "nord"', MESHTUI_THEME="", MESHTUI_STREAM="")
    assert (loaded.settings.theme, loaded.settings.stream, loaded.problems) == ("nord", False, ())


def test_a_variable_nearly_spelt_right_is_told_and_a_strangers_is_not(home: Home):
    assert home.unwritten(ESHTUI_THEME="nord", MY_MESHTUI_THEME="nord").problems == ()
    loaded = home.unwritten(MESHTUI_THEM="nord", MESHTUI_ELSEWHERE="x", MESHTUI_PLATFORM_KEY="rsk_" + "x" * 20)
    assert [str(p) for p in loaded.problems] == [
        "MESHTUI_THEM: no setting reads this variable. Did you mean MESHTUI_THEME?"
    ]


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ('theme = "nord"\nlog times\n', 2),
        ('theme = "nord', 1),
        ("theme = 1\ntheme = 2\n", 2),
        ("x = " + "[" * 5000, 1),
        ("\n" + "a." * 1500 + "a = 1", 2),
        (f"x = {'9' * 5000}", 1),
        ("\nx = [\n" + "1,\n" * 5000 + "]", 2),
        ("\nx = [1,\n\n\n", 2),
        ('\nx = """' + "\n" * 100 + '"""', 2),
    ],
)
def test_what_is_no_toml_names_the_line_and_all_defaults_hold(home: Home, text: str, line: int):
    loaded = home.load(text)
    assert loaded.settings == Settings()
    (problem,) = loaded.problems
    assert str(problem).startswith(f"~/.config/meshtui/config.toml:{line}: this is not TOML: ")


@pytest.mark.parametrize(
    ("text", "said"),
    [(b'theme = "nord"\n\xff', "line 2 is not UTF-8"), (b"#" * (LIMIT + 1), "larger than 64 KiB")],
)
def test_what_is_no_text_is_said(home: Home, text: bytes, said: str):
    assert said in str(home.load(text).problems[0])


BITS = (
    *(
        "theme",
        "log",
        "keys",
        '"main.fire"',
        "main.fire",
        "request.timeout",
        "=",
        " = ",
        "[",
        "]",
        "[[",
        "]]",
        "{",
        "}",
    ),
    *('"', '"""', "'''", ".", ",", "\n", "\r\n", "#", "1", "true", '"f"', "1979-05-27", "\u2028", "\x0c", "é"),
)


@given(st.lists(st.sampled_from(BITS), max_size=14).map("".join))
def test_whatever_the_file_says_it_is_read_as_the_standard_librarys_parser_reads_it(text: str):
    try:
        whole = tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        with pytest.raises(TomlError) as error:
            read_items(text)
        assert 1 <= error.value.line <= text.count("\n") + 1
        return
    found = read_items(text)
    assert all(1 <= item.line <= text.count("\n") + 1 for item in found)
    assert {item.key.split(".")[0].removesuffix("[]") for item in found} <= {str(key).split(".")[0] for key in whole}
    assert [item.line for item in found] == sorted(item.line for item in found)


def test_what_the_parser_says_is_told_without_its_own_place(home: Home):
    (problem,) = home.load("theme = 1\ntheme = 2\n").problems
    assert problem.wrong == "this is not TOML: Cannot overwrite a value"


def test_a_table_may_be_indented(home: Home):
    assert home.load('  [log]\n  times = "ago"\n').settings == Settings(times="ago")


def test_a_value_may_have_a_hundred_lines_wherever_it_begins(home: Home):
    loaded = home.load("#\n" * 150 + 'presets.x = """' + "a\n" * 99 + '"""\ntheme = "nord"\n')
    assert loaded.settings == Settings(theme="nord", presets={"x": "a\n" * 99})
    assert loaded.origins["theme"].endswith(":251")


def test_a_file_of_as_many_bytes_as_are_read_is_read(home: Home):
    assert home.load(b'theme = "nord"\n'.ljust(LIMIT, b"#")).settings.theme == "nord"
    assert "larger than" in str(home.load(b'theme = "nord"\n'.ljust(LIMIT + 1, b"#")).problems[0])


def test_problems_stand_in_the_order_of_the_lines_and_those_of_variables_first(home: Home):
    loaded = home.load("colour = 1\n[presets]\nx = 1\n[log]\ntimes = 2\n", MESHTUI_STREAM="perhaps")
    assert [p.where.rpartition(":")[2] for p in loaded.problems] == ["MESHTUI_STREAM", "1", "3", "5"]


def test_a_folder_in_the_files_place_is_said(home: Home):
    home.file.mkdir()
    assert "it is no file" in str(home.unwritten().problems[0])


def test_another_file_may_be_named_and_is_missed_where_it_is_not(home: Home, tmp_path: Path):
    other = tmp_path / "other.toml"
    assert "there is no file ~/other.toml" in str(home.unwritten(MESHTUI_CONFIG="~/other.toml").problems[0])
    other.write_text("request.stream = true")
    loaded = home.unwritten(MESHTUI_CONFIG=str(other))
    assert (loaded.settings.stream, loaded.origins["request.stream"]) == (True, "~/other.toml:1")
    assert home.unwritten(MESHTUI_CONFIG="~/other.toml").origins["request.stream"] == "~/other.toml:1"
    homeless = load({"MESHTUI_CONFIG": "~/other.toml"})
    assert "there is no file ~/other.toml" in str(homeless.problems[0])
    assert homeless.path == Path("~/other.toml")


@pytest.mark.parametrize(
    ("line", "key"),
    [(f'models.openai = "{KEY}"', "models.openai"), (f'exports.folder = ["{KEY}"]', "exports.folder"),
     (f'exports.folder = ["nord", "{KEY}"]', "exports.folder"),
     (f'exports.folder = "\\U00000073{KEY[1:]}"', "exports.folder"),
     (f'openai_api_key = "{KEY}"', "openai_api_key"), (f"# {KEY}", "")],
)  # fmt: skip
def test_a_key_in_the_file_is_refused_and_never_repeated(home: Home, line: str, key: str):
    home.file.touch(0o600)
    loaded = home.load(f'theme = "nord"\n{line}\n')
    (problem,) = loaded.problems
    assert (problem.key, problem.wrong) == (key, SECRET)
    assert problem.where.endswith(":2")
    assert not parts_in(str(problem), KEY)
    assert loaded.settings == Settings(theme="nord")
    assert "Others on this machine" not in str(problem)


def test_a_key_in_a_file_that_others_can_read_is_to_be_exchanged(home: Home):
    home.file.touch()
    home.file.chmod(0o644)
    lax, key = home.load(f"# {KEY}").problems
    assert str(key).endswith("exchange the key.")
    assert lax.warning


def test_a_file_that_others_can_read_is_tightened_and_that_is_told(home: Home):
    home.file.touch()
    home.file.chmod(0o664)
    loaded = home.load('theme = "nord"')
    (problem,) = loaded.problems
    assert str(problem) == (
        "~/.config/meshtui/config.toml: others on this machine could read it, or change it. "
        "It is for you alone now (mode 0600)."
    )
    assert (problem.warning, loaded.settings.theme) == (True, "nord")
    assert home.file.stat().st_mode & 0o777 == 0o600
    assert home.load('theme = "nord"').problems == (problem,), "a command reads the file more than once"


def test_a_file_of_ones_own_alone_is_not_spoken_of(home: Home):
    assert home.load('theme = "nord"').problems == ()


def test_a_key_in_a_line_that_is_no_toml_is_not_repeated_either(home: Home):
    problems = [str(p) for p in home.load(f"openai = {KEY}\n").problems]
    assert any(SECRET in said for said in problems)
    assert not any(KEY in said for said in problems)


def test_a_key_in_a_variable_is_refused(home: Home):
    loaded = home.unwritten(MESHTUI_THEME=KEY)
    assert loaded.settings == Settings()
    assert SECRET in str(loaded.problems[0])


def test_the_template_changes_nothing_and_each_of_its_lines_holds_when_uncommented(home: Home):
    assert home.load(write_template()).settings == Settings()
    lines = [line[2:] if " = " in line and line.startswith("# ") else line for line in write_template().splitlines()]
    loaded = home.load("\n".join(lines))
    assert loaded.problems == ()
    assert {key for key, origin in loaded.origins.items() if origin != DEFAULT} == {*BY_KEY, "keys.main.fire"}


def test_keys_are_a_text_or_an_array_with_the_ident_quoted_or_not(home: Home):
    loaded = home.load(
        '[keys]\n"main.fire" = "ctrl+f, F5"\nmain.check = ["c", ","]\nsheet.back = [" "]\n"main.add" = "none"\n'
    )
    assert loaded.settings.keys == {"main.fire": "ctrl+f,f5", "main.check": "c,comma", "sheet.back": "space",
                                    "main.add": ""}  # fmt: skip
    assert loaded.origins["keys.main.check"] == "~/.config/meshtui/config.toml:3"
    assert loaded.problems == ()


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ('"main.edti" = "x"', ":2: keys.main.edti: there is no such command. Did you mean main.edit?"),
        ('"fire" = "x"', "Did you mean main.fire?"),
        ('"main.fire" = "wat"', ":2: keys.main.fire: no key is called 'wat'"),
        ('"main.fire" = "escpe"', "did you mean escape?"),
        ('"main.fire" = 5', ":2: keys.main.fire: 5 is not a text in quotes"),
        ('"main.fire" = [true]', ":2: keys.main.fire: [true] is not a text in quotes"),
        ('"main.fire" = "K"\n\n"main.check" = "K,c"', ":4: keys.main.check: K is main.fire's already (line 2)"),
        ('"main.fire" = "c,f5"', ":2: keys.main.fire: c was main.check's (Run the checks of the credential"),
        ('"main.fire" = "ctrl+q,f,f5"', ":2: keys.main.fire: ctrl+q may never arrive"),
        ('"main.fire" = "K"\nmain.fire = "L"', ":3: keys.main.fire: it is set in line 2 already"),
    ],
)
def test_what_is_wrong_with_keys_names_both_commands_and_lines(home: Home, lines: str, said: str):
    (problem,) = home.load(f"[keys]\n{lines}\n").problems
    assert said in str(problem)


@pytest.mark.parametrize(
    "text",
    [f'"\\U00000073{KEY[1:]}" = 1', f'["\\U00000073{KEY[1:]}"]\nx = 1', f'[["\\U00000073{KEY[1:]}"]]\nx = 1',
     f'[log]\n"\\U00000073{KEY[1:]}".x = 1'],
)  # fmt: skip
def test_a_key_in_place_of_a_name_is_told_by_no_part_however_it_is_written(home: Home, text: str):
    loaded = home.load(text)
    assert loaded.problems
    assert not parts_in(repr(loaded), KEY)


def test_a_key_that_only_two_lines_together_make_is_not_repeated(home: Home):
    (problem,) = home.load("[eyJhbGciOiJIUzI1NiJ9]\nclaims-of-it.signature-of-it = 1\n").problems
    assert problem.key == "eyJ…f-it"


def test_a_key_in_place_of_a_name_is_told_by_no_part(home: Home):
    key = "sk-proj-" + "Zq7xK2mP9vLw" * 6
    loaded = home.load(f'history.on = false\n{key} = "x"\n[models]\nopenai = "{key}"\n')
    assert [problem.where.rpartition(":")[2] for problem in loaded.problems] == ["2", "4"]
    assert not parts_in(repr(loaded), key)
    assert loaded.settings == Settings(history=False)
