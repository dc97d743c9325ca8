package io.godwit.e2e.fuzz;

import com.google.protobuf.Message;
import io.godwit.criu.rpc.RpcRequests;
import io.godwit.image.proto.CriuReq;
import io.godwit.source.options.OptionException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Random;

/** A packet that a client sent to the service. */
final class RpcTarget implements FuzzTarget {
    @Override
    public byte[] input(Random random) {
        MessageMutator messages = new MessageMutator(random);
        Message request = messages.make(CriuReq.getDefaultInstance(), 0);
        byte[] packet = request.toByteArray();
        return random.nextInt(4) == 0 ? ByteMutator.mutate(packet, random) : packet;
    }

    @Override
    public void read(byte[] input, Path sandbox) throws IOException {
        try {
            RpcRequests.options(input);
        } catch (OptionException e) {
            throw new IOException(e.getMessage(), e);
        }
    }
}
