#!/usr/bin/env python3
"""Speaks CRIU's page-server protocol, with no code of Godwit: a judge of both its ends.

  criu_pages.py send DIR HOST PORT 24|32     sends the pages of a directory of images
  criu_pages.py store DIR 24|32              prints a port, takes one session, stores it in a directory
  criu_pages.py lend DIR 24|32               prints a port, and takes one session that asks for pages of a directory of images
  criu_pages.py fetch DIR HOST PORT 24|32    asks for all pages that may be fetched later, and makes them part of a directory
  criu_pages.py ask PID ADDRESS HOST PORT 24|32
                                             asks for one page, and says how it was answered
  criu_pages.py close HOST PORT 24|32        ends a session in which nothing was asked for, and says how that was answered
  criu_pages.py compare DIR DIR              says whether two directories of images hold the same pages
  criu_pages.py with-socket send|store DIR 24|32 COMMAND...
                                             runs a command that has the other end of a socket as descriptor 9, and does that

With GODWIT_TLS=DIR in the environment TLS is spoken, with ca.pem, cert.pem and key.pem of that directory. A TLS record must then
hold a header alone, or contents that begin at its start and do not cross a multiple of 64 KiB, as CRIU 4.2 needs it.

With GODWIT_MUTE in the environment `lend` does not answer CLOSE.

Image files are read and written here too: two magic numbers, then entries, each a length of four bytes and a protobuf message
that has only numbers in it.
"""
import os
import re
import socket
import ssl
import struct
import subprocess
import sys

PAGE = 4096
PARENT, LAZY, PRESENT = 1, 2, 4
OPEN2, ASK_PARENT, ADD_F, GET, CLOSE, FORCE_CLOSE = 4, 5, 6, 7, 0x1023, 0x1024
MAGIC = struct.pack("<II", 0x54564319, 0x56084025)
PIECE = 1 << 20


def varint(data, at):
    value = shift = 0
    while True:
        byte = data[at]
        at += 1
        value |= (byte & 127) << shift
        shift += 7
        if byte < 128:
            return value, at


def numbers(message):
    """The fields of a message that has only varints."""
    fields, at = {}, 0
    while at < len(message):
        tag, at = varint(message, at)
        assert tag & 7 == 0, "no number"
        fields[tag >> 3], at = varint(message, at)
    return fields


def encode(value):
    out = b""
    while value > 127:
        out += bytes([value & 127 | 128])
        value >>= 7
    return out + bytes([value])


def entry(fields):
    message = b"".join(encode(number << 3) + encode(value) for number, value in fields)
    return struct.pack("<I", len(message)) + message


def read_pagemap(path):
    """The number of the pages file, and the runs: address, pages, flags."""
    with open(path, "rb") as file:
        data = file.read()
    assert data[:8] == MAGIC, path
    entries, at = [], 8
    while at < len(data):
        length = struct.unpack_from("<I", data, at)[0]
        entries.append(numbers(data[at + 4 : at + 4 + length]))
        at += 4 + length
    runs = [(e[1], e.get(5, e[2]), e.get(4, PRESENT)) for e in entries[1:]]
    return entries[0][1], runs


def objects(directory):
    """The pagemaps: name, id on the wire."""
    for name in sorted(os.listdir(directory)):
        match = re.fullmatch(r"pagemap-(shmem-)?(\d+)\.img", name)
        if match:
            yield name, int(match.group(2)) << 8 | (2 if match.group(1) else 1)


def header(form, command, pages=0, address=0, object_id=0, flags=0):
    word = command | flags << 16
    if form == 32:
        return struct.pack("<IIQQQ", word, 0, pages, address, object_id)
    return struct.pack("<IIQQ", word, pages, address, object_id)


class Tls:
    """A connection with TLS that knows which bytes came in one record."""

    def __init__(self, raw, server):
        directory = os.environ["GODWIT_TLS"]
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER if server else ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname = False
        context.verify_mode = ssl.CERT_REQUIRED
        context.load_verify_locations(os.path.join(directory, "ca.pem"))
        if os.path.exists(os.path.join(directory, "cert.pem")):
            context.load_cert_chain(os.path.join(directory, "cert.pem"), os.path.join(directory, "key.pem"))
        self.raw, self.record = raw, b""
        self.incoming, self.outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        self.tls = context.wrap_bio(self.incoming, self.outgoing, server_side=server)
        self.turn(self.tls.do_handshake)

    def turn(self, action):
        """Does something that may have to read records first; one at a time."""
        while True:
            try:
                result = action()
                self.raw.sendall(self.outgoing.read())
                return result
            except ssl.SSLWantReadError:
                self.raw.sendall(self.outgoing.read())
                head = receive(self.raw, 5)
                self.incoming.write(head + receive(self.raw, struct.unpack(">H", head[3:])[0]))

    def sendall(self, data):
        for at in range(0, len(data), 16384):
            self.turn(lambda: self.tls.write(data[at : at + 16384]))

    def recv(self, count):
        if not self.record:
            try:
                self.record = self.turn(lambda: self.tls.read(1 << 16))
            except ssl.SSLZeroReturnError:
                return b""
        data, self.record = self.record[:count], self.record[count:]
        return data

    def begin(self):
        assert not self.record, "a record goes on after the end of what it began with"

    def close(self):
        try:
            self.turn(self.tls.unwrap)
        except (ssl.SSLError, EOFError, OSError):
            pass
        self.raw.close()


def encrypted(connection, server):
    return Tls(connection, server) if "GODWIT_TLS" in os.environ else connection


def receive(connection, count):
    data = b""
    while len(data) < count:
        piece = connection.recv(count - len(data))
        if not piece:
            raise EOFError("the other side closed after %d of %d bytes" % (len(data), count))
        data += piece
    return data


def send(directory, connection, form, close=CLOSE):
    for name, object_id in objects(directory):
        connection.sendall(header(form, ASK_PARENT, object_id=object_id))
        assert receive(connection, 4) in (b"\0\0\0\0", b"\1\0\0\0")
        connection.sendall(header(form, OPEN2, object_id=object_id))
        assert receive(connection, 1) in (b"\0", b"\1")
        number, runs = read_pagemap(os.path.join(directory, name))
        with open(os.path.join(directory, "pages-%d.img" % number), "rb") as pages:
            for address, count, flags in runs:
                connection.sendall(header(form, ADD_F, count, address, object_id, flags))
                left = count * PAGE if flags & PRESENT else 0
                while left:
                    piece = pages.read(min(left, PIECE))
                    assert piece, "the pages file is too short"
                    connection.sendall(piece)
                    left -= len(piece)
    connection.sendall(header(form, close))
    assert receive(connection, 4) == b"\0\0\0\0", "the status is not 0"
    connection.close()


class Store:
    """A server for one session."""

    def __init__(self, directory, form):
        self.directory, self.form = directory, form
        self.object = self.pagemap = self.pages = None
        self.next = 0x10001

    def read_header(self, connection):
        data = receive(connection, self.form)
        if isinstance(connection, Tls):
            connection.begin()
        word, second = struct.unpack_from("<II", data)
        if self.form == 32:
            pages, address, object_id = struct.unpack_from("<QQQ", data, 8)
        else:
            pages, (address, object_id) = second, struct.unpack_from("<QQ", data, 8)
        return word & 0xFFFF, word >> 16, pages, address, object_id

    def name(self, object_id):
        kind = {1: "", 2: "shmem-"}[object_id & 255]
        return "pagemap-%s%d.img" % (kind, object_id >> 8)

    def in_parent(self, object_id):
        return os.path.exists(os.path.join(self.directory, "parent", self.name(object_id)))

    def open(self, object_id):
        self.finish()
        self.object = object_id
        self.pagemap = open(os.path.join(self.directory, self.name(object_id)), "wb")
        self.pagemap.write(MAGIC + entry([(1, self.next)]))
        self.pages = open(os.path.join(self.directory, "pages-%d.img" % self.next), "wb")
        self.next += 1

    def finish(self):
        if self.pagemap:
            self.pagemap.close()
            self.pages.close()

    def serve(self, connection):
        while True:
            command, flags, pages, address, object_id = self.read_header(connection)
            if command == ASK_PARENT:
                connection.sendall(struct.pack("<i", self.in_parent(object_id)))
            elif command == OPEN2:
                self.open(object_id)
                connection.sendall(struct.pack("<B", self.in_parent(object_id)))
            elif command == ADD_F:
                assert object_id == self.object, "pages of an object that is not open"
                self.pagemap.write(entry([(1, address), (2, 0), (4, flags), (5, pages)]))
                left = pages * PAGE if flags & PRESENT else 0
                while left:
                    # records must end at each multiple of 64 KiB, and at the end
                    piece = receive(connection, min(left, 1 << 16))
                    if isinstance(connection, Tls):
                        connection.begin()
                    self.pages.write(piece)
                    left -= len(piece)
            elif command in (CLOSE, FORCE_CLOSE):
                self.finish()
                connection.sendall(struct.pack("<i", 0))
                assert connection.recv(1) == b"", "bytes after CLOSE"
                connection.close()
                return
            else:
                raise ValueError("command 0x%x" % command)


def store(directory, form):
    listener = socket.create_server(("127.0.0.1", 0))
    print(listener.getsockname()[1], flush=True)
    connection, _ = listener.accept()
    listener.close()
    Store(directory, form).serve(encrypted(connection, True))


def lend(directory, form):
    """A server of pages; it gives what follows an address in one run of a pagemap, as CRIU does."""
    listener = socket.create_server(("127.0.0.1", 0))
    print(listener.getsockname()[1], flush=True)
    connection, _ = listener.accept()
    listener.close()
    reader, known = Store(directory, form), {}
    while True:
        command, _, wanted, address, pid = reader.read_header(connection)
        if command == ASK_PARENT:
            connection.sendall(struct.pack("<i", 0))
        elif command == GET:
            if pid not in known:
                known[pid] = read_pagemap(os.path.join(directory, "pagemap-%d.img" % pid))
            number, runs = known[pid]
            offset = 0
            for start, count, flags in runs:
                if start <= address < start + count * PAGE:
                    assert flags == LAZY | PRESENT, "a page that must not be asked for"
                    granted = min(wanted, (start - address) // PAGE + count)
                    with open(os.path.join(directory, "pages-%d.img" % number), "rb") as pages:
                        pages.seek(offset + address - start)
                        data = pages.read(granted * PAGE)
                    connection.sendall(header(form, ADD_F, granted, address, pid, PRESENT) + data)
                    break
                offset += count * PAGE if flags & PRESENT else 0
            else:
                raise ValueError("no page at 0x%x" % address)
        elif command in (CLOSE, FORCE_CLOSE):
            if "GODWIT_MUTE" not in os.environ:
                connection.sendall(struct.pack("<i", 0))
            connection.close()
            return
        else:
            raise ValueError("command 0x%x" % command)


def get(connection, form, pid, address, pages):
    """The pages that were given, at least one."""
    connection.sendall(header(form, GET, pages, address, pid))
    command, flags, granted, at, object_id = Store(None, form).read_header(connection)
    assert (command, flags, at, object_id) == (ADD_F, PRESENT, address, pid), "another answer"
    assert 0 < granted <= pages, "%d pages for %d" % (granted, pages)
    return receive(connection, granted * PAGE)


def fetch(directory, connection, form):
    for name, object_id in list(objects(directory)):
        if object_id & 255 != 1:
            continue
        number, runs = read_pagemap(os.path.join(directory, name))
        whole, taken = [], 0
        path = os.path.join(directory, "pages-%d.img" % number)
        with open(path, "rb") as pages:
            for address, count, flags in runs:
                if flags == LAZY:
                    data = b""
                    while len(data) < count * PAGE:
                        data += get(connection, form, object_id >> 8, address + len(data), count - len(data) // PAGE)
                    taken += count
                elif flags & PRESENT:
                    data = pages.read(count * PAGE)
                if flags & (PRESENT | LAZY):
                    whole.append(data)
        with open(path, "wb") as pages:
            pages.write(b"".join(whole))
        with open(os.path.join(directory, name), "wb") as pagemap:
            pagemap.write(MAGIC + entry([(1, number)]))
            for address, count, flags in runs:
                flags = LAZY | PRESENT if flags == LAZY else flags
                pagemap.write(entry([(1, address), (2, count), (4, flags), (5, count)]))
        print("%s: %d pages" % (name, taken))
    connection.sendall(header(form, CLOSE))
    assert receive(connection, 4) == b"\0\0\0\0", "the status is not 0"
    connection.close()


def ask(pid, address, connection, form):
    try:
        print("%d bytes" % len(get(connection, form, pid, address, 1)))
    except (EOFError, ConnectionError):
        print("closed")


def close(connection, form):
    connection.sendall(header(form, CLOSE))
    try:
        print("status %d" % struct.unpack("<i", receive(connection, 4)))
    except (EOFError, ConnectionError):
        print("closed")


def with_socket(what, directory, form, command):
    ours, theirs = socket.socketpair()
    os.dup2(theirs.fileno(), 9)
    theirs.close()
    other = subprocess.Popen(command, pass_fds=[9])
    os.close(9)
    if what == "send":
        send(directory, ours, form, FORCE_CLOSE)
    else:
        Store(directory, form).serve(ours)
    sys.exit(other.wait())


def contents(directory, name):
    """What each page of a pagemap holds, through the parents."""
    number, runs = read_pagemap(os.path.join(directory, name))
    above = None
    found = {}
    with open(os.path.join(directory, "pages-%d.img" % number), "rb") as pages:
        for address, count, flags in runs:
            for page in range(address, address + count * PAGE, PAGE):
                if flags & PRESENT:
                    found[page] = pages.read(PAGE)
                elif flags & PARENT:
                    above = above or contents(os.path.join(directory, "parent"), name)
                    found[page] = above[page]
    return found


def compare(one, other):
    names = [name for name, _ in objects(one)]
    assert names == [name for name, _ in objects(other)], "other objects"
    for name in names:
        assert contents(one, name) == contents(other, name), name
    print("%d objects are the same" % len(names))


if __name__ == "__main__":
    what, words = sys.argv[1], sys.argv[2:]
    if what == "send":
        there = socket.create_connection((words[1], int(words[2])))
        send(words[0], encrypted(there, False), int(words[3]))
    elif what == "store":
        store(words[0], int(words[1]))
    elif what == "lend":
        lend(words[0], int(words[1]))
    elif what == "fetch":
        there = socket.create_connection((words[1], int(words[2])))
        fetch(words[0], there, int(words[3]))
    elif what == "ask":
        there = socket.create_connection((words[2], int(words[3])))
        ask(int(words[0]), int(words[1], 0), there, int(words[4]))
    elif what == "close":
        close(socket.create_connection((words[0], int(words[1]))), int(words[2]))
    elif what == "compare":
        compare(words[0], words[1])
    elif what == "with-socket":
        with_socket(words[0], words[1], int(words[2]), words[3:])
    else:
        sys.exit(__doc__)
