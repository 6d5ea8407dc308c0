#!/usr/bin/env python3
"""Copies a Windows program as one that opens no console: its header then names the GUI's subsystem, as `editbin /SUBSYSTEM:WINDOWS` has it."""

import struct
import sys

CONSOLE, GUI = 3, 2


def main(source, target):
    with open(source, "rb") as file:
        program = bytearray(file.read())
    header = struct.unpack_from("<I", program, 0x3C)[0]
    if program[:2] != b"MZ" or program[header : header + 4] != b"PE\0\0":
        sys.exit(f"{source} is no Windows program")
    # Behind the signature (4) and the file's header (20), at the same place for 32 and 64 bits.
    place = header + 4 + 20 + 68
    found = struct.unpack_from("<H", program, place)[0]
    if found not in (CONSOLE, GUI):
        sys.exit(f"{source} is for subsystem {found}, neither console nor GUI")
    struct.pack_into("<H", program, place, GUI)
    with open(target, "wb") as file:
        file.write(program)


main(*sys.argv[1:])
