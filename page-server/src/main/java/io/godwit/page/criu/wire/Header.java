package io.godwit.page.criu.wire;

/**
 * A header as it is on the wire, whatever its form.
 *
 * @param command the lower 16 bits of the first word
 * @param flags the upper 16 bits: those of a pagemap's entry
 * @param nrPages unsigned
 * @param vaddr in bytes
 * @param dstId an object of {@link ObjectId}, with GET and its answer a pid
 */
public record Header(int command, int flags, long nrPages, long vaddr, long dstId) {
    static final int COMMAND_BITS = 16;
    static final int COMMAND_MASK = (1 << COMMAND_BITS) - 1;

    static Header of(int word, long nrPages, long vaddr, long dstId) {
        return new Header(word & COMMAND_MASK, word >>> COMMAND_BITS, nrPages, vaddr, dstId);
    }

    static Header of(Command command, int flags, long nrPages, long vaddr, long dstId) {
        return new Header(command.number(), flags, nrPages, vaddr, dstId);
    }

    int word() {
        return command | flags << COMMAND_BITS;
    }

    /** The same without some of its flags. */
    Header withoutFlags(int without) {
        return new Header(command, flags & ~without, nrPages, vaddr, dstId);
    }
}
