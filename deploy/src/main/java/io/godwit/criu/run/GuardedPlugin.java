package io.godwit.criu.run;

import io.godwit.plugin.OpenedFile;
import io.godwit.plugin.Plugin;
import io.godwit.source.cli.Messages;
import java.io.IOException;
import java.io.UncheckedIOException;

/** A plugin whose failures, its defects too, are told by its name. */
final class GuardedPlugin implements Plugin {
    private final String name;
    private final Plugin plugin;

    GuardedPlugin(String name, Plugin plugin) {
        this.name = name;
        this.plugin = plugin;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public boolean carries(OpenedFile file) {
        try {
            return plugin.carries(file);
        } catch (RuntimeException | LinkageError e) {
            throw new UncheckedIOException(failed("to say whether it carries " + file.link(), e));
        }
    }

    @Override
    public byte[] dump(OpenedFile file) throws IOException {
        return guarded("to dump fd " + file.descriptor() + " (" + file.link() + ") of process " + file.pid(), () -> {
            byte[] state = plugin.dump(file);
            if (state == null) {
                throw new IOException("it gave nothing");
            }
            return state;
        });
    }

    @Override
    public int restore(byte[] state) throws IOException {
        return guarded("to restore a file", () -> plugin.restore(state));
    }

    @Override
    public void pauseDevices(int pid) throws IOException {
        guarded("to pause the devices of process " + pid, () -> {
            plugin.pauseDevices(pid);
            return true;
        });
    }

    @Override
    public void checkpointDevices(int pid) throws IOException {
        guarded("to dump the devices of process " + pid, () -> {
            plugin.checkpointDevices(pid);
            return true;
        });
    }

    @Override
    public void resumeDevices(int pid) throws IOException {
        guarded("to resume the devices of process " + pid, () -> {
            plugin.resumeDevices(pid);
            return true;
        });
    }

    private interface Call<T> {
        T make() throws IOException;
    }

    private <T> T guarded(String what, Call<T> call) throws IOException {
        try {
            return call.make();
        } catch (IOException | RuntimeException | LinkageError e) {
            throw failed(what, e);
        }
    }

    private IOException failed(String what, Throwable cause) {
        String words = cause instanceof IOException io ? Messages.of(io) : cause.toString();
        return new IOException("the plugin " + name + " failed " + what + ": " + words, cause);
    }
}
