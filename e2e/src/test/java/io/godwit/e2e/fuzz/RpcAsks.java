package io.godwit.e2e.fuzz;

import com.google.protobuf.InvalidProtocolBufferException;
import io.godwit.image.proto.CriuOpts;
import io.godwit.image.proto.CriuPageServerInfo;
import io.godwit.image.proto.CriuReq;
import io.godwit.image.proto.CriuReqType;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;

/**
 * Requests of a client that may ask for all. They reach no process but one that may come to harm, and no directory but one:
 * what root asks for is done, so that a random pid would be the end of somebody else's process.
 */
final class RpcAsks {
    /** Stand for a directory and a process in inputs. */
    private static final int IMAGES = 5;

    private static final int VICTIM = 7;
    /** Above all that a kernel gives. */
    private static final int NO_PROCESS = 1 << 23;

    private static final int MAX_PID = 1 << 22;
    private static final int NO_DESCRIPTOR = 1 << 20;
    private static final int MAX_PORT = 0xffff;
    private static final int DISCARD_PORT = 9;
    private static final String[] PLACES = {"images", "none", "."};

    private final Path sandbox;
    private final int images;
    private final int victim;

    /**
     * For one worker.
     *
     * @param images a descriptor of the directory of images
     */
    RpcAsks(Path sandbox, int images, int victim) {
        this.sandbox = sandbox;
        this.images = images;
        this.victim = victim;
    }

    /** One with so few options that it may be served. */
    static CriuReq simple(Random random) {
        CriuReqType[] types = CriuReqType.values();
        CriuReq.Builder request = CriuReq.newBuilder().setType(types[random.nextInt(types.length)]);
        request.getOptsBuilder()
                .setImagesDirFd(IMAGES)
                .setPid(random.nextInt(4) == 0 ? VICTIM : NO_PROCESS)
                .setNotifyScripts(random.nextBoolean())
                .setLeaveRunning(random.nextInt(3) != 0)
                .setTrackMem(random.nextBoolean());
        return request.build();
    }

    /** The same packet, if it is none or harms nobody; else one that is alike. */
    byte[] harmless(byte[] packet) throws IOException {
        CriuReq.Builder request = CriuReq.newBuilder();
        try {
            request.mergeFrom(packet);
        } catch (InvalidProtocolBufferException e) {
            return packet;
        }
        if (!request.hasOpts()) {
            return packet;
        }
        CriuOpts.Builder opts = request.getOptsBuilder();
        process(opts);
        directories(opts);
        others(opts);
        return request.buildPartial().toByteArray();
    }

    private void process(CriuOpts.Builder opts) {
        int pid = opts.getPid();
        if (pid == VICTIM) {
            opts.setPid(victim).clearLazyPages();
        } else if (pid > 0 && pid <= MAX_PID) {
            opts.setPid(NO_PROCESS);
        }
    }

    private void directories(CriuOpts.Builder opts) throws IOException {
        if (opts.getImagesDirFd() == IMAGES) {
            opts.setImagesDirFd(images);
        }
        if (opts.getWorkDirFd() == IMAGES) {
            opts.setWorkDirFd(images);
        }
        if (opts.hasImagesDir()) {
            String place = PLACES[(opts.getImagesDir().hashCode() & MAX_PORT) % PLACES.length];
            opts.setImagesDir(sandbox.resolve(place).toString());
        }
        if (opts.hasConfigFile()) {
            Path file = sandbox.resolve("config");
            Files.write(file, opts.getConfigFile().getBytes(StandardCharsets.UTF_8));
            opts.setConfigFile(file.toString());
        }
    }

    private static void others(CriuOpts.Builder opts) {
        opts.clearLogToStderr();
        if (opts.hasStatusFd()) {
            opts.setStatusFd(NO_DESCRIPTOR);
        }
        if (opts.hasPs()) {
            CriuPageServerInfo.Builder server = opts.getPsBuilder();
            if (server.hasFd()) {
                server.setFd(NO_DESCRIPTOR);
            }
            if (server.hasAddress() && !server.getAddress().isEmpty()) {
                server.setAddress("127.0.0.1");
            }
            if (server.getPort() > 0 && server.getPort() <= MAX_PORT) {
                server.setPort(DISCARD_PORT);
            }
        }
    }
}
