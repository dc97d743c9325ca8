package io.godwit.target.restore;

import io.godwit.image.proto.FileEntry;
import io.godwit.image.tree.PluginState;
import io.godwit.linux.Descriptors;
import io.godwit.linux.Fd;
import io.godwit.plugin.Plugin;
import io.godwit.target.plan.RestoreException;
import io.godwit.target.plan.Snapshot;
import java.io.IOException;
import java.util.List;

/** Has plugins open the files that they carried at the dump. */
final class PluginFileRestorer implements KindRestorer {
    private final List<Plugin> plugins;

    PluginFileRestorer(List<Plugin> plugins) {
        this.plugins = plugins;
    }

    @Override
    public void restore(Snapshot snapshot, FileTable table) throws IOException {
        for (FileEntry file : snapshot.files().values()) {
            if (file.hasExt() && !table.has(file.getId())) {
                table.put(file.getId(), open(PluginState.read(snapshot.images(), file.getId())));
            }
        }
    }

    private Fd open(PluginState state) throws IOException {
        int number = find(state.plugin()).restore(state.state());
        if (number < 0) {
            throw new RestoreException(
                    "the plugin " + state.plugin() + " gave " + number + " for a file, which is no descriptor");
        }
        Fd fd = Fd.of(number);
        Descriptors.fcntl(fd, Descriptors.F_SETFD, Descriptors.FD_CLOEXEC);
        return fd;
    }

    private Plugin find(String name) throws RestoreException {
        return plugins.stream()
                .filter(plugin -> plugin.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new RestoreException("the tree has a file that the plugin " + name
                        + " carried at the dump, and it is not here: name the directory of its jar by --libdir"));
    }
}
