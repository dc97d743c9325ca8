package io.godwit.criu.rpc;

import io.godwit.image.proto.CriuReq;
import io.godwit.image.proto.CriuReqType;
import io.godwit.image.proto.CriuResp;
import io.godwit.linux.net.SeqPacketSocket;
import java.io.IOException;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/** A client with a worker in a thread of this process. */
final class TestClient implements AutoCloseable {
    private static final int LIMIT = 1 << 20;

    private final SeqPacketSocket socket;
    private final FutureTask<Integer> worker;

    private TestClient(SeqPacketSocket socket, FutureTask<Integer> worker) {
        this.socket = socket;
        this.worker = worker;
    }

    /** What a worker does with its end. */
    @FunctionalInterface
    interface Work {
        int serve(RpcChannel channel) throws IOException;
    }

    static TestClient of(Work work) throws IOException {
        SeqPacketSocket[] ends = SeqPacketSocket.pair();
        Callable<Integer> serve = () -> {
            try (RpcChannel channel = new RpcChannel(ends[1])) {
                return work.serve(channel);
            }
        };
        FutureTask<Integer> worker = new FutureTask<>(serve);
        Thread thread = new Thread(worker, "worker");
        thread.setDaemon(true);
        thread.start();
        return new TestClient(ends[0], worker);
    }

    static TestClient of(Map<CriuReqType, RequestHandler> handlers) throws IOException {
        return of(channel -> new Session(channel, handlers).serve());
    }

    /** Sends a request and gives the answer. */
    CriuResp ask(CriuReq.Builder request) throws IOException {
        send(request);
        return answer();
    }

    CriuResp ask(CriuReqType type) throws IOException {
        return ask(CriuReq.newBuilder().setType(type));
    }

    void send(CriuReq.Builder request) throws IOException {
        socket.send(request.buildPartial().toByteArray());
    }

    /** Sends bytes in hexadecimal. */
    void sendHex(String hex) throws IOException {
        socket.send(HexFormat.of().parseHex(hex.replace(" ", "")));
    }

    CriuResp answer() throws IOException {
        return CriuResp.parseFrom(rawAnswer().orElseThrow(() -> new IOException("the worker closed")));
    }

    /** Nothing if the worker closed. */
    Optional<byte[]> rawAnswer() throws IOException {
        return socket.receive(LIMIT);
    }

    /** Leaves. */
    void leave() {
        socket.close();
    }

    int exitCode() throws InterruptedException, ExecutionException {
        return worker.get();
    }

    @Override
    public void close() {
        leave();
    }
}
