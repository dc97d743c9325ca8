package io.godwit.criu.rpc;

import io.godwit.image.proto.CriuReqType;
import io.godwit.image.proto.CriuResp;
import io.godwit.image.proto.CriuRestoreResp;
import io.godwit.linux.Errno;
import io.godwit.linux.LinuxException;
import io.godwit.source.options.OptionException;
import java.util.Optional;

/**
 * An answer, and what the worker's exit code is if it was the last one.
 *
 * @param exitCode as CRIU has it: 1 for a failed dump or restore, 255 for a failed pre-dump, else 0
 * @param sent false if nobody is there to take it: the client had itself dumped, and gets its answer when it is restored
 */
record Reply(CriuResp message, int exitCode, boolean sent) {
    static final int DONE = 0;
    static final int FAILED = 1;
    /** Of a worker whose client was turned away, or left; -1 of CRIU's main. */
    static final int REJECTED = 255;

    /** CRIU's clients read at most this much. */
    private static final int MAX_MESSAGE_CHARS = 1023;

    private static final int NO_PID = -1;

    private Reply(CriuResp message, int exitCode) {
        this(message, exitCode, true);
    }

    /** The same for a client that is gone. */
    Reply unsent() {
        return new Reply(message, exitCode, false);
    }

    static Reply success(CriuReqType type) {
        return new Reply(response(type, true).build(), DONE);
    }

    static Reply success(CriuResp.Builder response) {
        return new Reply(response.build(), DONE);
    }

    static CriuResp.Builder response(CriuReqType type, boolean success) {
        return CriuResp.newBuilder().setType(type).setSuccess(success);
    }

    /** Turns a request away, as one that should not have come. */
    static CriuResp rejection(String why) {
        return response(CriuReqType.EMPTY, false).setCrErrmsg(why).build();
    }

    /** The answer to a request of this type that failed. */
    static Reply failure(CriuReqType type, Exception failure) {
        CriuReqType answered = type == CriuReqType.PAGE_SERVER_CHLD ? CriuReqType.PAGE_SERVER : type;
        CriuResp.Builder response = response(answered, false).setCrErrmsg(shortened(words(failure)));
        errno(failure).ifPresent(errno -> response.setCrErrno(errno.value()));
        if (type == CriuReqType.RESTORE) {
            response.setRestore(CriuRestoreResp.newBuilder().setPid(NO_PID));
        }
        return new Reply(response.build(), exitCode(type));
    }

    private static int exitCode(CriuReqType type) {
        return switch (type) {
            case DUMP, RESTORE -> FAILED;
            case PRE_DUMP, SINGLE_PRE_DUMP -> REJECTED;
            default -> DONE;
        };
    }

    private static String words(Exception failure) {
        String message = failure.getMessage();
        String name = failure.getClass().getSimpleName();
        if (message == null) {
            return name;
        }
        boolean defect = failure instanceof RuntimeException && !(failure instanceof OptionException);
        return defect ? name + ": " + message + "; this is a defect of godwit" : message;
    }

    private static String shortened(String message) {
        return message.length() <= MAX_MESSAGE_CHARS ? message : message.substring(0, MAX_MESSAGE_CHARS);
    }

    private static Optional<Errno> errno(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof RpcException refused) {
                return Optional.of(refused.errno());
            }
            if (cause instanceof OptionException) {
                return Optional.of(Errno.EBADRQC);
            }
            if (cause instanceof LinuxException call) {
                return Optional.of(call.errno());
            }
        }
        return Optional.empty();
    }
}
