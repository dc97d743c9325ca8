package io.godwit.source.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.godwit.linux.net.HostAddress;
import io.godwit.linux.proc.ProcDirectory;
import io.godwit.source.freeze.TaskIdentity;
import io.godwit.source.journal.JournalEntry.State;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is written of a migration, and found again. */
class JournalTest {
    private static final HostAddress ADDRESS = new HostAddress(new byte[] {10, 0, 0, 9}, 24, 2);

    @TempDir
    private Path parent;

    private Path files;
    private JournalDirectory directory;
    private Process tree;
    private int root;

    @BeforeEach
    void startTree() throws IOException {
        files = parent.resolve("godwit");
        directory = new JournalDirectory(files);
        tree = new ProcessBuilder("sleep", "1000").start();
        root = (int) tree.pid();
    }

    @AfterEach
    void endTree() {
        tree.destroyForcibly().onExit().join();
    }

    @Test
    void aJournalOfARehearsalIsKeptBesideTheOthersAndIsNoneOfThem() throws IOException {
        JournalDirectory aside = directory.forRehearsal();
        Journal journal = aside.begin(root, "nowhere", List.of());
        assertThat(aside.path()).hasParent(files);
        assertThat(aside.find(root)).isPresent();
        assertThat(directory.all()).isEmpty();
        directory.requireNone(root);

        journal.remove();
        aside.remove();
        assertThat(files).isEmptyDirectory();
    }

    @Test
    void whatIsLeftOfRehearsalsIsRemovedWhenTheirAgentIsGone() throws IOException {
        Files.createDirectory(files);
        TaskIdentity agent =
                new TaskIdentity(root, ProcDirectory.process(root).stat().startTime());
        Path left = leftRehearsal(agent);
        Path ofAnotherNamespace = new RehearsalDirectories(files, "1").create(agent);
        assertThat(directory.all()).isEmpty();
        assertThat(left).as("its agent lives").isDirectory();

        endTree();
        assertThat(directory.all()).isEmpty();
        assertThat(left).doesNotExist();
        assertThat(ofAnotherNamespace).isDirectory();

        Path another = leftRehearsal(agent);
        JournalDirectory own = directory.forRehearsal();
        assertThat(another).doesNotExist();
        assertThat(own.path()).isDirectory();
    }

    /** With a journal and a round in it. */
    private Path leftRehearsal(TaskIdentity agent) throws IOException {
        Path own = directory.forRehearsal().path();
        String namespace = own.getFileName().toString().split("-")[1];
        Path left = new RehearsalDirectories(files, namespace).create(agent);
        new JournalDirectory(left).begin((int) ProcessHandle.current().pid(), "nowhere", List.of());
        Files.createDirectories(left.resolve("rehearsal-3/0"));
        Files.delete(own);
        return left;
    }

    @Test
    void anEntryIsReadAsItWasWritten() throws IOException {
        JournalEntry entry = new JournalEntry(
                State.COMMITTING,
                new TaskIdentity(812, 120934),
                "pid:[4026531836]",
                "[2001:db8::1]:4650",
                new TaskIdentity(4711, 90233),
                List.of(
                        new JournalEntry.Task(new TaskIdentity(4711, 90233), false),
                        new JournalEntry.Task(new TaskIdentity(4712, 90240), true)),
                true,
                List.of(ADDRESS));

        JournalEntry read = JournalEntry.parse(entry.text());

        assertThat(read).usingRecursiveComparison().isEqualTo(entry);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "state committing\nend\n", "state asleep\n", "agent 1\n", "agent one 2\n", "something else\n"
            })
    void whatIsNoJournalIsRefused(String text) {
        assertThatThrownBy(() -> JournalEntry.parse(text))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("not the journal of a migration");
    }

    @Test
    void aJournalThatWasCutOffIsNamed() throws IOException {
        directory.begin(root, "host-b:4650", List.of());
        Path file = onlyFile();
        String text = Files.readString(file);
        Files.writeString(file, text.substring(0, text.length() - 2));

        assertThatThrownBy(() -> directory.all())
                .isInstanceOf(IOException.class)
                .hasMessageContaining(file.toString());
    }

    @Test
    void aMigrationThatIsGoingOnIsNotBegunAgain() throws IOException {
        Journal journal = directory.begin(root, "host-b:4650", List.of());

        assertThatThrownBy(() -> directory.begin(root, "host-b:4650", List.of()))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("is going on");
        journal.remove();
        assertThat(files).isEmptyDirectory();
        directory.begin(root, "host-b:4650", List.of());
    }

    @Test
    void aDirectoryThatCanNotBeMadeIsNamed() throws IOException {
        Files.writeString(files, "a file");

        assertThatThrownBy(() -> directory.begin(root, "host-b:4650", List.of()))
                .isInstanceOf(IOException.class)
                .hasMessageContaining(files.toString())
                .hasMessageContaining("GODWIT_JOURNAL");
    }

    /** Its tree runs, and nothing of it was locked. */
    @Test
    void beforeTheCommitNothingIsLeftOfAMigrationWithoutConnections() throws IOException {
        abandoned(directory.begin(root, "host-b:4650", List.of()), State.MOVING);

        assertThat(directory.all()).isEmpty();
        assertThat(files).isEmptyDirectory();
    }

    /** Nor in the rounds of one with connections. */
    @Test
    void beforeTheFreezeNothingIsLeft() throws IOException {
        abandoned(directory.begin(root, "host-b:4650", List.of(ADDRESS)), State.MOVING);

        directory.requireNone(root);
        assertThat(files).isEmptyDirectory();
    }

    @Test
    void addressesAreLeftAfterTheCommitAlsoOfATreeThatIsGone() throws IOException {
        abandoned(directory.begin(root, "host-b:4650", List.of(ADDRESS)), State.COMMITTED);
        endTree();

        assertThat(directory.find(root)).isPresent();
    }

    @Test
    void whatCouldNotBePutRightStaysWrittenDown() throws IOException {
        Journal journal = directory.begin(root, "host-b:4650", List.of());
        journal.write(journal.entry().with(State.COMMITTING));
        journal.keep();

        journal.giveUp();

        JournalEntry read = JournalEntry.parse(Files.readString(onlyFile()));
        assertThat(read.state()).isEqualTo(State.MOVING);
        assertThat(read.locked()).isTrue();
    }

    @Test
    void otherwiseNothingIsKeptOfWhatWasGivenUp() throws IOException {
        Journal journal = directory.begin(root, "host-b:4650", List.of());
        journal.freezing(true);

        journal.giveUp();

        assertThat(files).isEmptyDirectory();
    }

    @Test
    void aJournalThatCanNotBeReadIsInTheWayOfNoOtherTree() throws IOException {
        directory.begin(root, "host-b:4650", List.of()).remove();
        Journal other = directory.begin((int) ProcessHandle.current().pid(), "host-b:4650", List.of());
        Files.writeString(other.file(), "damaged");

        directory.requireNone(root);
        assertThat(directory.find(root)).isEmpty();
    }

    /** The agent of another tree comes to its end between the list and a look at each. */
    @Test
    void aJournalThatIsGoneMeanwhileIsPassedOver() throws IOException {
        Journal journal = directory.begin(root, "host-b:4650", List.of());
        Path file = journal.file();
        journal.remove();
        // listed, and not there when it is opened
        Files.createSymbolicLink(file, parent.resolve("gone"));

        assertThat(directory.all()).isEmpty();
        assertThat(directory.find(root)).isEmpty();
    }

    @Test
    void aLockIsLeftAlsoBeforeTheCommit() throws IOException {
        Journal journal = directory.begin(root, "host-b:4650", List.of());
        journal.freezing(true);
        abandoned(journal, State.MOVING);

        assertThatThrownBy(() -> directory.requireNone(root))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("did not come to its end; see godwit recover");
    }

    @Test
    void aMigrationWithoutAnOutcomeIsLeftUntilTheTreeIsGone() throws IOException {
        abandoned(directory.begin(root, "host-b:4650", List.of()), State.COMMITTING);

        assertThat(directory.find(root)).isPresent();
        endTree();
        assertThat(directory.find(root)).isEmpty();
        assertThat(files).isEmptyDirectory();
    }

    @Test
    void thoseOfOtherPidNamespacesAreLeftAlone() throws IOException {
        Journal journal = directory.begin(root, "host-b:4650", List.of());
        Path file = files.resolve(root + "-1.journal");
        Files.move(journal.file(), file);
        Files.writeString(file, "not to be read");

        assertThat(directory.all()).isEmpty();
        assertThat(directory.find(root)).isEmpty();
        assertThat(file).exists();
    }

    /** As if the agent had been killed at this state. */
    private static void abandoned(Journal journal, State state) throws IOException {
        JournalEntry entry = journal.entry();
        JournalEntry.Task task = new JournalEntry.Task(entry.root(), false);
        journal.write(new JournalEntry(
                state,
                new TaskIdentity(entry.agent().pid(), entry.agent().startTime() - 1),
                entry.namespace(),
                entry.target(),
                entry.root(),
                state == State.MOVING ? List.of() : List.of(task),
                entry.locked(),
                entry.addresses()));
    }

    private Path onlyFile() throws IOException {
        try (var all = Files.list(files)) {
            return all.reduce((one, other) -> {
                        throw new AssertionError("two files: " + one + " and " + other);
                    })
                    .orElseThrow();
        }
    }

    @Test
    void aProcessIsTheSameOnlyWithItsStart() throws IOException {
        long start = ProcDirectory.process(root).stat().startTime();

        assertThat(Journal.lives(new TaskIdentity(root, start))).isTrue();
        assertThat(Journal.lives(new TaskIdentity(root, start + 1))).isFalse();
        endTree();
        assertThat(Journal.lives(new TaskIdentity(root, start))).isFalse();
    }
}
