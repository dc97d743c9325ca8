package io.godwit.source.migrate;

import io.godwit.image.Images;
import io.godwit.image.pages.PageSink;
import io.godwit.page.proto.PreflightReply;
import io.godwit.page.proto.PreflightRequest;
import io.godwit.page.proto.RestoreReply;
import io.godwit.page.proto.ResumeReply;
import io.godwit.page.proto.TimedStep;
import io.godwit.page.server.PageDestination;
import io.godwit.page.server.TargetSession;
import java.nio.ByteBuffer;
import java.nio.file.Path;

/** A target that says yes to all and makes nothing of it. */
final class NoTarget implements TargetSession {
    private static final TimedStep STEP = TimedStep.newBuilder()
            .setName("nothing")
            .setStartMicros(-1)
            .setMicros(1)
            .build();

    private static final PageSink PAGES = new PageSink() {
        @Override
        public void data(long vaddr, ByteBuffer pages) {
            pages.position(pages.limit());
        }

        @Override
        public void zero(long vaddr, long nrPages) {}

        @Override
        public void parent(long vaddr, long nrPages) {}

        @Override
        public void word(long address, long value) {}

        @Override
        public void close() {}
    };

    @Override
    public PreflightReply preflight(PreflightRequest request) {
        return PreflightReply.getDefaultInstance();
    }

    @Override
    public PageDestination grow(Images round) {
        return new PageDestination() {
            @Override
            public PageSink pages(int pid) {
                return PAGES;
            }

            @Override
            public PageSink shared(long shmid) {
                return PAGES;
            }
        };
    }

    @Override
    public RestoreReply restore(Path lastRound) {
        return RestoreReply.newBuilder().addSteps(STEP).addWarnings("").build();
    }

    @Override
    public ResumeReply resume() {
        return ResumeReply.newBuilder().addSteps(STEP).build();
    }

    @Override
    public void abort(String reason) {}
}
