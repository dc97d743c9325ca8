"""Writes the demo's data set, 256 MiB of values that do not compress, as commands for `redis-cli --pipe`."""
import random
import sys

KEYS = 262144
VALUE_BYTES = 1024

source = random.Random(4650)
out = sys.stdout.buffer
for number in range(KEYS):
    key = b"key:%d" % number
    out.write(b"*3\r\n$3\r\nSET\r\n$%d\r\n%s\r\n$%d\r\n" % (len(key), key, VALUE_BYTES))
    out.write(source.randbytes(VALUE_BYTES) + b"\r\n")
