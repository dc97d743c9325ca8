package io.godwit.criu.rpc;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.image.proto.CriuOpts;
import io.godwit.image.proto.CriuReq;
import io.godwit.image.proto.CriuReqType;
import io.godwit.image.proto.CriuResp;
import io.godwit.linux.Descriptors;
import io.godwit.linux.Fd;
import io.godwit.linux.net.PeerCredentials;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Requests that need no tree, by a client that is this process. */
class HandlersTest {
    private static final Map<String, String> OF_SERVICE = Map.of("GODWIT_WORKER_OF_SERVICE", "1");
    private static final int EPERM = 1;
    private static final int ESRCH = 3;
    private static final int EBADRQC = 56;

    @TempDir
    private Path directory;

    @Test
    void theVersionIsThatOfTheCriuWhoseProtocolThisIs() throws IOException {
        try (TestClient client = worker(Map.of(), true)) {
            client.sendHex("08 0a");
            byte[] answer = client.rawAnswer().orElseThrow();

            assertThat(HexFormat.of().formatHex(answer)).startsWith("080a100152");
            CriuResp response = CriuResp.parseFrom(answer);
            assertThat(response.getVersion().getMajorNumber()).isEqualTo(4);
            assertThat(response.getVersion().getMinorNumber()).isEqualTo(2);
            assertThat(response.getVersion().hasGitid())
                    .as("libcriu takes one for a development version")
                    .isFalse();
            assertThat(response.getVersion().getName()).startsWith("Godwit");
        }
    }

    @Test
    void featuresAreAnsweredInTheBytesOfTheProtocol() throws IOException {
        try (TestClient client = worker(Map.of(), true)) {
            client.sendHex("08 09 2a 02 18 01");
            assertThat(HexFormat.of().formatHex(client.rawAnswer().orElseThrow()))
                    .as("mem_track and lazy_pages were not asked about; pidfd_store is not there")
                    .isEqualTo("080910014206080010001800");
        }
    }

    @Test
    void aFeatureCheckAboutNothingFails() throws Exception {
        try (TestClient client = worker(Map.of(), true)) {
            assertThat(client.ask(CriuReqType.FEATURE_CHECK).getSuccess()).isFalse();
            assertThat(client.exitCode()).isZero();
        }
    }

    @Test
    void aRequestWithoutItsOptionsFails() throws Exception {
        for (CriuReqType type : new CriuReqType[] {CriuReqType.DUMP, CriuReqType.RESTORE, CriuReqType.CPUINFO_CHECK}) {
            try (TestClient client = worker(Map.of(), true)) {
                CriuResp answer = client.ask(type);
                assertThat(answer.getType()).isEqualTo(type);
                assertThat(answer.getSuccess()).isFalse();
                assertThat(answer.getCrErrno()).isEqualTo(EBADRQC);
                assertThat(answer.getCrErrmsg()).isNotEmpty();
            }
        }
    }

    @Test
    void aProcessThatIsNotThereIsNamed() throws Exception {
        CriuResp answer = ask(Map.of(), true, CriuReqType.DUMP, opts().setPid(4_000_000));
        assertThat(answer.getCrErrno()).isEqualTo(ESRCH);
        assertThat(answer.getCrErrmsg()).contains("4000000");
    }

    @Test
    void aRequestWithoutPidIsForTheClientItself() throws Exception {
        // here it is the process that the worker runs in
        assertThat(ask(Map.of(), true, CriuReqType.DUMP, opts()).getCrErrmsg())
                .isEqualTo("pid " + ProcessHandle.current().pid() + " is godwit itself");
    }

    @Test
    void aClientThatIsToBeDumpedCanNotAnswerNotifications() throws Exception {
        CriuResp answer = ask(Map.of(), true, CriuReqType.DUMP, opts().setNotifyScripts(true));
        assertThat(answer.getCrErrno()).isEqualTo(EBADRQC);
        assertThat(answer.getCrErrmsg()).contains("leave notify_scripts out");
    }

    @Test
    void aLogOutsideOfTheWorkDirectoryIsRefused() throws Exception {
        CriuResp answer = ask(Map.of(), true, CriuReqType.RESTORE, opts().setLogFile("../log"));
        assertThat(answer.getCrErrno()).isEqualTo(EBADRQC);
        assertThat(answer.getCrErrmsg()).contains("log_file '../log'");
    }

    @Test
    void aTextWithANulIsRefusedByItsField() throws Exception {
        CriuOpts.Builder options = opts();
        options.addCgRootBuilder().setPath("/a\0b");
        CriuResp answer = ask(Map.of(), true, CriuReqType.RESTORE, options);
        assertThat(answer.getCrErrno()).isEqualTo(EBADRQC);
        assertThat(answer.getCrErrmsg()).isEqualTo("path has a NUL character in it");
        assertThat(ask(Map.of(), true, CriuReqType.RESTORE, opts().setLogFile("\0"))
                        .getCrErrmsg())
                .isEqualTo("log_file has a NUL character in it");
    }

    @Test
    void aLogOfACheckNeedsADirectory() throws Exception {
        CriuOpts.Builder options = CriuOpts.newBuilder().setImagesDirFd(-1).setLogFile("log");
        assertThat(ask(Map.of(), true, CriuReqType.CHECK, options).getCrErrmsg())
                .contains("no directory for it");
    }

    @Test
    void anOptionThatCanNotBeFollowedIsRefusedInTheWordsOfTheCommandLine() throws Exception {
        CriuResp answer = ask(Map.of(), true, CriuReqType.RESTORE, opts().setLsmMountContext("any"));
        assertThat(answer.getCrErrno()).isEqualTo(EBADRQC);
        assertThat(answer.getCrErrmsg()).startsWith("--lsm-mount-context: ");
    }

    @Test
    void theProcessorOfTheImagesIsThisOne() throws Exception {
        assertThat(ask(Map.of(), true, CriuReqType.CPUINFO_CHECK, opts()).getSuccess())
                .isFalse();
        assertThat(ask(Map.of(), true, CriuReqType.CPUINFO_DUMP, opts()).getSuccess())
                .isTrue();
        assertThat(directory.resolve("cpuinfo.img")).isNotEmptyFile();
        assertThat(ask(Map.of(), true, CriuReqType.CPUINFO_CHECK, opts()).getSuccess())
                .isTrue();
    }

    @Test
    void clientsOfTheServiceShareNoDescriptorsWithIt() throws Exception {
        CriuResp sibling = ask(OF_SERVICE, true, CriuReqType.RESTORE, opts().setRstSibling(true));
        assertThat(sibling.getCrErrmsg()).contains("rst_sibling", "service");
        CriuOpts.Builder options = opts();
        options.addInheritFdBuilder().setFd(1).setKey("x");
        assertThat(ask(OF_SERVICE, true, CriuReqType.RESTORE, options).getCrErrmsg())
                .contains("inherit_fd");
    }

    @Test
    void anotherUserMayNotRestore() throws Exception {
        CriuResp answer = ask(OF_SERVICE, false, CriuReqType.RESTORE, opts());
        assertThat(answer.getCrErrno()).isEqualTo(EPERM);
        assertThat(answer.getCrErrmsg()).contains("only root", "RESTORE", "user 12345");
    }

    @Test
    void anotherUserMayNotDumpThisProcess() throws Exception {
        int own = (int) ProcessHandle.current().pid();
        CriuResp answer = ask(OF_SERVICE, false, CriuReqType.DUMP, opts().setPid(own));
        assertThat(answer.getCrErrno()).isEqualTo(EPERM);
        assertThat(answer.getCrErrmsg()).contains("pid " + own, "not wholly of user 12345");
    }

    private CriuOpts.Builder opts() {
        return CriuOpts.newBuilder().setImagesDirFd(-1).setImagesDir(directory.toString());
    }

    private CriuResp ask(Map<String, String> environment, boolean unlimited, CriuReqType type, CriuOpts.Builder options)
            throws IOException {
        try (TestClient client = worker(environment, unlimited)) {
            return client.ask(CriuReq.newBuilder().setType(type).setOpts(options));
        }
    }

    /** In this process, so that a client that is not unlimited is only said to be another user. */
    private static TestClient worker(Map<String, String> environment, boolean unlimited) throws IOException {
        return TestClient.of(channel -> {
            PeerCredentials self = channel.socket().peer();
            PeerCredentials user = unlimited ? self : new PeerCredentials(self.pid(), 12345, 12345, new int[0]);
            RpcClient client = new RpcClient(user, channel.socket());
            Conversation conversation = new Conversation(channel, client, new Authority(user, unlimited), environment);
            return new Session(channel, Handlers.all(conversation)).serve();
        });
    }

    @Test
    void aDirectoryIsOpenedAsTheClientsDescriptor() throws Exception {
        try (Fd open = Descriptors.open(directory.toString(), Descriptors.O_PATH | Descriptors.O_DIRECTORY, 0);
                Fd file = Descriptors.open("/dev/null", Descriptors.O_RDONLY, 0)) {
            CriuOpts.Builder options = CriuOpts.newBuilder().setImagesDirFd(open.number());
            assertThat(ask(Map.of(), true, CriuReqType.RESTORE, options).getCrErrmsg())
                    .startsWith(directory + "/inventory.img does not exist");
            assertThat(directory.resolve("criu.log")).content().contains("inventory.img does not exist");

            options.setImagesDirFd(file.number());
            assertThat(ask(Map.of(), true, CriuReqType.RESTORE, options).getCrErrmsg())
                    .contains("it is no directory");
            options.setImagesDirFd(999_999);
            assertThat(ask(Map.of(), true, CriuReqType.RESTORE, options).getCrErrmsg())
                    .contains("no such descriptor open");
        }
    }
}
