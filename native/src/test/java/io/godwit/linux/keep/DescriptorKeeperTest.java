package io.godwit.linux.keep;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.godwit.linux.Descriptors;
import io.godwit.linux.Fd;
import io.godwit.linux.LinuxException;
import java.io.IOException;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class DescriptorKeeperTest {
    private final String name = "godwit-test-" + UUID.randomUUID();
    private Process owner;
    private Fd pidfd;
    private Fd first;
    private Fd second;

    @BeforeEach
    void start() throws IOException {
        owner = new ProcessBuilder("sleep", "1000").start();
        pidfd = Descriptors.pidfdOpen((int) owner.pid());
        first = Descriptors.memfdCreate("first", 0);
        second = Descriptors.memfdCreate("second", 0);
        Descriptors.truncate(first, 1);
        Descriptors.truncate(second, 2);
        DescriptorKeeper.start(name, pidfd, List.of(first, second));
    }

    @AfterEach
    void stop() throws IOException {
        owner.destroyForcibly();
        List.of(pidfd, first, second).forEach(Fd::close);
        awaitNone();
    }

    private void awaitNone() throws IOException {
        while (!DescriptorKeeper.names(name).isEmpty()) {
            Thread.onSpinWait();
        }
    }

    @Test
    void whatIsKeptIsGivenInOrderWhenTheCallerHasNothingLeft() throws IOException {
        first.close();
        second.close();
        try (Floor floor = Floor.ask(name).orElseThrow()) {
            assertEquals(owner.pid(), Descriptors.processOf(floor.owner()));
            assertEquals(
                    List.of(1L, 2L),
                    List.of(
                            Descriptors.status(floor.kept().get(0)).size(),
                            Descriptors.status(floor.kept().get(1)).size()));
        }
    }

    @Test
    void whoDoesNotTakeOverLeavesAllAsItWas() throws IOException {
        Floor.ask(name).orElseThrow().close();
        try (Floor floor = Floor.ask(name).orElseThrow()) {
            assertEquals(2, floor.kept().size());
        }
    }

    @Test
    void whoTakesOverIsTheLast() throws IOException {
        try (Floor floor = Floor.ask(name).orElseThrow()) {
            floor.takeOver();
            awaitNone();
            assertTrue(Floor.ask(name).isEmpty());
            assertEquals(2, Descriptors.status(floor.kept().get(1)).size());
        }
    }

    @Test
    void itEndsWithItsOwner() throws IOException {
        assertEquals(List.of(name), DescriptorKeeper.names(name));
        owner.destroyForcibly();
        awaitNone();
        assertFalse(Floor.ask(name).isPresent());
    }

    @Test
    void aNameIsTakenOnce() {
        LinuxException e =
                assertThrows(LinuxException.class, () -> DescriptorKeeper.start(name, pidfd, List.of(first)));
        assertTrue(e.getMessage().contains("EADDRINUSE"), e.getMessage());
    }
}
