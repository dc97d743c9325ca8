package io.godwit.criu.options;

import java.util.List;

/**
 * How memory is dumped.
 *
 * @param track keep track of what the tree writes, for the next dump
 * @param autoDedup free blocks of what is not needed any more
 * @param byRead read by process_vm_readv(2) in a pre-dump, not by splice
 * @param lazy leave it where it is until it is touched
 */
public record Memory(boolean track, boolean autoDedup, boolean byRead, boolean lazy) {
    static Memory of(Values values) {
        return new Memory(
                values.has(CriuOption.TRACK_MEM),
                values.has(CriuOption.AUTO_DEDUP),
                values.word(CriuOption.PRE_DUMP_MODE, List.of("splice", "read"))
                        .filter("read"::equals)
                        .isPresent(),
                values.has(CriuOption.LAZY_PAGES));
    }
}
