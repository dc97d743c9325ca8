package io.godwit.target.restore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.godwit.image.proto.UserX86FpregsEntry;
import io.godwit.image.proto.UserX86XsaveEntry;
import io.godwit.target.plan.RestoreException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.junit.jupiter.api.Test;

class XstateTest {
    private static final XstateLayout AMD =
            XstateLayout.of(new int[] {2, 256, 576}, new int[] {5, 64, 832}, new int[] {9, 8, 2432});

    @Test
    void componentsGoWhereThisProcessorKeepsThem() throws RestoreException {
        UserX86FpregsEntry image = UserX86FpregsEntry.newBuilder()
                .setMxcsr(0x1f80)
                .addXmmSpace(0x11)
                .setXsave(UserX86XsaveEntry.newBuilder()
                        .setXstateBv(1 << 1 | 1 << 2 | 1 << 5)
                        .addYmmhSpace(0x22)
                        .addOpmaskReg(0x33))
                .buildPartial();

        ByteBuffer area = build(image, new byte[2440]);

        assertThat(area.getInt(24)).isEqualTo(0x1f80);
        assertThat(area.getInt(160)).isEqualTo(0x11);
        assertThat(area.getLong(512)).isEqualTo(0x26);
        assertThat(area.getInt(576)).isEqualTo(0x22);
        assertThat(area.getLong(832)).isEqualTo(0x33);
    }

    @Test
    void whatTheThreadOfThisHostHadIsNotKept() throws RestoreException {
        byte[] template = new byte[2440];
        template[512] = 0x7f;
        template[520] = 0x01;

        ByteBuffer area = build(UserX86FpregsEntry.newBuilder().buildPartial(), template);

        assertThat(area.getLong(512)).as("x87 and SSE alone").isEqualTo(3);
        assertThat(area.getLong(520)).isZero();
    }

    @Test
    void aComponentThatIsNotInUseIsNotWritten() throws RestoreException {
        UserX86FpregsEntry image = UserX86FpregsEntry.newBuilder()
                .setXsave(UserX86XsaveEntry.newBuilder().setXstateBv(3).addOpmaskReg(0x33))
                .buildPartial();

        assertThat(build(image, new byte[2440]).getLong(832)).isZero();
    }

    @Test
    void aComponentThatThisProcessorLacksIsRefused() {
        UserX86FpregsEntry image = UserX86FpregsEntry.newBuilder()
                .setXsave(UserX86XsaveEntry.newBuilder().setXstateBv(1 << 7).addHi16Zmm(1))
                .buildPartial();

        assertThatThrownBy(() -> build(image, new byte[2440]))
                .isInstanceOf(RestoreException.class)
                .hasMessageContaining("component 7");
    }

    private static ByteBuffer build(UserX86FpregsEntry image, byte[] template) throws RestoreException {
        byte[] area = new Xstate(AMD).build(image, template, "thread 1");
        return ByteBuffer.wrap(area).order(ByteOrder.LITTLE_ENDIAN);
    }
}
