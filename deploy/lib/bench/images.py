"""Writes images of a wanted size for the benchmarks: KIND FILE COUNT, or 'chain' DIRECTORY DEPTH MIB EVERY."""
import os
import struct
import sys

COMMON = 0x54564319
PAGE = 4096


def varint(value):
    out = bytearray()
    while value > 127:
        out.append(value & 127 | 128)
        value >>= 7
    out.append(value)
    return bytes(out)


def field(number, value):
    if isinstance(value, bytes):
        return varint(number << 3 | 2) + varint(len(value)) + value
    return varint(number << 3) + varint(value)


def image(path, magic, entries):
    with open(path, "wb") as out:
        out.write(struct.pack("<II", COMMON, magic))
        for entry in entries:
            out.write(struct.pack("<I", len(entry)) + entry)


def descriptor(i):
    return field(1, i + 1) + field(2, 0) + field(3, 1) + field(4, i)


def file(i):
    owner = b"".join(field(n, 0) for n in range(1, 6))
    reg = field(1, i + 1) + field(2, 0o100002) + field(3, 4096 * i) + field(5, owner)
    reg += field(6, b"/srv/data/table-%05d.db" % i) + field(7, 1) + field(8, 1 << 30) + field(10, 0o100644)
    return field(1, 1) + field(2, i + 1) + field(3, reg)


def pagemap(directory, runs, parent):
    """Runs are (first page, pages, in the parent)."""
    entries = [field(1, 1)]
    present = 0
    for first, pages, inherited in runs:
        entries.append(
            field(1, 0x10000000 + first * PAGE) + field(2, pages) + field(4, 1 if inherited else 4) + field(5, pages)
        )
        present += 0 if inherited else pages
    image(os.path.join(directory, "pagemap-1.img"), 0x56084025, entries)
    if parent is not None:
        os.symlink(os.path.join("..", parent), os.path.join(directory, "parent"))
    block = os.urandom(1 << 20)
    with open(os.path.join(directory, "pages-1.img"), "wb") as out:
        left = present * PAGE
        while left > 0:
            out.write(block[: min(left, len(block))])
            left -= len(block)


def chain(base, depth, mib, every):
    """Directories 0 to DEPTH-1 of MIB each; all but the first have every EVERY-th page again, and the rest in the parent."""
    pages = mib * 256
    for i in range(depth):
        directory = os.path.join(base, str(i))
        os.mkdir(directory)
        if i == 0:
            pagemap(directory, [(0, pages, False)], None)
        elif every == 1:
            pagemap(directory, [(0, pages, False)], str(i - 1))
        else:
            runs = []
            for at in range(0, pages, every):
                runs.append((at, 1, False))
                if at + 1 < pages:
                    runs.append((at + 1, min(every - 1, pages - at - 1), True))
            pagemap(directory, runs, str(i - 1))


if sys.argv[1] == "chain":
    chain(sys.argv[2], *map(int, sys.argv[3:6]))
elif sys.argv[1] == "descriptors":
    image(sys.argv[2], 0x56213732, map(descriptor, range(int(sys.argv[3]))))
else:
    image(sys.argv[2], 0x56303138, map(file, range(int(sys.argv[3]))))
