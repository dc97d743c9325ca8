package io.godwit.criu.rpc;

import io.godwit.image.proto.CriuNotify;
import io.godwit.image.proto.CriuReq;
import io.godwit.image.proto.CriuReqType;
import io.godwit.image.proto.CriuResp;
import io.godwit.linux.Errno;
import io.godwit.linux.Fd;
import java.io.IOException;
import java.util.Optional;
import java.util.OptionalInt;

/** Tells the client how far its request is, and waits until it says that the work may go on. */
final class Notifications {
    private final RpcChannel channel;
    private final boolean wanted;

    /** Those of one request, which says whether its client wants any. */
    Notifications(RpcChannel channel, boolean wanted) {
        this.channel = channel;
        this.wanted = wanted;
    }

    /** Whether the client wants any. */
    boolean wanted() {
        return wanted;
    }

    /**
     * Tells of a stage.
     *
     * @param pid of the root task, where the stage has one
     * @return the client's answer; nothing if it did not want to be asked
     * @throws RpcException if the client refuses, or has left
     */
    Optional<CriuReq> tell(String stage, OptionalInt pid) throws IOException {
        if (!wanted) {
            return Optional.empty();
        }
        CriuNotify.Builder notify = CriuNotify.newBuilder().setScript(stage);
        pid.ifPresent(notify::setPid);
        channel.send(message(notify));
        return Optional.of(agreed(stage));
    }

    /**
     * Tells of a stage, and gives the client a duplicate of a descriptor; it must want notifications.
     *
     * @throws RpcException as for {@link #tell}
     */
    void tell(String stage, Fd passed) throws IOException {
        channel.send(message(CriuNotify.newBuilder().setScript(stage)), passed);
        agreed(stage);
    }

    private static CriuResp message(CriuNotify.Builder notify) {
        return Reply.response(CriuReqType.NOTIFY, true).setNotify(notify).build();
    }

    private CriuReq agreed(String stage) throws IOException {
        CriuReq answer = channel.receive()
                .orElseThrow(() -> new RpcException(Errno.ECONNRESET, "the client left at the stage " + stage));
        if (answer.getType() != CriuReqType.NOTIFY || !answer.getNotifySuccess()) {
            throw new RpcException(Errno.ECANCELED, "the client refused at the stage " + stage);
        }
        return answer;
    }

    /**
     * Passes while the client is there to take the answer, also where it wants no notifications.
     *
     * @throws RpcException if it has left
     */
    void requireClient() throws IOException {
        if (channel.isAbandoned()) {
            throw new RpcException(Errno.ECONNRESET, "the client left before its request was done");
        }
    }
}
