package io.godwit.linux.proc;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Parser of /proc/PID/maps and of the VmFlags lines of /proc/PID/smaps. */
public final class ProcMaps {
    private static final String DELETED = " (deleted)";

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

    /** The mappings of an smaps file, ascending, each with its two-letter VmFlags. */
    static Map<Vma, Set<String>> flags(List<String> lines) {
        Map<Vma, Set<String>> flags = new LinkedHashMap<>();
        Vma vma = null;
        for (String line : lines) {
            int colon = line.indexOf(':');
            int space = line.indexOf(' ');
            if (line.startsWith("VmFlags:")) {
                flags.put(vma, Set.of(line.substring(8).trim().split(" +")));
            } else if (space > 0 && (colon < 0 || colon > space)) {
                vma = line(line);
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
