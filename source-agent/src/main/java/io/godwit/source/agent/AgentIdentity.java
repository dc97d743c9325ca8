package io.godwit.source.agent;

import io.godwit.linux.Descriptors;
import io.godwit.linux.FileStatus;
import io.godwit.linux.NamespaceKind;
import io.godwit.linux.proc.ProcDirectory;
import io.godwit.linux.proc.ProcStatus;
import java.io.File;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a process is, as far as it makes a difference to a migration. A process that has the same can do it in another's place.
 *
 * @param facts by the words for them
 */
record AgentIdentity(Map<String, String> facts) {
    /** Of all variables of Godwit's, as they say where journals are and how Java is run. */
    private static final String VARIABLES = "GODWIT_";

    private static final int EFFECTIVE = 1;

    AgentIdentity {
        facts = new LinkedHashMap<>(facts);
    }

    static AgentIdentity ofThisProcess() throws IOException {
        Map<String, String> facts =
                new LinkedHashMap<>(inTheKernel(ProcDirectory.own()).facts());
        facts.put("build", build(System.getProperty("java.class.path")));
        facts.put("Java", System.getProperty("java.home") + " " + System.getProperty("java.vm.version"));
        facts.put("number of processors", Integer.toString(Runtime.getRuntime().availableProcessors()));
        facts.put("environment (" + VARIABLES + "*)", variables(System.getenv()));
        return new AgentIdentity(facts);
    }

    /** What the kernel tells of any process. */
    static AgentIdentity inTheKernel(ProcDirectory process) throws IOException {
        Map<String, String> facts = new LinkedHashMap<>();
        ProcStatus status = process.status();
        facts.put("user", Integer.toString(status.uids()[EFFECTIVE]));
        facts.put("capabilities", Long.toHexString(status.bits("CapEff")));
        FileStatus root = Descriptors.status(process.path("root/."));
        facts.put("root directory", root.device() + ":" + root.inode());
        for (NamespaceKind kind : NamespaceKind.values()) {
            facts.put(kind.word() + " namespace", process.link("ns/" + kind.word()));
        }
        return new AgentIdentity(facts);
    }

    /** Which classes these are: those of a new build are in the same places. */
    static String build(String classPath) {
        StringBuilder build = new StringBuilder();
        for (String place : classPath.split(File.pathSeparator)) {
            File file = new File(place);
            build.append(place)
                    .append(' ')
                    .append(file.length())
                    .append(' ')
                    .append(file.lastModified())
                    .append('\n');
        }
        return Integer.toHexString(build.toString().hashCode()) + " " + build.length();
    }

    static String variables(Map<String, String> environment) {
        Map<String, String> own = new TreeMap<>(environment);
        own.keySet().removeIf(name -> !name.startsWith(VARIABLES));
        return own.toString();
    }

    List<String> words() {
        List<String> words = new ArrayList<>();
        facts.forEach((fact, value) -> {
            words.add(fact);
            words.add(value);
        });
        return words;
    }

    /** Of what {@link #words} gave, in this build or another. */
    static AgentIdentity of(List<String> words) {
        Map<String, String> facts = new LinkedHashMap<>();
        for (int i = 0; i + 1 < words.size(); i += 2) {
            facts.put(words.get(i), words.get(i + 1));
        }
        return new AgentIdentity(facts);
    }

    /** The words for what this has and another has not in common with it. */
    List<String> differences(AgentIdentity other) {
        List<String> differences = new ArrayList<>();
        facts.forEach((fact, value) -> {
            if (!value.equals(other.facts.get(fact))) {
                differences.add(fact);
            }
        });
        return differences;
    }
}
