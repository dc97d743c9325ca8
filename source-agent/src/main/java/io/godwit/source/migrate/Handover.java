package io.godwit.source.migrate;

import io.godwit.page.client.OutcomeUnknownException;
import io.godwit.page.client.TargetConnection;
import io.godwit.page.client.UndoneException;
import io.godwit.page.proto.ResumeReply;
import io.godwit.source.cli.Messages;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The end of the frozen path, in which the tree changes its owner. Whatever fails before the target is asked to commit leaves the tree to
 * run on here, and so does a target that says that it could not and has given up. If the target gives no good answer, the tree may run there, and stays stopped here until someone has looked. Once it
 * has answered, the tree is not here any more: what fails then is told, and keeps nothing else from being done.
 */
final class Handover {
    private final Here here;
    private final Target target;
    private final Departure departure;
    private final Record record;

    /** What stays to be read if this agent is killed. */
    interface Record {
        /** Nothing is written down. */
        Record NONE = new Record() {
            @Override
            public void prepare() {}

            @Override
            public void committing() {}

            @Override
            public void committed() {}

            @Override
            public void over() {}

            @Override
            public String putRight() {
                return "";
            }
        };

        /** What is to be written down then is known; the less is left to do. */
        void prepare() throws IOException;

        /** The target may be asked from now on. */
        void committing() throws IOException;

        /** It has said that the tree runs there. */
        void committed() throws IOException;

        /** Nothing is left to be done. */
        void over() throws IOException;

        /** What to do about an outcome that is not known, as the end of a message. */
        String putRight();
    }

    /** The tree here, which stands still, and its connections. */
    interface Here {
        /** The connections' other sides are told nothing of the tree's end from now on. */
        void silence() throws IOException;

        /** No task runs on, even if this agent dies. */
        void stopForGood();

        /** Takes that back. */
        void goOn();

        /** Lets go of the connections, which stay locked both ways. */
        void leaveLocked() throws IOException;

        /** The command that opens the lock by hand; empty if there is none. */
        String unlocking();

        /** Lets go of the tasks, which stay stopped. */
        void leaveStopped() throws IOException;

        /** The command that has them run on. */
        String continuing();

        /** Ends all tasks. */
        void end() throws IOException;

        /** Lets go of the connections, which are gone from here; their lock stays. */
        void forget();
    }

    /** What is asked to let the tree run, as {@link TargetConnection#commit}. */
    interface Target {
        ResumeReply commit() throws IOException;
    }

    Handover(Here here, Target target, Departure departure, Record record) {
        this.here = here;
        this.target = target;
        this.departure = departure;
        this.record = record;
    }

    /** Does what can be done while the target still restores the tree. */
    void prepare() throws IOException {
        record.prepare();
    }

    /**
     * Has the target let the tree run, after {@link #prepare}.
     *
     * @throws OutcomeUnknownException if it may run there; it is left stopped here
     * @throws IOException if it does not run there; it stands still here as before
     */
    ResumeReply commit() throws IOException {
        record.committing();
        // first: if this agent dies, a tree that runs on has no connection in repair
        here.stopForGood();
        try {
            here.silence();
        } catch (IOException | RuntimeException | Error e) {
            here.goOn();
            throw e;
        }
        try {
            return target.commit();
        } catch (UndoneException e) {
            here.goOn();
            throw e;
        } catch (OutcomeUnknownException e) {
            throw leave(e);
        } catch (IOException | RuntimeException | Error e) {
            throw leave(new OutcomeUnknownException(
                    "the target was asked to let the tree run, and what came of it is not known (" + e
                            + "); look there whether it runs: it must run on one host only",
                    e));
        }
    }

    private OutcomeUnknownException leave(OutcomeUnknownException cause) {
        StringBuilder words = new StringBuilder(cause.getMessage());
        // before the connections are let go of
        Optional<Throwable> untold = attempt(() -> words.append(whatToDo()));
        Optional<Throwable> unlocked = attempt(here::leaveLocked);
        Optional<Throwable> released = attempt(here::leaveStopped);
        unlocked.ifPresent(e -> words.append("; not all of its TCP connections could be locked here: ")
                .append(reason(e)));
        released.ifPresent(e ->
                words.append("; not all of its tasks could be let go of here: ").append(reason(e)));
        OutcomeUnknownException told = new OutcomeUnknownException(words.toString(), cause);
        Stream.of(untold, unlocked, released).flatMap(Optional::stream).forEach(told::addSuppressed);
        return told;
    }

    /** A target that stands still may have the commit before it, and lets the tree run when it goes on. */
    private String whatToDo() {
        String continuing =
                "; if it is there but stands still, end the target agent first (kill -KILL), and then go on here"
                        + "; here it is stopped, and runs on by: " + here.continuing();
        String unlocking = here.unlocking().isEmpty()
                ? ""
                : "; its TCP connections are locked here, and open again by: " + here.unlocking();
        return continuing
                + unlocking
                + departure
                        .pending()
                        .map(pending -> "; if it runs there, " + pending)
                        .orElse("")
                + record.putRight();
    }

    static String reason(Throwable e) {
        return e instanceof IOException failure ? Messages.of(failure) : e.toString();
    }

    /** Ends what is left here of a tree that runs at the target; what could not be done, in words. */
    List<String> end() {
        List<String> left = new ArrayList<>();
        // without it an operator has to look at the target, and comes to the same
        attempt(record::committed);
        attempt(here::end)
                .ifPresent(e -> left.add("what is left of the tree here did not end: " + reason(e)
                        + "; it stands still, and has to be killed"));
        attempt(here::forget)
                .ifPresent(e -> left.add("the connections of the tree here were not closed: " + reason(e)));
        left.addAll(departure.go());
        if (left.isEmpty()) {
            attempt(record::over).ifPresent(e -> left.add("the journal of the migration stays: " + reason(e)));
        }
        return left;
    }

    private interface Step {
        void run() throws IOException;
    }

    private static Optional<Throwable> attempt(Step step) {
        try {
            step.run();
            return Optional.empty();
        } catch (IOException | RuntimeException | Error e) {
            return Optional.of(e);
        }
    }
}
