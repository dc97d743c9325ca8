package io.godwit.criu.rpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.godwit.image.proto.CriuOpts;
import io.godwit.image.proto.CriuReq;
import io.godwit.image.proto.CriuReqType;
import io.godwit.image.proto.CriuResp;
import io.godwit.linux.Errno;
import io.godwit.linux.LinuxException;
import io.godwit.source.options.OptionException;
import java.io.IOException;
import java.util.EnumMap;
import java.util.HexFormat;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SessionTest {
    private final Map<CriuReqType, RequestHandler> handlers = new EnumMap<>(CriuReqType.class);

    SessionTest() {
        for (CriuReqType type : CriuReqType.values()) {
            if (type != CriuReqType.EMPTY && type != CriuReqType.NOTIFY) {
                handlers.put(type, request -> Reply.success(type));
            }
        }
    }

    @Test
    void oneRequestIsOneConnection() throws Exception {
        try (TestClient client = TestClient.of(handlers)) {
            CriuResp answer = client.ask(CriuReqType.CHECK);

            assertThat(answer.getType()).isEqualTo(CriuReqType.CHECK);
            assertThat(answer.getSuccess()).isTrue();
            assertThat(client.rawAnswer()).as("the worker closed").isEmpty();
            assertThat(client.exitCode()).isZero();
        }
    }

    @Test
    void keepOpenTakesTheNextRequest() throws Exception {
        try (TestClient client = TestClient.of(handlers)) {
            client.ask(CriuReq.newBuilder().setType(CriuReqType.VERSION).setKeepOpen(true));
            client.ask(CriuReq.newBuilder().setType(CriuReqType.FEATURE_CHECK).setKeepOpen(true));
            assertThat(client.ask(CriuReqType.WAIT_PID).getType()).isEqualTo(CriuReqType.WAIT_PID);
            assertThat(client.exitCode()).isZero();
        }
    }

    @Test
    void keepOpenOfADumpEndsTheConnectionWithoutAnAnswer() throws Exception {
        try (TestClient client = TestClient.of(handlers)) {
            client.send(CriuReq.newBuilder().setType(CriuReqType.DUMP).setKeepOpen(true));

            assertThat(client.rawAnswer()).isEmpty();
            assertThatThrownBy(client::exitCode).hasRootCauseInstanceOf(MalformedRequestException.class);
        }
    }

    @Test
    void whatNobodyAsksForIsTurnedAway() throws Exception {
        for (String request : new String[] {"08 00", "08 06", "08 63"}) {
            try (TestClient client = TestClient.of(handlers)) {
                client.sendHex(request);
                CriuResp answer = client.answer();
                assertThat(answer.getType()).as("answer to %s", request).isEqualTo(CriuReqType.EMPTY);
                assertThat(answer.getSuccess()).isFalse();
                assertThat(client.exitCode()).isEqualTo(255);
            }
        }
    }

    @Test
    void preDumpsGoOnUntilADump() throws Exception {
        try (TestClient client = TestClient.of(handlers)) {
            assertThat(client.ask(CriuReqType.PRE_DUMP).getSuccess()).isTrue();
            assertThat(client.ask(CriuReqType.PRE_DUMP).getSuccess()).isTrue();
            assertThat(client.ask(CriuReqType.DUMP).getType()).isEqualTo(CriuReqType.DUMP);
            assertThat(client.exitCode()).isZero();
        }
    }

    @Test
    void aPreDumpIsNotFollowedByAnythingElse() throws Exception {
        try (TestClient client = TestClient.of(handlers)) {
            client.ask(CriuReqType.PRE_DUMP);
            CriuResp answer = client.ask(CriuReqType.VERSION);

            assertThat(answer.getType()).isEqualTo(CriuReqType.EMPTY);
            assertThat(answer.getCrErrmsg()).startsWith("Bad req seq");
            assertThat(client.exitCode()).isEqualTo(255);
        }
    }

    @Test
    void aPreDumpThatFailsEndsTheSeries() throws Exception {
        handlers.put(CriuReqType.PRE_DUMP, failing(new IOException("no")));
        try (TestClient client = TestClient.of(handlers)) {
            assertThat(client.ask(CriuReqType.PRE_DUMP).getSuccess()).isFalse();
            assertThat(client.rawAnswer()).isEmpty();
            assertThat(client.exitCode()).isEqualTo(255);
        }
    }

    @Test
    void aClientThatLeavesTheSeriesIsTheEndOfTheWorker() throws Exception {
        try (TestClient client = TestClient.of(handlers)) {
            client.ask(CriuReqType.PRE_DUMP);
            client.leave();
            assertThat(client.exitCode()).isEqualTo(255);
        }
    }

    @Test
    void aFailureHasItsNumberAndItsWords() throws Exception {
        handlers.put(
                CriuReqType.RESTORE, failing(new IOException("wrapped", new LinuxException("a", "b", Errno.EEXIST))));
        try (TestClient client = TestClient.of(handlers)) {
            CriuResp answer = client.ask(CriuReqType.RESTORE);

            assertThat(answer.getType()).isEqualTo(CriuReqType.RESTORE);
            assertThat(answer.getSuccess()).isFalse();
            assertThat(answer.getRestore().getPid()).isEqualTo(-1);
            assertThat(answer.getCrErrno()).isEqualTo(17);
            assertThat(answer.getCrErrmsg()).isEqualTo("wrapped");
            assertThat(client.exitCode()).isEqualTo(1);
        }
    }

    @Test
    void aBadOptionIsABadRequest() throws Exception {
        handlers.put(CriuReqType.DUMP, request -> {
            throw new OptionException("--tree: " + "x".repeat(2000));
        });
        try (TestClient client = TestClient.of(handlers)) {
            CriuResp answer = client.ask(CriuReqType.DUMP);

            assertThat(answer.getCrErrno()).isEqualTo(56);
            assertThat(answer.getCrErrmsg()).startsWith("--tree: x").hasSize(1023);
        }
    }

    @Test
    void aDefectIsAnsweredAndNamed() throws Exception {
        handlers.put(CriuReqType.CHECK, request -> {
            throw new IllegalStateException("upside down");
        });
        try (TestClient client = TestClient.of(handlers)) {
            assertThat(client.ask(CriuReqType.CHECK).getCrErrmsg()).contains("upside down", "defect");
        }
    }

    @Test
    void whatIsNoRequestEndsTheConnection() throws Exception {
        for (String packet : new String[] {"ff ff ff", "12 00", "08 01 12 05 10", "0a 03 61 62 63"}) {
            try (TestClient client = TestClient.of(handlers)) {
                client.sendHex(packet);
                assertThat(client.rawAnswer()).as("answer to %s", packet).isEmpty();
                assertThatThrownBy(client::exitCode).hasRootCauseInstanceOf(MalformedRequestException.class);
            }
        }
    }

    @Test
    void aDirectoryThatIsLeftOutIsMinusOne() throws IOException {
        CriuReq request = RpcChannel.decode(HexFormat.of().parseHex("08011202100a"));
        assertThat(request.getOpts().getImagesDirFd()).isEqualTo(-1);
        assertThat(request.getOpts().getPid()).isEqualTo(10);
    }

    @Test
    void theDumpRequestOfTheProtocolIsRead() throws IOException {
        CriuReq request = RpcChannel.decode(
                HexFormat.of().parseHex("0801121508 03 10c410 1801 4804 520864756d702e6c6f67 6001".replace(" ", "")));
        CriuOpts options = request.getOpts();
        assertThat(request.getType()).isEqualTo(CriuReqType.DUMP);
        assertThat(options.getImagesDirFd()).isEqualTo(3);
        assertThat(options.getPid()).isEqualTo(2116);
        assertThat(options.getLeaveRunning()).isTrue();
        assertThat(options.getLogLevel()).isEqualTo(4);
        assertThat(options.getLogFile()).isEqualTo("dump.log");
        assertThat(options.getNotifyScripts()).isTrue();
    }

    private static RequestHandler failing(IOException failure) {
        return request -> {
            throw failure;
        };
    }
}
