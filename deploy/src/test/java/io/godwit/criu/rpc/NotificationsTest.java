package io.godwit.criu.rpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.godwit.image.proto.CriuReq;
import io.godwit.image.proto.CriuReqType;
import io.godwit.image.proto.CriuResp;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class NotificationsTest {
    @Test
    void aStageIsToldAndAcknowledged() throws Exception {
        try (TestClient client = TestClient.of(channel -> {
            Notifications told = new Notifications(channel, true);
            told.tell("pre-dump", OptionalInt.empty());
            told.tell("post-restore", OptionalInt.of(4711));
            return 7;
        })) {
            CriuResp first = client.answer();
            assertThat(first.getType()).isEqualTo(CriuReqType.NOTIFY);
            assertThat(first.getSuccess()).isTrue();
            assertThat(first.getNotify().getScript()).isEqualTo("pre-dump");
            assertThat(first.getNotify().hasPid()).isFalse();
            CriuResp second = client.ask(acknowledgment(true));
            assertThat(second.getNotify().getPid()).isEqualTo(4711);
            client.send(acknowledgment(true));
            assertThat(client.exitCode()).isEqualTo(7);
        }
    }

    @Test
    void aRefusalAnotherRequestAndALeaveAreFailures() throws Exception {
        assertThatThrownBy(() -> answered(acknowledgment(false)))
                .hasMessageContaining("refused at the stage post-dump");
        assertThatThrownBy(() -> answered(CriuReq.newBuilder().setType(CriuReqType.NOTIFY)))
                .hasMessageContaining("refused");
        assertThatThrownBy(() -> answered(
                        CriuReq.newBuilder().setType(CriuReqType.VERSION).setNotifySuccess(true)))
                .hasMessageContaining("refused");
        assertThatThrownBy(() -> answered(null)).hasMessageContaining("left at the stage post-dump");
    }

    private static void answered(CriuReq.Builder answer) throws Exception {
        try (TestClient client = TestClient.of(channel -> {
            new Notifications(channel, true).tell("post-dump", OptionalInt.empty());
            return 0;
        })) {
            client.answer();
            if (answer == null) {
                client.leave();
            } else {
                client.send(answer);
            }
            client.exitCode();
        }
    }

    @Test
    void whoWantsNoneIsNotAskedButMustBeThere() throws Exception {
        try (TestClient client = TestClient.of(channel -> {
            Notifications told = new Notifications(channel, false);
            told.tell("pre-dump", OptionalInt.empty());
            told.requireClient();
            channel.receive();
            told.requireClient();
            return 0;
        })) {
            client.leave();
            assertThatThrownBy(client::exitCode).hasMessageContaining("the client left");
        }
    }

    private static CriuReq.Builder acknowledgment(boolean success) {
        return CriuReq.newBuilder().setType(CriuReqType.NOTIFY).setNotifySuccess(success);
    }
}
