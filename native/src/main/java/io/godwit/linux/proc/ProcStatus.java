package io.godwit.linux.proc;

import io.godwit.linux.CapabilityNames;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** What /proc/PID/status tells: lines of a name, a colon and a value. */
public final class ProcStatus {
    private final Map<String, String> fields;

    private ProcStatus(Map<String, String> fields) {
        this.fields = fields;
    }

    public static ProcStatus parse(List<String> lines) {
        Map<String, String> fields = new HashMap<>();
        for (String line : lines) {
            int colon = line.indexOf(':');
            if (colon > 0) {
                fields.put(line.substring(0, colon), line.substring(colon + 1).trim());
            }
        }
        return new ProcStatus(fields);
    }

    /** Real, effective, saved and file system user. */
    public int[] uids() {
        return integers("Uid");
    }

    /** Real, effective, saved and file system group. */
    public int[] gids() {
        return integers("Gid");
    }

    /** Supplementary groups. */
    public int[] groups() {
        return integers("Groups");
    }

    public int umask() {
        return Integer.parseInt(field("Umask"), 8);
    }

    public int parent() {
        return Integer.parseInt(field("PPid"));
    }

    /** The process of a thread. */
    public int threadGroup() {
        return Integer.parseInt(field("Tgid"));
    }

    public int tracer() {
        return Integer.parseInt(field("TracerPid"));
    }

    /** A bit set: CapInh, CapPrm, CapEff, CapBnd, CapAmb, SigPnd, ShdPnd, SigBlk, SigIgn or SigCgt. */
    public long bits(String name) {
        return Long.parseUnsignedLong(field(name), 16);
    }

    /**
     * Whether a capability is in effect.
     *
     * @param capability its name in capabilities(7), for example {@code CAP_KILL}
     */
    public boolean holds(String capability) {
        return (bits("CapEff") >>> CapabilityNames.number(capability) & 1) == 1;
    }

    public boolean noNewPrivileges() {
        return field("NoNewPrivs").equals("1");
    }

    /** 0 off, 1 strict, 2 filter. */
    public int seccomp() {
        return Integer.parseInt(fields.getOrDefault("Seccomp", "0"));
    }

    /** A size such as VmRSS in bytes; 0 where the kernel does not tell. */
    public long bytes(String name) {
        String value = fields.getOrDefault(name, "0 kB");
        return Long.parseLong(value.substring(0, value.indexOf(' '))) * 1024;
    }

    /** The pids in the nested pid namespaces, outermost first. */
    public int[] namespacePids() {
        return integers("NSpid");
    }

    /** The numbers of the process group in the nested pid namespaces, outermost first; 0 where it has none. */
    public int[] namespaceGroups() {
        return integers("NSpgid");
    }

    /** The numbers of the session in the nested pid namespaces, outermost first; 0 where it has none. */
    public int[] namespaceSessions() {
        return integers("NSsid");
    }

    private int[] integers(String name) {
        return Arrays.stream(field(name).split("\\s+"))
                .filter(word -> !word.isEmpty())
                .flatMapToInt(word -> IntStream.of(Integer.parseUnsignedInt(word)))
                .toArray();
    }

    private String field(String name) {
        String value = fields.get(name);
        if (value == null) {
            throw new IllegalArgumentException("/proc status has no field " + name);
        }
        return value;
    }
}
