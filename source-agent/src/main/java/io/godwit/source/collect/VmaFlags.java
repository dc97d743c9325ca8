package io.godwit.source.collect;

import io.godwit.linux.proc.ProcDirectory;
import io.godwit.linux.proc.ProcMaps;
import io.godwit.linux.proc.Vma;
import java.io.IOException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The VmFlags of a process's mappings. Reading /proc/PID/smaps walks all page tables, so it is done before
 * the freeze; in the freeze it is done again only if a mapping appeared that was not there.
 */
public final class VmaFlags {
    private static final String MAPS = "maps";

    private final Map<Vma, Set<String>> known;
    private final List<Vma> maps;
    /** /proc/PID/maps as it tells of just these mappings; empty where others were there when it was read. */
    private final byte[] text;

    private VmaFlags(Map<Vma, Set<String>> known, byte[] text) {
        this.known = known;
        this.maps = List.copyOf(known.keySet());
        this.text = ProcMaps.parse(text).equals(maps) ? text : new byte[0];
    }

    /** Reads the flags of all mappings now. */
    public static VmaFlags read(int pid) throws IOException {
        ProcDirectory process = ProcDirectory.process(pid);
        Map<Vma, Set<String>> flags = process.mapsWithFlags();
        return new VmaFlags(flags, process.bytes(MAPS));
    }

    /**
     * The mappings of a process as they are now, ascending. Most have those of which the flags are known, and then nothing is made of the list.
     *
     * @param known of the same process; null if nothing is
     */
    static List<Vma> mapsNow(int pid, VmaFlags known) throws IOException {
        ProcDirectory process = ProcDirectory.process(pid);
        byte[] now = process.bytes(MAPS);
        return known != null && known.isAsIn(now) ? known.maps : process.maps(now);
    }

    private boolean isAsIn(byte[] now) {
        return now.length > 0 && Arrays.equals(now, text);
    }

    /**
     * The flags of all mappings of a process as they are now, without reading those again that are known of just these mappings. What
     * madvise(2) has changed since on a whole mapping is not noticed.
     *
     * @param known of the same process; null if nothing is
     */
    static VmaFlags readUnlessKnown(int pid, VmaFlags known) throws IOException {
        if (known == null) {
            return read(pid);
        }
        ProcDirectory process = ProcDirectory.process(pid);
        byte[] text = process.bytes(MAPS);
        if (known.isAsIn(text)) {
            return known;
        }
        List<Vma> maps = process.maps(text);
        if (!known.covers(maps)) {
            return read(pid);
        }
        Map<Vma, Set<String>> now = new LinkedHashMap<>();
        maps.forEach(vma -> now.put(vma, known.of(vma)));
        return new VmaFlags(now, text);
    }

    /** The mappings whose flags were read, ascending. */
    public List<Vma> maps() {
        return maps;
    }

    /** Whether each of these mappings was there, unchanged, when the flags were read. */
    public boolean covers(List<Vma> maps) {
        return maps == this.maps || known.keySet().containsAll(maps);
    }

    /** The letters of a mapping; empty when it was not there. */
    public Set<String> of(Vma vma) {
        return known.getOrDefault(vma, Set.of());
    }

    /** The madvise(2) bits of an image: bit n stands for advice n. */
    static long advice(Set<String> letters) {
        long advice = 0;
        advice |= letters.contains("dc") ? 1L << 10 : 0;
        advice |= letters.contains("mg") ? 1L << 12 : 0;
        advice |= letters.contains("hg") ? 1L << 14 : 0;
        advice |= letters.contains("nh") ? 1L << 15 : 0;
        advice |= letters.contains("dd") ? 1L << 16 : 0;
        advice |= letters.contains("wf") ? 1L << 18 : 0;
        return advice;
    }
}
