package io.godwit.criu.rpc;

import com.google.protobuf.InvalidProtocolBufferException;
import io.godwit.image.proto.CriuOpts;
import io.godwit.image.proto.CriuReq;
import io.godwit.image.proto.CriuReqType;
import io.godwit.image.proto.CriuResp;
import io.godwit.linux.Descriptors;
import io.godwit.linux.Fd;
import io.godwit.linux.net.SeqPacketSocket;
import java.io.IOException;
import java.util.Optional;

/** The messages of CRIU's RPC: each is one packet, and a packet is nothing but the message. */
final class RpcChannel implements AutoCloseable {
    /** Far above any list of mounts and cgroups; a packet above the socket's buffer (some 200 KiB) can not be sent anyway. */
    static final int MAX_REQUEST_BYTES = 4 << 20;

    private final SeqPacketSocket socket;

    RpcChannel(SeqPacketSocket socket) {
        this.socket = socket;
    }

    SeqPacketSocket socket() {
        return socket;
    }

    /**
     * Waits for the next request. One of a type that nobody knows comes out as EMPTY, which is never asked for.
     *
     * @return nothing when the client has left
     * @throws MalformedRequestException if a packet is no request
     */
    Optional<CriuReq> receive() throws IOException {
        Optional<byte[]> packet = socket.receive(MAX_REQUEST_BYTES);
        return packet.isEmpty() ? Optional.empty() : Optional.of(decode(packet.get()));
    }

    static CriuReq decode(byte[] packet) throws MalformedRequestException {
        CriuReq.Builder request = CriuReq.newBuilder();
        try {
            request.mergeFrom(packet);
        } catch (InvalidProtocolBufferException e) {
            throw new MalformedRequestException(
                    "a packet of " + packet.length + " bytes is no request: " + e.getMessage());
        }
        boolean unknownType = !request.getUnknownFields()
                .getField(CriuReq.TYPE_FIELD_NUMBER)
                .getVarintList()
                .isEmpty();
        if (!request.hasType() && unknownType) {
            request.setType(CriuReqType.EMPTY);
        }
        // CRIU's decoder takes the schema's default for a required field that is missing.
        if (request.hasOpts() && !request.getOpts().hasImagesDirFd()) {
            request.getOptsBuilder()
                    .setImagesDirFd(CriuOpts.getDefaultInstance().getImagesDirFd());
        }
        if (!request.isInitialized()) {
            throw new MalformedRequestException(
                    "a request lacks " + String.join(", ", request.findInitializationErrors()));
        }
        return request.build();
    }

    void send(CriuResp answer) throws IOException {
        socket.send(answer.toByteArray());
    }

    /** Sends it with a duplicate of a descriptor. */
    void send(CriuResp answer, Fd passed) throws IOException {
        socket.send(answer.toByteArray(), passed);
    }

    /** The inode of this end. */
    int inode() throws IOException {
        return (int) Descriptors.status(socket.fd()).inode();
    }

    /** Whether the client has left. */
    boolean isAbandoned() throws IOException {
        return socket.isAbandoned();
    }

    @Override
    public void close() {
        socket.close();
    }
}
