#!/bin/bash
# Fills a redis with the 1,000,000 keys of 1000 bytes that `redis-benchmark -t set -d 1000 -r 1000000` then sets: 1.1 GiB. Argument: its unix socket
set -euo pipefail

until redis-cli -s "$1" ping >/dev/null 2>&1; do sleep 0.1; done
keys=$(redis-cli -s "$1" eval "local value = string.rep('x', 1000)
    for i = 0, 999999 do redis.call('set', string.format('key:%012d', i), value) end
    return redis.call('dbsize')" 0)
[ "$keys" = 1000000 ] || { echo "redis was to have 1000000 keys, and says: $keys" >&2; exit 1; }
