"""Every JSON answer of the command line: its fields, and the number that counts their changes.

Every answer is an object. Within one number fields are only added; null stands for what is not there. Nothing in an
answer is a secret: headers, addresses and bodies are redacted, keys masked. Of several answers to `explain`, each is
such an object; with `--batch` and `--format jsonl` each line is one.

every answer
    schema            the number of this description: 1

`meshtui check`
    exit_status       number; the README's table. 0, or the first credential's that is not 0
    credentials       one object each, in the order in which they were asked for:
      name            what NAME and --credential take
      kind            openai_key, bedrock_api_key, aws_keys, service_account, mesh_key, unrecognised
      provider        openai, bedrock, vertex, mesh; null: not recognised
      source          where it was found: a kind of place, and a path or variable
      shown           the secret's mask; null: it holds none
      fingerprint     eight hexadecimal digits, equal for equal secrets
      policy          fallback, exclusive
      usable          whether it can be sent at all
      status          the exit status that it alone would give
      facts           object, text to text: what was read offline, in the order in which people read it
      findings        what is known offline, each:
        id            stable name of the finding, as openai.cut-off
        level         ok, note, warning, error (with an error it is not sent)
        title, proof, fix    sentences, the last two may be empty
      checks           the live checks in their order, [] where nothing was sent (--offline), each a `check` below
      deciding        name of the check that something is wrong with; null: all is well, or nothing was sent
      sentence        what it all comes to; null: nothing was sent
    also_found        what programs here would take and is checked only by its name, each: name, where, how, said
  --matrix: exit_status, and `cells`, an object each: credential, model, region (- where the provider has none), status
                    (ok, no, unclear, not asked), cause (a label, or empty), said (a sentence)
  --sources: `sources`, an object for each credential that was found, with the headings of the table as names

`check`
    name              form, network, clock, identity, …, prompt, streaming
    status            passed, failed, unclear (tried, but it cannot be told), skipped (`note` says why)
    note              what was found, or why not
    proves, does_not_prove    what a pass proves and does not
    cost              nothing, or what it costs
    cause             a label of `meshtui explain --list`; null where it passed
    fix               the first thing to do; null where there is nothing to do
    explanation       of a refusal: an `explanation` below; null without one
    exchange          an `exchange` below; null: nothing was sent

`meshtui send`
    run, started      its id; Unix seconds
    path              byok, mesh, platform, compare
    credential, policy    the name of the provider credential, and fallback or exclusive; null: none
    stream, cancelled     true or false
    verdict
      served          own key, platform, cache, nobody, unknown
      fell_back       true, false; null: cannot be told
      basis           observed, inferred, likely, not reported
      paid            own key owner, mesh balance, nobody, unknown
      cost_usd        text, what Mesh charged; null: not known
      alarm           whether Mesh paid without the answer saying so
      sentence        what came of it, why, and who paid
      evidence        the strongest first, each: rank, what, says (as served), fell_back, basis
    conclusion        of a comparison: what, sentence, would_tell; null
    attempts          in their order, each:
      role            own key, mesh, platform
      credential, provider    what was sent, and who was called
      ok, status      whether it was answered well; the HTTP status or null
      request_id      what support asks for; null
      text            the model's words
      process, origin, injected    of your own program (`meshtui run`): who sent it, where its key is from; whether a
                      fault of ours answered
      explanation     null where it was answered well
      exchanges, afterwards    what was sent, and what was asked once the answer was there: an `exchange` each
    exit_status       number
  --scenario: `scenario`, its name; `scenes`, each the `run` as above, and `truth`, the sandbox's own records

`exchange`
    provider, call    openai, …; chat, token, sts, models, …
    started           Unix seconds
    timings_ms        connected, sent, first_byte, total; null: not reached
    request           method, url, headers (pairs), body
    answer            status, headers, body; null: none came
    failure           kind, message; null

`meshtui explain`
    cause             a label of `meshtui explain --list`
    certainty         certain, likely, unknown
    provider, status  who answered, with which HTTP status; empty and 0: not known
    credential        whose key is at fault: provider, mesh; null: none, or it cannot be told
    who               who fixes it: key owner, account admin, caller, provider
    retryable, retry_after, retry_advice    whether the same request may succeed later; seconds or null; a sentence
    falls_back, mesh_does    yes, no, not documented; a sentence
    headline          the cause in one sentence
    proof, proof_from the line of the answer that shows it, and where it stands
    structure         object: the other fields that it was recognised by
    not_this          what the status suggests and this is not
    also              causes that the answer leaves open besides
    numbers           what the answer counts, in words
    steps             what to do, each: text, command, url; source and read: what it rests on, and when that was read
    rule, reference   the rule that fitted, and the page that it rests on
    request_id        what support asks for
  with several errors, `errors`, each as above with:
    count             how often it came; the retries of one request are counted once
    first_line, last_line, first_time, last_time    where and when; times as the text has them, empty: none
  --follow, a line each on standard error, with `type`:
    failure           a kind of failure came for the first time: as in `errors`, and `source`, the log it came in
    again             it came again, told at growing intervals: `tally`
    note              `text`: a file is waited for, or can be read now
    summary           ended (end of input, interrupted, terminated, nobody reads the output), lines, seconds, sources,
                      failures (a `tally` each), own_answers (answers with an error of a server of yours, not told)
  `tally`             cause, provider, status, credential, who, headline as above; count; first_seen, last_seen (Unix
                      seconds); first_time, last_time (as the log has them); source, the log in which it came last
  --batch: `id` of the case besides, or `id` and `error`
  --stale: source, read, days, what (the steps that rest on it); a line each
  --list and CAUSE: label, title, meaning, who, retryable, falls_back; --list has them under `causes`

`meshtui history`
    runs, of, unreadable    a `past run` each, the newest first; how many there are; how many entries could not be read
  --run: a `past run` with `verdict`, `attempts` and `checks` as above; of a failure in a log file `explanation`
  --changes: before, after (a `past run` each, or null), conclusion, changes (each: side, what, before, after, says)
  --clear: `cleared`, how many entries

`past run`
    run, at           its id; Unix seconds
    path              byok, mesh, platform, compare, check, program, log; null: not kept
    credential, model null: not kept
    worked            true, false; null: it does not tell
    cancelled, sentence, seconds    how it ended
    asked             what it was made of: the fields of `meshtui.journal.entry.RunInputs`

`meshtui config`: file, exists, settings (name to value and from), problems (each: where, key, wrong, fix, warning),
exit_status. `meshtui keys`: `commands`, each: command, where, title, help, keys, default_keys, demo_only, from.
`meshtui sandbox`: the first line has each name's address and secret, and `admin`; --list: scenarios, faults, names,
conditions.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeAlias

Json: TypeAlias = dict[str, object]
SCHEMA = 1


def number_answer(answer: Mapping[str, object]) -> Json:
    """The answer with its schema number in front."""
    return {"schema": SCHEMA, **answer}
