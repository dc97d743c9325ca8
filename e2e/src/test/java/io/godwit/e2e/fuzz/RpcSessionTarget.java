package io.godwit.e2e.fuzz;

import com.google.protobuf.Message;
import io.godwit.criu.rpc.RpcRequests;
import io.godwit.image.proto.CriuReq;
import io.godwit.image.proto.CriuReqType;
import io.godwit.image.proto.CriuResp;
import io.godwit.linux.Descriptors;
import io.godwit.linux.Fd;
import io.godwit.linux.Kernel;
import io.godwit.linux.LinuxException;
import io.godwit.linux.Syscall;
import io.godwit.linux.net.SeqPacketSocket;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;

/**
 * A worker, to which its client sends any requests in any order: good ones, such that ask for too much, and what is none. An input is
 * a byte that says how the client behaves, and the packets, each with its length and how many descriptors come with it.
 */
final class RpcSessionTarget implements FuzzTarget {
    private static final int MAX_PACKETS = 4;
    private static final int MAX_PACKET_BYTES = 60_000;
    private static final int MAX_PASSED = 3;
    private static final int MAX_ANSWER_BYTES = 1 << 20;
    private static final int SHUT_WR = 1;
    /** Bits of an input's first byte. */
    private static final int OVER_SERVICE = 1;

    private static final int LEAVES = 2;
    private static final int HEARS_FIRST = 4;

    private final Expendable victim = new Expendable();

    @Override
    public byte[] input(Random random) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            out.writeByte(random.nextInt(4) == 0 ? random.nextInt(8) : 0);
            for (int i = 1 + random.nextInt(MAX_PACKETS); i > 0; i--) {
                byte[] packet = packet(random);
                out.writeByte(random.nextInt(8) == 0 ? 1 + random.nextInt(MAX_PASSED) : 0);
                out.writeInt(packet.length);
                out.write(packet);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    private static byte[] packet(Random random) {
        if (random.nextInt(5) == 0) {
            return CriuReq.newBuilder()
                    .setType(CriuReqType.NOTIFY)
                    .setNotifySuccess(random.nextInt(4) != 0)
                    .build()
                    .toByteArray();
        }
        Message request = new MessageMutator(random).make(CriuReq.getDefaultInstance(), 0);
        byte[] packet = random.nextInt(3) == 0 ? RpcAsks.simple(random).toByteArray() : request.toByteArray();
        return random.nextInt(8) == 0 ? ByteMutator.mutate(packet, random) : packet;
    }

    /** A packet, and how many descriptors come with it. */
    private record Packet(byte[] bytes, int passed) {}

    @Override
    public void read(byte[] input, Path sandbox) throws IOException {
        if (input.length == 0) {
            return;
        }
        Files.createDirectory(sandbox.resolve("images"));
        SeqPacketSocket[] ends = SeqPacketSocket.pair();
        try (Fd images = Descriptors.open(sandbox.resolve("images").toString(), Descriptors.O_DIRECTORY, 0)) {
            RpcAsks asks = new RpcAsks(sandbox, images.number(), victim.pid());
            Client client = new Client(ends[0], input[0], packets(input, asks));
            client.start();
            IOException refused = null;
            try (SeqPacketSocket own = ends[1]) {
                RpcRequests.serve(own, (input[0] & OVER_SERVICE) != 0 ? Map.of(RpcRequests.OF_SERVICE, "1") : Map.of());
            } catch (IOException e) {
                refused = e;
            }
            client.requireNoDefect();
            if (refused != null || client.refused) {
                throw new IOException("refused", refused);
            }
        }
    }

    private static List<Packet> packets(byte[] input, RpcAsks asks) throws IOException {
        List<Packet> packets = new ArrayList<>();
        DataInputStream in = new DataInputStream(new ByteArrayInputStream(input, 1, input.length - 1));
        while (in.available() > Integer.BYTES && packets.size() < MAX_PACKETS) {
            int passed = in.readByte() & MAX_PASSED;
            byte[] bytes = in.readNBytes(Math.max(0, Math.min(MAX_PACKET_BYTES, in.readInt())));
            packets.add(new Packet(asks.harmless(bytes), passed));
        }
        return packets;
    }

    /** Says all it has to say, and hears the worker out, if it does not leave. */
    private static final class Client extends Thread {
        private final SeqPacketSocket socket;
        private final int manner;
        private final List<Packet> packets;
        private final List<String> messages = new ArrayList<>();
        private boolean refused;

        Client(SeqPacketSocket socket, int manner, List<Packet> packets) {
            super("fuzz-client");
            this.socket = socket;
            this.manner = manner;
            this.packets = packets;
            setDaemon(true);
        }

        @Override
        public void run() {
            try (socket) {
                for (Packet packet : packets) {
                    send(packet);
                    if ((manner & HEARS_FIRST) != 0) {
                        hear();
                    }
                }
                if ((manner & LEAVES) == 0) {
                    Kernel.syscall(Syscall.SHUTDOWN, socket.fd().number(), SHUT_WR);
                    while (hear()) {
                        // until it closes
                    }
                }
            } catch (IOException e) {
                // the worker did not want to hear all
            }
        }

        private void send(Packet packet) throws LinuxException {
            List<Fd> passed = new ArrayList<>();
            try {
                for (int i = 0; i < packet.passed(); i++) {
                    passed.add(Descriptors.open("/dev/null", Descriptors.O_RDWR, 0));
                }
                PassedDescriptors.send(socket.fd(), packet.bytes(), passed);
            } finally {
                passed.forEach(Fd::close);
            }
        }

        private boolean hear() throws IOException {
            Optional<byte[]> answer = socket.receive(MAX_ANSWER_BYTES);
            if (answer.isPresent()) {
                CriuResp response = CriuResp.parseFrom(answer.get());
                messages.add(response.getCrErrmsg());
                refused |= !response.getSuccess();
            }
            return answer.isPresent();
        }

        void requireNoDefect() throws IOException {
            try {
                join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IOException("interrupted", e);
            }
            messages.forEach(Defects::requireNone);
        }
    }

    @Override
    public void close() {
        victim.close();
    }
}
