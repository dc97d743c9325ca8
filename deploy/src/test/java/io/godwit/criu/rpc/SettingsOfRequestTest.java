package io.godwit.criu.rpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import io.godwit.criu.options.CriuOption;
import io.godwit.criu.options.Setting;
import io.godwit.image.proto.CriuCgMode;
import io.godwit.image.proto.CriuNetworkLockMethod;
import io.godwit.image.proto.CriuOpts;
import io.godwit.image.proto.CriuPreDumpMode;
import java.util.List;
import org.junit.jupiter.api.Test;

class SettingsOfRequestTest {
    private final CriuOpts.Builder options = CriuOpts.newBuilder().setImagesDirFd(3);

    @Test
    void everyFieldOfTheProtocolIsKnown() {
        for (FieldDescriptor field : CriuOpts.getDescriptor().getFields()) {
            CriuOpts.Builder one = CriuOpts.newBuilder().setImagesDirFd(3);
            if (field.isRepeated()) {
                one.addRepeatedField(field, value(one, field));
            } else {
                one.setField(field, value(one, field));
            }
            try {
                SettingsOfRequest.of(one.build());
            } catch (RpcException e) {
                assertThat(e).as("%s", field.getName()).hasMessageContaining(field.getName());
            }
        }
    }

    private static Object value(CriuOpts.Builder options, FieldDescriptor field) {
        return switch (field.getJavaType()) {
            case BOOLEAN -> true;
            case INT -> 1;
            case STRING -> "text";
            case ENUM -> field.getEnumType().getValues().get(0);
            case MESSAGE -> message(options, field);
            default -> throw new AssertionError(field);
        };
    }

    private static Message message(CriuOpts.Builder options, FieldDescriptor field) {
        Message.Builder message = options.newBuilderForField(field);
        for (FieldDescriptor inner : field.getMessageType().getFields()) {
            message.setField(inner, inner.getJavaType() == FieldDescriptor.JavaType.INT ? (Object) 1 : "text");
        }
        return message.build();
    }

    @Test
    void switchesGoBothWaysAndTriggersOnlyOn() throws RpcException {
        options.setShellJob(false)
                .setTcpEstablished(true)
                .setLeaveRunning(false)
                .setLeaveStopped(true);
        assertThat(settings())
                .containsExactly(
                        Setting.of(CriuOption.TCP_ESTABLISHED, true),
                        Setting.of(CriuOption.SHELL_JOB, false),
                        Setting.of(CriuOption.LEAVE_STOPPED, true));
    }

    @Test
    void valuesAreWrittenAsOnTheCommandLine() throws RpcException {
        options.setPid(4711)
                .setParentImg("../1")
                .setGhostLimit(-1)
                .setTimeout(7)
                .addExternal("mnt[/x]:x")
                .addExternal("unix[5]")
                .setPreDumpMode(CriuPreDumpMode.VM_READ)
                .setNetworkLock(CriuNetworkLockMethod.NFTABLES)
                .setCpuCap(5)
                .setEmptyNs(0x40000000);
        options.addInheritFdBuilder().setFd(5).setKey("pipe:[77]");
        options.addCgRootBuilder().setCtrl("cpu").setPath("/a");
        options.addCgRootBuilder().setPath("/b");
        options.addJoinNsBuilder().setNs("net").setNsFile("/run/x").setExtraOpt("y");
        assertThat(settings())
                .containsExactlyInAnyOrder(
                        Setting.of(CriuOption.TREE, "4711"),
                        Setting.of(CriuOption.PREV_IMAGES_DIR, "../1"),
                        Setting.of(CriuOption.GHOST_LIMIT, "4294967295"),
                        Setting.of(CriuOption.TIMEOUT, "7"),
                        Setting.of(CriuOption.EXTERNAL, "mnt[/x]:x"),
                        Setting.of(CriuOption.EXTERNAL, "unix[5]"),
                        Setting.of(CriuOption.PRE_DUMP_MODE, "read"),
                        Setting.of(CriuOption.NETWORK_LOCK, "nftables"),
                        Setting.of(CriuOption.CPU_CAP, "fpu,ins"),
                        Setting.of(CriuOption.EMPTY_NS, "net"),
                        Setting.of(CriuOption.INHERIT_FD, "fd[5]:pipe:[77]"),
                        Setting.of(CriuOption.CGROUP_ROOT, "cpu:/a"),
                        Setting.of(CriuOption.CGROUP_ROOT, "/b"),
                        Setting.of(CriuOption.JOIN_NS, "net:/run/x,y"));
    }

    @Test
    void aPageServerIsAnAddressAPortOrADescriptor() throws RpcException {
        options.getPsBuilder().setAddress("10.0.0.1").setPort(27).setFd(9);
        assertThat(settings())
                .containsExactly(
                        Setting.of(CriuOption.PAGE_SERVER, true),
                        Setting.of(CriuOption.ADDRESS, "10.0.0.1"),
                        Setting.of(CriuOption.PORT, "27"),
                        Setting.of(CriuOption.PS_SOCKET, "9"));
    }

    @Test
    void socketsAreListedOnlyIfTheyAreAllowed() throws RpcException {
        options.addUnixSkInoBuilder().setInode(5);
        assertThat(settings()).isEmpty();
        options.setExtUnixSk(true).addUnixSkInoBuilder().setInode(6);
        assertThat(settings()).containsExactly(Setting.of(CriuOption.EXT_UNIX_SK, "5,6"));
    }

    /** As runc has it: manage_cgroups and the mode that it means. */
    @Test
    void theUsualTreatmentOfCgroupsIsNoSetting() throws RpcException {
        options.setManageCgroups(true).setManageCgroupsMode(CriuCgMode.SOFT);
        assertThat(settings()).isEmpty();
        options.setManageCgroups(true).setManageCgroupsMode(CriuCgMode.STRICT);
        assertThat(settings()).containsExactly(Setting.of(CriuOption.MANAGE_CGROUPS, "strict"));
        options.clearManageCgroupsMode().setManageCgroups(false);
        assertThat(settings()).containsExactly(Setting.of(CriuOption.MANAGE_CGROUPS, "ignore"));
    }

    @Test
    void whatCanNotBeIsNamed() {
        options.setEmptyNs(0x20000000);
        assertThatThrownBy(this::settings).hasMessageContaining("empty_ns").hasMessageContaining("0x20000000");
        options.clearEmptyNs().setPidfdStoreSk(4);
        assertThatThrownBy(this::settings).hasMessageContaining("pidfd_store_sk");
    }

    private List<Setting> settings() throws RpcException {
        return SettingsOfRequest.of(options.build());
    }
}
