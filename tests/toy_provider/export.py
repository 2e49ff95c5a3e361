"""Its calls as Python: with requests, since it has no library."""

from meshtui.providers.python_source import Program, Source, write_call
from meshtui.providers.sent_request import CodeExport, Sent


def write_program(sent: Sent) -> Program:
    key = Source(f'{{"Authorization": "Bearer " + os.environ["{sent.variable}"]}}')
    asked = write_call("requests.post", {"url": sent.url, "headers": key, "json": sent.body})
    return Program("requests", f"# pip install requests\nimport os\n\nimport requests\n\nprint({asked}.text)\n")


EXPORT = CodeExport(write_program)
