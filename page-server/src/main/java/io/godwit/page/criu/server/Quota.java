package io.godwit.page.criu.server;

import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

/** How many bytes may be stored: by one session, or by all. What a session takes is taken from both. */
final class Quota {
    private final String option;
    private final long limit;
    private final Optional<Quota> whole;
    private final AtomicLong used = new AtomicLong();

    private Quota(String option, long limit, Optional<Quota> whole) {
        this.option = option;
        this.limit = limit;
        this.whole = whole;
    }

    /**
     * Of a whole server.
     *
     * @param limit in bytes
     */
    static Quota ofServer(long limit) {
        return new Quota("--quota-total", limit, Optional.empty());
    }

    /** Of one of its sessions. */
    Quota ofSession(long sessionLimit) {
        return new Quota("--quota", sessionLimit, Optional.of(this));
    }

    /** Passes if so many bytes could be taken now. */
    void require(long bytes) throws IOException {
        if (bytes > limit - used.get()) {
            throw refusal(used.get(), bytes);
        }
        if (whole.isPresent()) {
            whole.get().require(bytes);
        }
    }

    /** Takes bytes. */
    void take(long bytes) throws IOException {
        long now = used.addAndGet(bytes);
        if (now > limit) {
            used.addAndGet(-bytes);
            throw refusal(now - bytes, bytes);
        }
        if (whole.isPresent()) {
            whole.get().take(bytes);
        }
    }

    /** Gives back what a session took, whose files are deleted. */
    void release() {
        long taken = used.getAndSet(0);
        whole.ifPresent(quota -> quota.used.addAndGet(-taken));
    }

    private IOException refusal(long taken, long bytes) {
        return new IOException(option + " lets " + limit + " bytes be stored, " + taken + " are, and " + bytes
                + " more were to come; give more, or remove what is not needed and start again");
    }
}
