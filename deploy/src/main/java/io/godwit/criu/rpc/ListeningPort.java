package io.godwit.criu.rpc;

import io.godwit.linux.LinuxException;
import io.godwit.linux.proc.ProcDirectory;
import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** The TCP port that a process listens on, as the kernel tells it (/proc/PID/net/tcp of proc(5)). */
final class ListeningPort {
    private static final String LISTENING = "0A";
    private static final int LOCAL_ADDRESS = 1;
    private static final int STATE = 3;
    private static final int INODE = 9;
    private static final int HEXADECIMAL = 16;

    private ListeningPort() {}

    /**
     * The port.
     *
     * @throws IOException if it listens on none
     */
    static int of(int pid) throws IOException {
        ProcDirectory process = ProcDirectory.process(pid);
        Set<String> inodes = socketInodes(process);
        for (String table : List.of("net/tcp", "net/tcp6")) {
            Optional<Integer> port = find(process.lines(table), inodes);
            if (port.isPresent()) {
                return port.get();
            }
        }
        throw new IOException("process " + pid + " listens on no TCP port");
    }

    static Optional<Integer> find(List<String> table, Set<String> inodes) {
        return table.stream()
                .skip(1)
                .map(line -> line.trim().split("\\s+"))
                .filter(fields -> fields[STATE].equals(LISTENING) && inodes.contains(fields[INODE]))
                .flatMap(fields -> Stream.of(fields[LOCAL_ADDRESS]))
                .map(address -> Integer.parseInt(address.substring(address.indexOf(':') + 1), HEXADECIMAL))
                .findFirst();
    }

    private static Set<String> socketInodes(ProcDirectory process) throws IOException {
        Set<String> inodes = new HashSet<>();
        for (int fd : process.descriptors()) {
            try {
                String link = process.link("fd/" + fd);
                if (link.startsWith("socket:[")) {
                    inodes.add(link.substring("socket:[".length(), link.length() - 1));
                }
            } catch (LinuxException e) {
                // Closed since the list was read.
            }
        }
        return inodes;
    }
}
