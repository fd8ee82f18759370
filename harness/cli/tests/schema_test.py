"""schema_test.py SCHEMA FOLDER|FILE...: every shipped file fits the schema, and mistakes do not.

The mistakes are the loader's own, in the folder `bad` of its tests, less those that no schema can
see. Which kind of file it is about, the schema's name says.

Exit 77 (skipped) without PyYAML and jsonschema."""

import pathlib
import sys

try:
    import jsonschema
    import yaml
except ImportError as missing:
    print(f"skipped: {missing} (Debian: python3-yaml python3-jsonschema)")
    sys.exit(77)
import json


class Loader(yaml.SafeLoader):
    """YAML 1.2: only true and false are booleans, only digits are integers."""


Loader.yaml_implicit_resolvers = {}
Loader.add_implicit_resolver("tag:yaml.org,2002:bool", __import__("re").compile("^(true|false)$"), "tf")
Loader.add_implicit_resolver(
    "tag:yaml.org,2002:int", __import__("re").compile("^-?[0-9]+$"), list("-0123456789")
)

WRONG = [
    "{tree: {root: {run: worker}}}",
    "{scenario: 2, tree: {root: {run: worker}}}",
    "{scenario: 1, tree: {root: {run: workr}}}",
    "{scenario: 1, tree: {root: {run: worker, colour: red}}}",
    "{scenario: 1, tree: {root: {run: worker}}, steps: [{expec: x}]}",
    "{scenario: 1, tree: {root: {run: worker}}, steps: [{await: root@dbg.promt}]}",
    "{scenario: 1, tree: {root: {run: worker}}, steps: [{await: quiet, key: C-c}]}",
    "{scenario: 1, tree: {root: {run: worker}}, steps: [{fault: {kil: root}}]}",
    "{scenario: 1, tree: {root: {run: worker}}, invariants: {no-zombis: {within: 1s}}}",
    "{scenario: 1, tree: {root: {run: worker}}, limits: {total: 30}}",
    "{scenario: 1, tree: {root: {run: worker}}, defect: hop-blnd}",
]


# What a schema does not know: the text below the values, names that stand elsewhere in the file,
# sums, and what would happen. These must fit, so that the list stays right.
BEYOND = """
    all_excluded bad_capture bad_capture_ways bad_names bad_order bad_regex bad_use_path bad_window_range
    bare_wait call_firm call_tree duplicate_key include_again missing_actor no_end_must_fail no_end_when
    quiet_spinner requires_limit tag too_many_steps too_many_variants two_roots
    unknown_parameter unreachable version_not_first waits_for_held
""".split()


KNOWN_WRONG = [
    "{known-failures: 2, entries: []}",
    "{known-failures: 1}",
    "{known-failures: 1, entries: [], policy: {max-age: 90d}}",
    "{known-failures: 1, entries: [{}]}",
]

KNOWN_BEYOND = """
    always bad_invariant bad_seen before_added duplicate_id must_fail scenario_folder scenario_path scenario_unknown
    shadowed too_long version_not_first when_form when_name when_none
""".split()


def ended(document):
    """The document with an end, so that it is not refused for having none."""
    if isinstance(document, dict) and "must-fail" not in document:
        document.setdefault("outcome", {"exit": "any"})
    return document


# Of a kind of file: texts that are wrong, the folder of bad ones, those beyond any schema.
KINDS = {
    "scenario": (WRONG, pathlib.Path("harness/run/tests/bad"), BEYOND, ended),
    "known-failures": (KNOWN_WRONG, pathlib.Path("harness/gate/tests/bad"), KNOWN_BEYOND, lambda document: document),
}


def bad_findings(validator, bad, beyond, whole):
    """Lines about bad files that the schema takes, or refuses, wrongly; and how many it refuses."""
    findings = []
    refused = 0
    for path in sorted(bad.glob("*.yaml")):
        try:
            document = yaml.load(path.read_bytes().decode(), Loader)
            fits = validator.is_valid(document if path.stem == "no_end" else whole(document))
        except (yaml.YAMLError, UnicodeDecodeError, RecursionError):
            continue  # not YAML, or no tree
        refused += not fits
        if fits != (path.stem in beyond):
            findings.append(f"{path}: {'fits' if fits else 'does not fit'} the schema")
    return findings, refused


def main(schema_path, folders):
    schema = json.loads(pathlib.Path(schema_path).read_text())
    jsonschema.Draft7Validator.check_schema(schema)
    validator = jsonschema.Draft7Validator(schema)
    wrong, folder, beyond, whole = KINDS[pathlib.Path(schema_path).name.split(".")[0]]
    bad = 0
    files = []
    for path in map(pathlib.Path, folders):
        files += [path] if path.suffix == ".yaml" else sorted(path.rglob("*.yaml"))
    for path in files:
        for error in validator.iter_errors(yaml.load(path.read_text(), Loader)):
            print(f"{path}: {'/'.join(map(str, error.absolute_path))}: {error.message[:200]}")
            bad += 1
    for text in wrong:
        if validator.is_valid(whole(yaml.load(text, Loader))):
            print(f"the schema takes what is wrong: {text}")
            bad += 1
    findings, refused = bad_findings(validator, folder, beyond, whole)
    for line in findings:
        print(line)
    bad += len(findings)
    print(f"{len(files)} files, {len(wrong) + refused} mistakes, {bad} findings")
    return bad > 0 or not files or refused == 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2:]))
