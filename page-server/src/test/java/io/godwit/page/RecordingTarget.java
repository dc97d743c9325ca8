package io.godwit.page;

import io.godwit.image.Images;
import io.godwit.image.pages.PageIndex;
import io.godwit.image.pages.PageSink;
import io.godwit.image.pages.PagemapId;
import io.godwit.page.client.TargetConnection;
import io.godwit.page.proto.PreflightReply;
import io.godwit.page.proto.PreflightRequest;
import io.godwit.page.proto.RestoreReply;
import io.godwit.page.proto.ResumeReply;
import io.godwit.page.protocol.Hurry;
import io.godwit.page.server.PageDestination;
import io.godwit.page.server.TargetSession;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A target whose sessions note what is asked of them, and fail as they are told. */
final class RecordingTarget extends StoringTarget {
    /** The one whose memory is looked at. */
    static final PagemapId TASK = new PagemapId(PagemapId.Kind.TASK, 42);

    private static final int PAGE = PageSink.PAGE;

    private final BlockingQueue<String> calls = new LinkedBlockingQueue<>();
    private final BlockingQueue<Hurry> hurried = new LinkedBlockingQueue<>();
    private IOException restoreFailure;
    private IOException resumeFailure;
    private byte[] restored = {};
    private final PageSink grown = new PageSink() {
        @Override
        public void data(long vaddr, ByteBuffer pages) {
            calls.add("data " + vaddr + " " + pages.remaining());
            pages.position(pages.limit());
        }

        @Override
        public void zero(long vaddr, long nrPages) {
            calls.add("zero " + vaddr + " " + nrPages);
        }

        @Override
        public void parent(long vaddr, long nrPages) {
            calls.add("parent " + vaddr + " " + nrPages);
        }

        @Override
        public void word(long address, long value) {
            calls.add("word " + address + " " + value);
        }

        @Override
        public void close() {
            calls.add("end");
        }
    };

    private final class RecordingSession implements TargetSession {
        @Override
        public PreflightReply preflight(PreflightRequest request) {
            calls.add("preflight " + request.getPidsList());
            return PreflightReply.newBuilder().setFreeMemoryBytes(7).build();
        }

        @Override
        public void hurry(Hurry how) {
            hurried.add(how);
        }

        @Override
        public PageDestination grow(Images round) throws IOException {
            calls.add("grow " + round.directory().getFileName() + " "
                    + new String(round.read("mm-42.img"), StandardCharsets.US_ASCII));
            return pid -> grown;
        }

        @Override
        public RestoreReply restore(Path lastRound) throws IOException {
            if (restoreFailure != null) {
                throw restoreFailure;
            }
            restored = memory(PageIndex.load(lastRound, TASK).extents());
            calls.add("restore");
            return RestoreReply.getDefaultInstance();
        }

        @Override
        public ResumeReply resume() throws IOException {
            calls.add("resume");
            if (resumeFailure != null) {
                throw resumeFailure;
            }
            return ResumeReply.getDefaultInstance();
        }

        @Override
        public void abort(String reason) {
            calls.add("abort " + reason);
        }
    }

    /** @param directory where rounds lie */
    RecordingTarget(Path directory) throws IOException {
        super(directory);
    }

    @Override
    TargetSession session() {
        return new RecordingSession();
    }

    TargetConnection connect() throws IOException {
        return connect("m1");
    }

    /** What was asked, in words, in that order. */
    BlockingQueue<String> calls() {
        return calls;
    }

    /** How each round was announced. */
    BlockingQueue<Hurry> hurried() {
        return hurried;
    }

    void failToRestore(IOException failure) {
        restoreFailure = failure;
    }

    void failToResume(IOException failure) {
        resumeFailure = failure;
    }

    /** So many bytes of memory as they were when it was told to restore. */
    byte[] restored(int bytes) {
        return Arrays.copyOf(restored, bytes);
    }

    /** The next call, in time. */
    String nextCall() throws InterruptedException {
        return calls.poll(10, TimeUnit.SECONDS);
    }

    private static byte[] memory(List<PageIndex.Extent> extents) throws IOException {
        ByteBuffer memory = ByteBuffer.allocate(64 * PAGE);
        for (PageIndex.Extent extent : extents) {
            byte[] file = Files.readAllBytes(extent.pagesFile());
            memory.put((int) extent.vaddr(), file, (int) extent.offset(), (int) extent.nrPages() * PAGE);
        }
        return memory.array();
    }
}
