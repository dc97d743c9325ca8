"""Has a tree dumped over CRIU's RPC, and names external files when it is asked for them: CRIU PID IMAGES [lazy=PORT] [EXTERNAL...].

With lazy=PORT its memory is served there. Prints each notification, and what came of it. The messages are made by hand, so that nothing of Godwit speaks to Godwit.
"""

import os
import socket
import subprocess
import sys

DUMP, NOTIFY = 1, 6
NO_DESCRIPTOR = (1 << 64) - 1


def varint(number):
    encoded = bytearray()
    while number > 0x7F:
        encoded.append(number & 0x7F | 0x80)
        number >>= 7
    encoded.append(number)
    return bytes(encoded)


def field(number, value):
    """A field of a protobuf message: an integer, or bytes."""
    if isinstance(value, int):
        return varint(number << 3) + varint(value)
    return varint(number << 3 | 2) + varint(len(value)) + value


def fields(message):
    """The last value of each field, by its number."""
    found, at = {}, 0

    def number():
        nonlocal at
        value, shift = 0, 0
        while True:
            byte = message[at]
            at += 1
            value |= (byte & 0x7F) << shift
            shift += 7
            if byte < 0x80:
                return value

    while at < len(message):
        tag = number()
        value = number()
        if tag & 7 == 2:
            value, at = message[at:at + value], at + value
        found[tag >> 3] = value
    return found


def main(criu, pid, images, *external):
    directory = os.open(images, os.O_RDONLY)
    client, worker = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    subprocess.Popen([criu, "swrk", str(worker.fileno())], pass_fds=[worker.fileno()])
    worker.close()
    options = field(1, directory) + field(2, int(pid)) + field(9, 4) + field(10, b"dump.log") + field(12, 1)
    status, ready = os.pipe()
    if external and external[0].startswith("lazy="):
        options += field(11, field(2, int(external[0][5:]))) + field(48, 1) + field(49, ready)
        external = external[1:]
    client.send(field(1, DUMP) + field(2, options))
    while True:
        answer = fields(client.recv(1 << 16))
        if answer[1] != NOTIFY:
            break
        script = fields(answer[5])[1].decode()
        if script == "status-ready":
            print("status", os.read(status, 1).hex())
        print("notify", script, flush=True)
        agreed = field(1, NOTIFY) + field(3, 1)
        if script == "query-ext-files":
            named = b"".join(field(37, key.encode()) for key in external)
            agreed += field(2, field(1, NO_DESCRIPTOR) + named)
        client.send(agreed)
    print("dumped" if answer.get(2) else "failed: " + answer.get(9, b"").decode())


main(*sys.argv[1:])
