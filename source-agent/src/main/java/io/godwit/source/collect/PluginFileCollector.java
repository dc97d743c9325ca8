package io.godwit.source.collect;

import io.godwit.image.pages.SnapshotSink;
import io.godwit.image.proto.ExtFileEntry;
import io.godwit.image.proto.FdTypes;
import io.godwit.image.proto.FileEntry;
import io.godwit.image.tree.PluginState;
import io.godwit.plugin.OpenedFile;
import io.godwit.plugin.Plugin;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Files of kinds that Godwit does not know, and a plugin does. The first plugin that carries a file has it. */
final class PluginFileCollector implements FileCollector {
    private final List<Plugin> plugins;
    private final boolean contents;
    private final Map<Integer, PluginState> states = new LinkedHashMap<>();

    /** @param contents the tree stands still, so what the plugins keep is to be read */
    PluginFileCollector(List<Plugin> plugins, boolean contents) {
        this.plugins = plugins;
        this.contents = contents;
    }

    @Override
    public boolean accepts(OpenFile file) {
        return find(opened(file)).isPresent();
    }

    @Override
    public void collect(OpenFile file, FileEntry.Builder entry) throws IOException {
        OpenedFile opened = opened(file);
        Plugin plugin = find(opened).orElseThrow();
        if (contents) {
            states.put(entry.getId(), new PluginState(plugin.name(), plugin.dump(opened)));
        }
        entry.setType(FdTypes.EXT)
                .setExt(ExtFileEntry.newBuilder().setId(entry.getId()).setFown(file.owner()));
    }

    private Optional<Plugin> find(OpenedFile file) {
        return plugins.stream().filter(plugin -> plugin.carries(file)).findFirst();
    }

    private static OpenedFile opened(OpenFile file) {
        return new OpenedFile(
                file.pid(),
                file.fd(),
                file.link(),
                file.flags(),
                file.info().position(),
                file.status().mode(),
                file.duplicate().number());
    }

    void write(SnapshotSink sink) throws IOException {
        for (Map.Entry<Integer, PluginState> state : states.entrySet()) {
            sink.image(PluginState.fileName(state.getKey()), state.getValue().encode());
        }
    }
}
