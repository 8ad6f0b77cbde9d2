# SPDX-License-Identifier: GPL-2.0-only
"""recipes.py TOOL FILE...: read the recipes for continuous integration, and print what is
wrong with each: YAML, shell, commands of the tool, paths of this tree, targets of make."""

import os
import re
import shlex
import subprocess
import sys

import yaml

SHELL_KEYS = {"run", "script", "before_script", "steps"}


def shell_of(node):
    """All strings that are shell, and those in lists that are."""
    if isinstance(node, dict):
        for name, value in node.items():
            if name in SHELL_KEYS:
                yield from (text for text in (value if isinstance(value, list) else [value])
                            if isinstance(text, str))
            yield from shell_of(value)
    elif isinstance(node, list):
        for value in node:
            yield from shell_of(value)


def said(*command, text=None):
    result = subprocess.run(command, input=text, capture_output=True, text=True)
    return result.stderr.strip() or result.stdout.strip() if result.returncode else ""


def commands_of(shell):
    """Command lines of the tool, without what the shell or the CI replaces."""
    shell = re.sub(r"\$\{\{.*?\}\}|\$\{?\w+\}?|\\\n", " ", shell)
    for match in re.finditer(r"(?:^|(?<!-C)[\s;&|'\"/(])iommu-mock ([a-z][^;&|<>'\"\n)]*)", shell, re.M):
        if match.group(1).split()[0] not in ("is", "are"):
            yield shlex.split(match.group(1))


def check_shell(tool, shell):
    wrong = said("bash", "-n", text=re.sub(r"\$\{\{.*?\}\}", "X", shell))
    if wrong:
        yield wrong
    for words in commands_of(shell):
        wrong = said(tool, *words, "--help")
        if wrong:
            yield f"iommu-mock {' '.join(words)}: {wrong}"
    for path in re.findall(r"(?<![\w/.-])(?:iommu-mock/)?((?:scripts|docs|userspace)/[\w./-]+)", shell):
        if not os.path.exists(path):
            yield f"there is no {path}"
    with open("Makefile", encoding="ascii") as makefile:
        targets = re.findall(r"^([a-z-]+):", makefile.read(), re.M)
    for target in re.findall(r"\bmake (?:-C \S+ )?([a-z-]+)\b", shell):
        if target not in targets and target not in ("gcc", "ca-certificates"):
            yield f"there is no make {target}"


def check_github(document):
    on = document.get("on", document.get(True))
    if not on:
        yield "no 'on'"
    for name, job in document["jobs"].items():
        if "runs-on" not in job:
            yield f"{name}: no runs-on"
        for step in job["steps"]:
            if ("run" in step) == ("uses" in step):
                yield f"{name}: a step has one of run and uses: {step}"


def check_gitlab(document):
    for name, job in document.items():
        if isinstance(job, dict) and not name.startswith(".") and "script" not in job:
            yield f"{name}: no script"
        if isinstance(job, dict) and job.get("stage", "test") not in document["stages"]:
            yield f"{name}: no such stage"
        if isinstance(job, dict) and job.get("extends", name) not in document:
            yield f"{name}: extends what is not there"


def check_lava(document):
    if document["metadata"]["format"] != "Lava-Test Test Definition 1.0":
        yield "another format"
    if not document["run"]["steps"]:
        yield "no steps"


def check_lava_job(document):
    if [list(action)[0] for action in document["actions"]] != ["deploy", "boot", "test"]:
        yield "the actions are not deploy, boot, test"
    for action in document["actions"]:
        for definition in action.get("test", {}).get("definitions", []):
            if not os.path.exists(definition["path"]):
                yield f"there is no {definition['path']}"
            with open(definition["path"], encoding="ascii") as file:
                known = yaml.safe_load(file)["params"]
            for name in definition["parameters"]:
                if name not in known:
                    yield f"{definition['path']} has no parameter {name}"


CHECKS = {"github.yml": check_github, "github-vfio.yml": check_github,
          "gitlab-ci.yml": check_gitlab, "lava.yaml": check_lava,
          "lava-job.yaml": check_lava_job}


def check(tool, path):
    with open(path, encoding="ascii") as file:
        text = file.read()
    if not path.endswith((".yml", ".yaml")):
        yield from check_shell(tool, text) if path.endswith(".sh") else ()
        return
    try:
        documents = list(yaml.safe_load_all(text))
    except yaml.YAMLError as error:
        yield str(error)
        return
    for document in documents:
        try:
            yield from CHECKS.get(os.path.basename(path), lambda document: ())(document)
        except (KeyError, TypeError) as error:
            yield f"something is missing: {error!r}"
        for shell in shell_of(document):
            yield from check_shell(tool, shell)


for recipe in sys.argv[2:]:
    for complaint in check(sys.argv[1], recipe):
        print(f"{recipe}: {complaint}")
