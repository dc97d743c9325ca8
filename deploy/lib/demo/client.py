"""A client of the demo's redis: once the migration has begun, increments a key through one short connection each.

    client.py ADDRESS MIGRATION_LOG

Starts when the log of the migration has its first line, works for a moment, while memory travels, and prints how many
increments redis acknowledged. (A connection that is open at the freeze could not be moved yet.)
"""
import os
import socket
import sys
import time

WORK_SECONDS = 0.08


def increment(address):
    with socket.create_connection((address, 6379)) as connection:
        connection.sendall(b"INCR visits\r\n")
        answer = connection.recv(64)
        assert answer.startswith(b":"), answer
        return int(answer[1:])


address, migration = sys.argv[1:]
while not (os.path.exists(migration) and os.path.getsize(migration) > 0):
    time.sleep(0.002)
last = 0
end = time.monotonic() + WORK_SECONDS
while time.monotonic() < end:
    last = increment(address)
    time.sleep(0.002)
print(last)
