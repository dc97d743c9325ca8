package io.godwit.linux.proc;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Parser of /proc/PID/maps and of what /proc/PID/smaps tells besides. */
public final class ProcMaps {
    /** Stands among the flags of a mapping to which the kernel may give huge pages, as it or all programs asked for them. */
    public static final String MAY_BE_HUGE = "THPeligible";

    private static final String DELETED = " (deleted)";
    private static final String FLAGS = "VmFlags:";
    private static final String ELIGIBLE = MAY_BE_HUGE + ':';

    private ProcMaps() {}

    /** The mappings of a maps file, ascending. */
    public static List<Vma> parse(List<String> lines) {
        List<Vma> vmas = new ArrayList<>(lines.size());
        for (String line : lines) {
            vmas.add(line(line));
        }
        return vmas;
    }

    /** The same of the bytes of such a file. */
    public static List<Vma> parse(byte[] text) {
        return text.length == 0 ? List.of() : parse(List.of(new String(text, StandardCharsets.UTF_8).split("\n")));
    }

    /** Whether no address is in two of the mappings. */
    static boolean ascending(List<Vma> maps) {
        for (int i = 1; i < maps.size(); i++) {
            if (Long.compareUnsigned(maps.get(i).start(), maps.get(i - 1).end()) < 0) {
                return false;
            }
        }
        return true;
    }

    /** The mappings of an smaps file, ascending, each with its two-letter VmFlags, and {@link #MAY_BE_HUGE} where that is so. */
    static Map<Vma, Set<String>> flags(List<String> lines) {
        Map<Vma, Set<String>> flags = new LinkedHashMap<>();
        Vma vma = null;
        boolean huge = false;
        for (String line : lines) {
            int colon = line.indexOf(':');
            int space = line.indexOf(' ');
            if (line.startsWith(FLAGS)) {
                String letters = line.substring(FLAGS.length()).trim();
                flags.put(vma, Set.of((huge ? letters + ' ' + MAY_BE_HUGE : letters).split(" +")));
            } else if (line.startsWith(ELIGIBLE)) {
                huge = line.endsWith("1");
            } else if (space > 0 && (colon < 0 || colon > space)) {
                vma = line(line);
                huge = false;
            }
        }
        return flags;
    }

    static Vma line(String line) {
        int dash = line.indexOf('-');
        int space = line.indexOf(' ', dash);
        long start = Long.parseUnsignedLong(line, 0, dash, 16);
        long end = Long.parseUnsignedLong(line, dash + 1, space, 16);
        int protection = (line.charAt(space + 1) == 'r' ? Vma.READ : 0)
                | (line.charAt(space + 2) == 'w' ? Vma.WRITE : 0)
                | (line.charAt(space + 3) == 'x' ? Vma.EXEC : 0);
        boolean shared = line.charAt(space + 4) == 's';
        int offsetEnd = line.indexOf(' ', space + 6);
        long offset = Long.parseUnsignedLong(line, space + 6, offsetEnd, 16);
        int deviceEnd = line.indexOf(' ', offsetEnd + 1);
        String device = line.substring(offsetEnd + 1, deviceEnd);
        int inodeEnd = line.indexOf(' ', deviceEnd + 1);
        inodeEnd = inodeEnd < 0 ? line.length() : inodeEnd;
        long inode = Long.parseLong(line, deviceEnd + 1, inodeEnd, 10);
        String name = unescape(line.substring(inodeEnd).stripLeading());
        boolean deleted = inode != 0 && name.endsWith(DELETED);
        if (deleted) {
            name = name.substring(0, name.length() - DELETED.length());
        }
        return new Vma(start, end, protection, shared, offset, device, inode, name, deleted);
    }

    /** The kernel writes a newline in a path as \012. */
    private static String unescape(String name) {
        return name.indexOf('\\') < 0 ? name : name.replace("\\012", "\n");
    }
}
