#!/usr/bin/env python3
"""Writes assets/licences.txt: every crate that a released program is made of, and the texts of their licences.

Needs no network once the crates are downloaded (cargo fetch). A test holds that no crate is missing and none is too many.
"""

import json
import pathlib
import re
import subprocess
import sys
import textwrap

TARGETS = [
    "x86_64-unknown-linux-gnu", "aarch64-unknown-linux-gnu", "x86_64-pc-windows-msvc", "x86_64-pc-windows-gnu",
    "x86_64-apple-darwin", "aarch64-apple-darwin",
]
ROOT = pathlib.Path(__file__).resolve().parent.parent
NAMES = re.compile(r"^(licen[cs]e|copying|copyright|notice|unlicense)", re.I)
OWNER = re.compile(r"^\s*(copyright\b|\(c\)|©)(?!.*\b(notice|holders? be|owner)\b)", re.I)
SHORT = 3000
WIDTH = 100
OWN_VERSION = re.search(r'^version = "(.*)"', (ROOT / "Cargo.toml").read_text(), re.M)[1]


def cargo(*arguments):
    command = ["cargo", *arguments, "--locked", "--offline"]
    return subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout


def built_in(target):
    """The names and versions of what ends up in the program: not what only tests, build scripts and macros use."""
    lines = cargo("tree", "--edges=normal,no-proc-macro", "--prefix=none", "--format={p}", "--target", target).splitlines()
    named = (line.split() for line in lines if line)
    return {(words[0], words[1].removeprefix("v")) for words in named} - {("centerpost", OWN_VERSION)}


def texts(package):
    folder = pathlib.Path(package["manifest_path"]).parent
    named = package.get("license_file")
    files = [path for path in sorted(folder.iterdir()) if path.is_file() and NAMES.match(path.name)]
    files += [folder / named] if named and (folder / named).is_file() and folder / named not in files else []
    # A crate that may be used under MIT is used under MIT, which is short. Apache's text would come in many spellings.
    if package["license"] and re.search(r"\bMIT\b", package["license"]) and " AND " not in package["license"]:
        of_mit = [path for path in files if re.search("mit", path.name, re.I)]
        files = of_mit or files
    if package["license"] and " OR " in package["license"]:
        files = [path for path in files if not re.search("gpl", path.name, re.I)]
    return [path.read_text(encoding="utf-8", errors="replace") for path in files]


def plain(text):
    lines = [line.rstrip() for line in text.replace("\r\n", "\n").replace("\t", "    ").split("\n")]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip("\n")


def notices(text):
    """The lines of a short licence that say whose it is. Those of a long one stay in it."""
    return [line.strip() for line in text.split("\n") if OWNER.match(line)] if len(text) < SHORT else []


def without_notices(text):
    lines = text.split("\n")
    return plain("\n".join(line for line in lines if not OWNER.match(line))) if len(text) < SHORT else text


def same(text):
    """What is alike in two copies of one licence: not line breaks, and not how Apache's is to be applied."""
    words = " ".join(text.split())
    if "Apache License Version 2.0, January 2004" in words:
        words = words.split("END OF TERMS AND CONDITIONS")[0].strip()
    return re.sub(r"[^a-z0-9]", "", words.lower().replace("https://", "http://").removeprefix("the mit license (mit)").removeprefix("mit license"))


def main():
    known = {(package["name"], package["version"]): package for package in json.loads(cargo("metadata", "--format-version=1"))["packages"]}
    packages = {key: known[key] for target in TARGETS for key in built_in(target)}
    name = lambda key: f"{key[0]} {key[1]}"
    parts = [(name(key), [plain(text) for text in texts(package)]) for key, package in sorted(packages.items())]
    for font in sorted((ROOT / "assets/fonts").glob("*-LICENSE.txt")):
        parts.append((f"the font {font.name.removesuffix('-LICENSE.txt')}", [plain(font.read_text(encoding="utf-8"))]))

    # Each licence once, below the parts that are under it and whose they are.
    first, under = {}, {}
    for part, found in parts:
        for text in found:
            body = without_notices(text)
            shown = first.setdefault(same(body), body)
            owners = under.setdefault(shown, {}).setdefault(part, [])
            owners += [line for line in notices(text) if line not in owners]
    out = ["Centerpost is licensed under MIT or Apache-2.0. It is made of the following crates.", ""]
    out += [f"{name(key)}: {package['license'] or 'see below'}" for key, package in sorted(packages.items())]
    for text, owned in sorted(under.items(), key=lambda item: (min(item[1]), item[0])):
        out += ["", "=" * WIDTH]
        by_owner = {}
        for part, owners in owned.items():
            by_owner.setdefault(tuple(owners), []).append(part)
        for owners, named in by_owner.items():
            out += textwrap.wrap(", ".join(named), WIDTH) + [f"    {line}" for line in owners]
        out += ["-" * WIDTH, text]
    without = [part for part, found in parts if not found]
    if without:
        out += ["", "=" * WIDTH, "These crates name their licence, and bring no text of it:", *textwrap.wrap(", ".join(without), WIDTH)]
    text = "\n".join(out) + "\n"
    file = ROOT / "assets/licences.txt"
    if "--check" in sys.argv:
        sys.exit(None if file.read_text(encoding="utf-8") == text else f"{file.name} is out of date: run {sys.argv[0]}")
    file.write_text(text, encoding="utf-8")


main()
