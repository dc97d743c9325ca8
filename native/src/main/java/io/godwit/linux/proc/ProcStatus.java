package io.godwit.linux.proc;

import io.godwit.linux.CapabilityNames;
import java.util.Optional;
import java.util.StringTokenizer;

/**
 * What /proc/PID/status tells: lines of a name, a colon and a value. A frozen tree has one for each thread, of which some lines are wanted: they
 * are looked for when they are.
 */
public final class ProcStatus {
    /** A line break before each line. */
    private final String text;

    private ProcStatus(String text) {
        this.text = text;
    }

    /** That of the file's text. */
    public static ProcStatus parse(String text) {
        return new ProcStatus("\n" + text);
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
        return Integer.parseInt(find("Seccomp").orElse("0"));
    }

    /** A size such as VmRSS in bytes; 0 where the kernel does not tell. */
    public long bytes(String name) {
        String value = find(name).orElse("0 kB");
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
        StringTokenizer words = new StringTokenizer(field(name));
        int[] integers = new int[words.countTokens()];
        for (int i = 0; i < integers.length; i++) {
            integers[i] = Integer.parseUnsignedInt(words.nextToken());
        }
        return integers;
    }

    private String field(String name) {
        return find(name).orElseThrow(() -> new IllegalArgumentException("/proc status has no field " + name));
    }

    private Optional<String> find(String name) {
        int line = text.indexOf("\n" + name + ":");
        if (line < 0) {
            return Optional.empty();
        }
        int value = line + name.length() + 2;
        int end = text.indexOf('\n', value);
        return Optional.of(text.substring(value, end < 0 ? text.length() : end).strip());
    }
}
