package io.godwit.target.receive;

import io.godwit.linux.net.Announcement;
import io.godwit.linux.net.HostAddress;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Steps that are written down, and fail if they shall. */
final class FakeSteps implements Arrival.Network {
    private final List<String> done = new ArrayList<>();
    private final Map<String, Throwable> failures = new HashMap<>();

    /** Has a step fail. */
    void fail(String name, Throwable failure) {
        failures.put(name, failure);
    }

    /** What was done, also the step that failed. */
    List<String> done() {
        return done;
    }

    void step(String name) throws IOException {
        done.add(name);
        Throwable failure = failures.get(name);
        if (failure instanceof IOException e) {
            throw e;
        } else if (failure instanceof RuntimeException e) {
            throw e;
        } else if (failure instanceof Error e) {
            throw e;
        }
    }

    /** 10.0.0.NUMBER. */
    static Announcement address(int number) {
        return new Announcement(new HostAddress(new byte[] {10, 0, 0, (byte) number}, 24, 2), new byte[6]);
    }

    @Override
    public void add(HostAddress address) throws IOException {
        step("add " + address);
    }

    @Override
    public void remove(HostAddress address) throws IOException {
        step("remove " + address);
    }

    @Override
    public void announce(Announcement address) throws IOException {
        step("announce " + address.address());
    }
}
