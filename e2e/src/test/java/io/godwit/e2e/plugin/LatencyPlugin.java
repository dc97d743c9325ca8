package io.godwit.e2e.plugin;

import io.godwit.linux.Descriptors;
import io.godwit.linux.Fd;
import io.godwit.linux.NativeMemory;
import io.godwit.plugin.OpenedFile;
import io.godwit.plugin.Plugin;
import java.io.IOException;
import java.lang.ref.Reference;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Carries /dev/cpu_dma_latency, and the number that an open file of it holds. Writes what else it is told into a file beside its jar. It
 * is packed into a jar by its test, and uses nothing but Godwit.
 */
public final class LatencyPlugin implements Plugin {
    private static final String DEVICE = "/dev/cpu_dma_latency";

    @Override
    public String name() {
        return "latency";
    }

    @Override
    public boolean carries(OpenedFile file) {
        return file.link().equals(DEVICE);
    }

    @Override
    public byte[] dump(OpenedFile file) throws IOException {
        NativeMemory number = NativeMemory.allocate(Integer.BYTES);
        Descriptors.read(Fd.of(file.duplicate()), number.address(), Integer.BYTES);
        return number.bytes(0, Integer.BYTES);
    }

    @Override
    public int restore(byte[] state) throws IOException {
        Fd device = Descriptors.open(DEVICE, Descriptors.O_RDWR, 0);
        NativeMemory number = NativeMemory.of(state);
        Descriptors.writeFully(device, number.address(), Integer.BYTES);
        Reference.reachabilityFence(number);
        return device.release();
    }

    @Override
    public void pauseDevices(int pid) throws IOException {
        note("pause", pid);
    }

    @Override
    public void checkpointDevices(int pid) throws IOException {
        note("checkpoint", pid);
    }

    @Override
    public void resumeDevices(int pid) throws IOException {
        note("resume", pid);
    }

    /** With the state of the process as /proc has it. */
    private void note(String call, int pid) throws IOException {
        String stat = Files.readString(Path.of("/proc/" + pid + "/stat"));
        char state = stat.charAt(stat.lastIndexOf(')') + 2);
        Path jar = Path.of(
                getClass().getProtectionDomain().getCodeSource().getLocation().getPath());
        Files.writeString(
                jar.resolveSibling("calls"),
                call + " " + pid + (state == 't' ? " stands\n" : " runs\n"),
                StandardOpenOption.CREATE,
                StandardOpenOption.APPEND);
    }
}
