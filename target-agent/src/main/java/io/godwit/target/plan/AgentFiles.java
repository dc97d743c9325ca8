package io.godwit.target.plan;

import java.util.OptionalInt;

/**
 * What the agent holds open for the tasks to take: numbers of descriptors in the agent's own table. A plan of the tasks may be made
 * by another thread than the one that grows them, which alone asks for {@link #identity}.
 */
public interface AgentFiles {
    /** The agent's pid, as the tasks see it. */
    int pid();

    /**
     * The number under which every task holds a pidfd of the agent, above all that it will have open; none if the agent has a pid that
     * the tasks can name.
     */
    default OptionalInt held() {
        return OptionalInt.empty();
    }

    /** The descriptor of a file object of files.img. */
    int file(int fileId);

    /** The descriptor of an anonymous shared memory object. */
    int sharedMemory(long shmid);

    /** What is behind one of these descriptors: equal for the same file, and readable in messages. */
    String identity(int agentFd);

    /** The slave end of the pseudo terminal that had a number and controls a session; the tree has both ends. */
    int terminal(int index);
}
