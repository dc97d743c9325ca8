package io.godwit.e2e;

import com.github.dockerjava.api.model.AccessMode;
import com.github.dockerjava.api.model.Bind;
import com.github.dockerjava.api.model.Capability;
import com.github.dockerjava.api.model.HostConfig;
import com.github.dockerjava.api.model.Volume;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.testcontainers.containers.Container.ExecResult;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.Network;
import org.testcontainers.utility.DockerImageName;

/**
 * A container on the base image that {@code deploy/test} makes: an own root file system on overlayfs with Java, Python
 * and Redis in it. It has the checkout (read-only) and one shared directory at the paths that they have here.
 */
final class Container implements Host, AutoCloseable {
    private static final String IMAGE = "godwit-base:bookworm";
    /** What Godwit needs and a container does not have by itself; more would hide that something more is needed. */
    private static final Capability[] CAPABILITIES = {Capability.SYS_ADMIN, Capability.SYS_PTRACE, Capability.NET_ADMIN
    };

    private final GenericContainer<?> container;

    private Container(GenericContainer<?> container) {
        this.container = container;
    }

    static Container start(String name, Network network, Path shared) {
        GenericContainer<?> container = new GenericContainer<>(DockerImageName.parse(IMAGE))
                .withImagePullPolicy(image -> false)
                .withNetwork(network)
                .withNetworkAliases(name)
                .withCreateContainerCmdModifier(
                        command -> configure(command.withHostName(name).getHostConfig(), shared))
                .withCommand("sleep", "infinity");
        container.start();
        return new Container(container);
    }

    /** The binds too: Testcontainers' own first pull an image to find out whether binds work. */
    private static void configure(HostConfig config, Path shared) {
        String checkout = Checkout.root().toString();
        config.withCapAdd(CAPABILITIES)
                .withSecurityOpts(List.of("seccomp=unconfined", "apparmor=unconfined"))
                .withBinds(
                        new Bind(checkout, new Volume(checkout), AccessMode.ro),
                        new Bind(shared.toString(), new Volume(shared.toString())))
                .withInit(true);
    }

    @Override
    public Execution exec(String... command) throws IOException {
        try {
            ExecResult result = container.execInContainer(command);
            return new Execution(List.of(command), result.getExitCode(), result.getStdout() + result.getStderr());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while running " + List.of(command), e);
        }
    }

    /** The next process here gets the pid after this one. */
    void lastPid(int pid) throws IOException {
        exec("sh", "-c", "mount -o remount,rw /proc/sys && echo " + pid + " > /proc/sys/kernel/ns_last_pid")
                .succeeded();
    }

    @Override
    public Path path(String absolute) {
        Long init = container.getCurrentContainerInfo().getState().getPidLong();
        return Path.of("/proc/" + init + "/root" + absolute);
    }

    @Override
    public void close() {
        container.stop();
    }
}
