"""What may differ between what Centerpost and another sender make a receiver see, and why."""

import re

# Of these extensions Centerpost's table and what Chromium has from the system name different types. Neither is registered for most.
OTHER_TYPES = {
    "log": ("text/plain", "text/x-log"),
    "yaml": ("text/x-yaml", "application/x-yaml"),
    "ini": ("text/plain", "application/octet-stream"),
    "conf": ("text/plain", "application/octet-stream"),
    "ico": ("image/x-icon", "image/vnd.microsoft.icon"),
    "heic": ("image/heic", "image/heif"),
    "mkv": ("video/x-matroska", "video/matroska"),
    "tgz": ("application/x-compressed", "application/x-compressed-tar"),
    "rar": ("application/x-rar-compressed", "application/vnd.rar"),
    "bz2": ("application/x-bzip2", "application/x-bzip"),
    "zst": ("application/octet-stream", "application/zstd"),
    "ips": ("application/octet-stream", "application/x-ips-patch"),
    "etl": ("application/etl", "application/octet-stream"),
    "pcapng": ("application/octet-stream", "application/x-pcapng"),
    "exe": ("application/octet-stream", "application/x-ms-dos-executable"),
    "dll": ("application/x-msdownload", "application/octet-stream"),
    "ipa": ("application/x-itunes-ipa", "application/octet-stream"),
    "msi": ("application/octet-stream", "application/x-msi"),
    "dmg": ("application/octet-stream", "application/x-apple-diskimage"),
    "jar": ("application/java-archive", "application/x-java-archive"),
    "bat": ("application/x-msdownload", "application/octet-stream"),
    "sh": ("application/x-sh", "application/x-shellscript"),
    "ts": ("video/vnd.dlna.mpeg-tts", "text/vnd.trolltech.linguist"),
}


def split_type(found):
    """The type that a receiver saw, and all else that it saw."""
    if not found.rows or isinstance(found.rows, str):
        return None, found
    row = dict(found.rows[0])
    if "head" in row:
        row["head"], _, kind = row["head"].partition("\r\nContent-Type: ")
    else:
        kind = row.pop("type")
    return kind, row


def reason(case, sender, ours, theirs):
    """Why what Centerpost makes a receiver see differs from what another sender does; None where nothing explains it."""
    characters = (case.name + case.field.encode()).decode("utf-8", "replace")
    kind, rest = split_type(ours)
    if theirs is None:
        return "Chromium takes no file whose name is not UTF-8"
    other_kind, other_rest = split_type(theirs)
    if "\ufffd".encode() not in case.name and "\ufffd" in characters:
        return "curl sends any bytes of a name as they are; Centerpost sends U+FFFD for what is not UTF-8"
    if rest == other_rest and sender == "Chromium":
        if case.group == "extension" and OTHER_TYPES.get(case.what) == (kind, other_kind):
            return "the type of an extension is from Centerpost's own table, and Chromium's from the system's"
        if case.group == "type" and case.type.lower() == other_kind:
            return "a file that a script makes has its type in lower case; Centerpost sends a type as it was typed"
    if rest == other_rest and sender != "Chromium" and case.type is None and other_kind in ("application/octet-stream", "application/xml"):
        return "curl knows the types of ten extensions"
    if sender == "Chromium" and case.group == "field" and re.search("[\r\n]", case.field) and "\r\n" not in case.field:
        return "a form makes each line break in a field's name CR LF; Centerpost sends a name as it was given, as curl does"
    if sender == "curl --form-escape" and re.search(r'["\\\r\n]', characters):
        return "--form-escape has backslashes before quotes and backslashes, and line breaks as they are; forms have %22, %0D and %0A"
    if sender.startswith("curl") and case.type == "no type" and theirs.status == 0:
        return "curl sends no type without a slash"
    return None
