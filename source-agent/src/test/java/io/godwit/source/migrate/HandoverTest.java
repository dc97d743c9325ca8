package io.godwit.source.migrate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.godwit.linux.net.HostAddress;
import io.godwit.page.client.OutcomeUnknownException;
import io.godwit.page.client.UndoneException;
import io.godwit.page.proto.ResumeReply;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Both sides of a commit, and what becomes of the tree when one of the steps fails. */
class HandoverTest {
    private static final HostAddress ADDRESS = new HostAddress(new byte[] {10, 0, 0, 9}, 24, 2);

    private static final HostAddress OTHER = new HostAddress(new byte[] {10, 0, 1, 9}, 24, 2);

    /** The addresses that stay. */
    private final Set<HostAddress> there = new HashSet<>();

    /** What was done, in order. */
    private final List<String> done = new ArrayList<>();

    /** The step that fails. */
    private String failing = "";

    private Throwable failure = new IOException("it did not work");

    private void step(String name) throws IOException {
        done.add(name);
        if (name.equals(failing)) {
            if (failure instanceof IOException e) {
                throw e;
            } else if (failure instanceof RuntimeException e) {
                throw e;
            }
            throw (Error) failure;
        }
    }

    private final Handover.Here here = new Handover.Here() {
        @Override
        public void silence() throws IOException {
            step("silence");
        }

        @Override
        public void stopForGood() {
            done.add("stop");
        }

        @Override
        public void goOn() {
            done.add("go on");
        }

        @Override
        public void leaveLocked() throws IOException {
            step("leave locked");
        }

        @Override
        public String unlocking() {
            return "nft delete table inet godwit-42";
        }

        @Override
        public void leaveStopped() throws IOException {
            step("leave stopped");
        }

        @Override
        public String continuing() {
            return "kill -CONT 42";
        }

        @Override
        public void end() throws IOException {
            step("end");
        }

        @Override
        public void forget() {
            done.add("forget");
        }
    };

    private final Departure.Network network = new Departure.Network() {
        @Override
        public void remove(HostAddress address) throws IOException {
            step("remove " + address);
        }

        @Override
        public boolean has(HostAddress address) {
            return there.contains(address);
        }

        @Override
        public void unlock() throws IOException {
            step("unlock");
        }

        @Override
        public String unlocking() {
            return here.unlocking();
        }
    };

    private final Handover.Record record = new Handover.Record() {
        @Override
        public void prepare() {}

        @Override
        public void committing() throws IOException {
            step("write committing");
        }

        @Override
        public void committed() throws IOException {
            step("write committed");
        }

        @Override
        public void over() throws IOException {
            step("close the record");
        }

        @Override
        public String putRight() {
            return "; godwit recover 42";
        }
    };

    private final Handover handover =
            new Handover(here, this::answer, new Departure(List.of(ADDRESS), network), record);

    private ResumeReply answer() throws IOException {
        step("commit");
        return ResumeReply.getDefaultInstance();
    }

    @Test
    void theTreeIsStoppedBeforeTheTargetIsAskedAndEndedAfterIt() throws IOException {
        handover.commit();
        assertThat(done).containsExactly("write committing", "stop", "silence", "commit");

        assertThat(handover.end()).isEmpty();
        assertThat(done.subList(4, done.size()))
                .containsExactly(
                        "write committed", "end", "forget", "remove 10.0.0.9/24", "unlock", "close the record");
    }

    @Test
    void aConnectionThatWentOnStopsItBeforeTheTargetIsAsked() {
        failing = "silence";

        assertThatThrownBy(handover::commit).isSameAs(failure);
        assertThat(done).containsExactly("write committing", "stop", "silence", "go on");
    }

    /** Whoever finds the tree after this agent was killed has to know that it may run at the target. */
    @Test
    void withoutARecordTheTargetIsNotAsked() {
        failing = "write committing";

        assertThatThrownBy(handover::commit).isSameAs(failure);
        assertThat(done).containsExactly("write committing");
    }

    @Test
    void aRecordThatCanNotBeKeptUpKeepsNothingElseFromBeingDone() throws IOException {
        failing = "write committed";
        handover.commit();

        assertThat(handover.end()).isEmpty();
        assertThat(done).endsWith("end", "forget", "remove 10.0.0.9/24", "unlock", "close the record");
    }

    @Test
    void theRecordStaysWhenSomethingIsLeft() throws IOException {
        failing = "remove 10.0.0.9/24";
        handover.commit();

        assertThat(handover.end()).hasSize(1);
        assertThat(done).doesNotContain("close the record");
    }

    @Test
    void aTargetThatHasGivenUpLeavesTheTreeToRunOnHere() {
        failing = "commit";
        failure = new UndoneException("its address can not come here");

        assertThatThrownBy(handover::commit).isSameAs(failure);
        assertThat(done).containsExactly("write committing", "stop", "silence", "commit", "go on");
    }

    static List<Throwable> noGoodAnswers() {
        return List.of(
                new OutcomeUnknownException("the answer was lost", null),
                new IOException("the connection is closed"),
                new IllegalStateException("a defect"),
                new OutOfMemoryError("buffers"));
    }

    /** Whatever it is: the target may have let the tree run. */
    @ParameterizedTest
    @MethodSource("noGoodAnswers")
    void withoutAGoodAnswerTheTreeStaysStoppedAndLocked(Throwable noAnswer) {
        failing = "commit";
        failure = noAnswer;

        OutcomeUnknownException told = catchThrowableOfType(OutcomeUnknownException.class, handover::commit);

        assertThat(told)
                .hasMessageContaining(noAnswer.getMessage())
                .hasMessageContaining("here it is stopped, and runs on by: kill -CONT 42")
                .hasMessageContaining("nft delete table inet godwit-42")
                .hasMessageContaining("if it runs there, take from this host: 10.0.0.9/24")
                .hasMessageEndingWith("; godwit recover 42");
        assertThat(done)
                .containsExactly("write committing", "stop", "silence", "commit", "leave locked", "leave stopped");
    }

    @Test
    void theTreeStaysStoppedAlsoIfItsConnectionsCanNotBeLocked() {
        Handover loses = new Handover(
                here,
                () -> {
                    throw new OutcomeUnknownException("the answer was lost", null);
                },
                Departure.NONE,
                record);
        failing = "leave locked";

        OutcomeUnknownException told = catchThrowableOfType(OutcomeUnknownException.class, loses::commit);

        assertThat(told).hasMessageContaining("could be locked here: it did not work");
        assertThat(done).containsExactly("write committing", "stop", "silence", "leave locked", "leave stopped");
    }

    @Test
    void theTreeStaysStoppedAlsoIfThisAgentIsOutOfMemory() {
        Handover loses = new Handover(
                here,
                () -> {
                    throw new OutOfMemoryError("buffers");
                },
                Departure.NONE,
                record);
        failing = "leave locked";
        failure = new OutOfMemoryError("Direct buffer memory");

        assertThatThrownBy(loses::commit)
                .isInstanceOf(OutcomeUnknownException.class)
                .hasMessageContaining("kill -CONT 42")
                .hasMessageContaining("Direct buffer memory");
        assertThat(done).containsExactly("write committing", "stop", "silence", "leave locked", "leave stopped");
    }

    /** It has the commit before it, and lets the tree run when it goes on. */
    @Test
    void aTargetThatStandsStillIsToBeEndedBeforeTheTreeGoesOnHere() {
        failing = "commit";

        assertThatThrownBy(handover::commit)
                .hasMessageContaining("if it is there but stands still, end the target agent first");
    }

    static List<Throwable> failures() {
        return List.of(new IOException("it did not work"), new OutOfMemoryError("it did not work"));
    }

    @ParameterizedTest
    @MethodSource("failures")
    void addressesLeaveAlsoIfTheTreeHereDoesNotEnd(Throwable why) throws IOException {
        failing = "end";
        failure = why;
        handover.commit();

        assertThat(handover.end())
                .singleElement()
                .satisfies(words -> assertThat(words).contains("it did not work", "killed"));
        assertThat(done).endsWith("end", "forget", "remove 10.0.0.9/24", "unlock");
    }

    @ParameterizedTest
    @MethodSource("failures")
    void anAddressThatStaysKeepsNoOtherHereAndTheConnectionsLocked(Throwable why) {
        failing = "remove 10.0.0.9/24";
        failure = why;

        assertThat(new Departure(List.of(ADDRESS, OTHER), network).go())
                .singleElement()
                .satisfies(words -> assertThat(words)
                        .contains("10.0.0.9/24", "it did not work", here.unlocking())
                        .doesNotContain("10.0.1.9"));
        assertThat(done).containsExactly("remove 10.0.0.9/24", "remove 10.0.1.9/24");
    }

    @Test
    void allAddressesThatStayAreNamed() {
        there.add(ADDRESS);
        there.add(OTHER);

        assertThat(new Departure(List.of(ADDRESS, OTHER), network).go())
                .singleElement()
                .satisfies(words -> assertThat(words).contains("10.0.0.9/24", "10.0.1.9/24", here.unlocking()));
        assertThat(done).containsExactly("remove 10.0.0.9/24", "remove 10.0.1.9/24");
    }

    @Test
    void aLockThatStaysIsNoAddressThatStays() {
        failing = "unlock";

        assertThat(new Departure(List.of(ADDRESS, OTHER), network).go())
                .singleElement()
                .satisfies(words -> assertThat(words)
                        .contains("lock stays", "it did not work", here.unlocking())
                        .doesNotContain("still has"));
    }

    @Test
    void withoutMoveAddressesTheLockStays() throws IOException {
        Handover handsOver = new Handover(here, this::answer, Departure.NONE, record);
        handsOver.commit();

        assertThat(handsOver.end()).isEmpty();
        assertThat(done).endsWith("end", "forget", "close the record");
        assertThat(Departure.NONE.pending()).isEqualTo(Optional.empty());
    }
}
