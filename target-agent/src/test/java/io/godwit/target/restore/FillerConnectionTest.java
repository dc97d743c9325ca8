package io.godwit.target.restore;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.godwit.linux.net.UnixStream;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** When a tree is taken for taken over. */
class FillerConnectionTest {
    private static final int PID = 4711;

    private UnixStream restore;
    private UnixStream filler;
    private FillerConnection connection;

    @BeforeEach
    void connect() throws IOException {
        UnixStream[] ends = UnixStream.pair();
        restore = ends[0];
        filler = ends[1];
        connection = new FillerConnection(restore, Duration.ZERO);
    }

    @AfterEach
    void close() {
        connection.close();
        filler.close();
    }

    private void leave() throws IOException {
        restore.send(PID);
        restore.send(restore.descriptor());
    }

    @Test
    void whatIsNotReadIsNotTaken() throws IOException {
        leave();

        assertThatThrownBy(connection::awaitTaken).hasMessageContaining("does not take over");
    }

    /** Between that and the guard the filler may end. */
    @Test
    void aDescriptorThatWasOnlyLookedAtIsNotTaken() throws IOException {
        leave();
        filler.receive();
        filler.peekDescriptor().close();

        assertThatThrownBy(connection::awaitTaken).hasMessageContaining("does not take over");
    }

    @Test
    void whatWasReadToItsEndIsTaken() throws IOException {
        leave();
        filler.receive();
        filler.peekDescriptor().close();
        filler.confirmDescriptor();

        assertThatCode(connection::awaitTaken).doesNotThrowAnyException();
    }

    @Test
    void aFillerThatEndedWithoutReadingAllHasTakenNothing() throws IOException {
        leave();
        filler.receive();
        filler.peekDescriptor().close();
        filler.close();

        assertThatThrownBy(connection::awaitTaken).hasMessageContaining("went away; its own messages say why");
    }

    @Test
    void aFillerThatEndedAfterwardsIsMissed() throws IOException {
        leave();
        filler.receive();
        filler.peekDescriptor().close();
        filler.confirmDescriptor();
        filler.close();

        assertThatThrownBy(connection::requireThere).hasMessageContaining("went away; its own messages say why");
    }
}
