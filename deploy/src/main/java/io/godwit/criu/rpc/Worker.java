package io.godwit.criu.rpc;

import io.godwit.criu.log.CriuLog;
import io.godwit.image.proto.CriuReq;
import io.godwit.image.proto.CriuReqType;
import io.godwit.linux.Descriptors;
import io.godwit.linux.Fd;
import io.godwit.linux.net.SeqPacketSocket;
import io.godwit.source.options.OptionException;
import java.io.IOException;
import java.util.Map;

/** The process that serves one connection: {@code swrk FD}. */
public final class Worker {
    private static final int LAST_STANDARD_STREAM = 2;

    private Worker() {}

    /**
     * Serves the client at the other end of a descriptor.
     *
     * @param descriptor in decimal
     * @return the exit code: 0 if the request was served, 1 after a failed dump or restore, 255 if it was turned away
     */
    public static int run(String descriptor, Map<String, String> environment, CriuLog log) {
        try {
            return serve(number(descriptor), environment);
        } catch (IOException e) {
            log.error(e);
            return Reply.REJECTED;
        }
    }

    /** Serves a request for the version, for all that this loads. */
    public static void rehearse() throws IOException {
        SeqPacketSocket[] pair = SeqPacketSocket.pair();
        try (SeqPacketSocket client = pair[0]) {
            client.send(
                    CriuReq.newBuilder().setType(CriuReqType.VERSION).build().toByteArray());
            serve(pair[1].fd().release(), Map.of());
        }
    }

    private static int number(String descriptor) {
        if (!descriptor.matches("[0-9]{1,9}")) {
            throw new OptionException("'" + descriptor + "' is not the number of a descriptor");
        }
        return Integer.parseInt(descriptor);
    }

    /**
     * Serves the client at the other end of a descriptor that this process was started with.
     *
     * @throws IOException if it is no such connection, or the client broke the rules of the protocol
     */
    static int serve(int descriptor, Map<String, String> environment) throws IOException {
        try (RpcChannel channel = new RpcChannel(take(descriptor))) {
            RpcClient client = RpcClient.of(channel.socket());
            Conversation conversation =
                    new Conversation(channel, client, Authority.over(client.credentials()), environment);
            return new Session(channel, Handlers.all(conversation)).serve();
        }
    }

    /** Moves the connection to where no child of this process gets it. */
    private static SeqPacketSocket take(int number) throws IOException {
        Fd given = Fd.of(number);
        try {
            SeqPacketSocket socket =
                    SeqPacketSocket.of(Fd.of(Descriptors.fcntl(given, Descriptors.F_DUPFD_CLOEXEC, 0)));
            if (number > LAST_STANDARD_STREAM) {
                given.close();
            } else {
                replaceByNull(number);
            }
            return socket;
        } catch (IOException e) {
            throw new IOException("the connection to serve: " + e.getMessage(), e);
        }
    }

    private static void replaceByNull(int number) throws IOException {
        try (Fd none = Descriptors.open("/dev/null", Descriptors.O_RDWR, 0)) {
            Descriptors.duplicateTo(none, number);
        }
    }
}
