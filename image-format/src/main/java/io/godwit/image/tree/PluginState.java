package io.godwit.image.tree;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.godwit.image.ImageException;
import io.godwit.image.Images;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * What a plugin keeps of an open file, in a file of its own: the plugin's name, a line end, and what the plugin alone understands.
 *
 * @param plugin its name
 * @param state bytes
 */
public record PluginState(String plugin, byte[] state) {
    /** The contents are in memory while the tree stands still. */
    private static final long MAX_BYTES = 64L << 20;

    private static final int MAX_NAME = 100;
    private static final byte LINE_END = '\n';

    /** The name of the file for a file object. */
    public static String fileName(int id) {
        return "plugin-file-" + Integer.toUnsignedString(id);
    }

    /** The contents of the file. */
    public byte[] encode() {
        byte[] name = (plugin + "\n").getBytes(UTF_8);
        byte[] all = Arrays.copyOf(name, name.length + state.length);
        System.arraycopy(state, 0, all, name.length, state.length);
        return all;
    }

    /**
     * Reads the state of a file object.
     *
     * @throws ImageException if there is none, as with a plugin of CRIU, or it is damaged
     */
    public static PluginState read(Images images, int id) throws IOException {
        String name = fileName(id);
        Path file = images.directory().resolve(name);
        if (!images.has(name)) {
            throw new ImageException(file + ": missing, though a plugin carries file " + Integer.toUnsignedString(id)
                    + "; what plugins of CRIU keep can not be restored by Godwit");
        }
        byte[] content = images.read(name);
        if (content.length > MAX_BYTES) {
            throw new ImageException(file + ": is longer than the state of a plugin can be");
        }
        return decode(file, content);
    }

    private static PluginState decode(Path file, byte[] bytes) throws ImageException {
        for (int i = 0; i < Math.min(bytes.length, MAX_NAME); i++) {
            if (bytes[i] == LINE_END) {
                return new PluginState(new String(bytes, 0, i, UTF_8), Arrays.copyOfRange(bytes, i + 1, bytes.length));
            }
        }
        throw new ImageException(file + ": does not begin with the name of a plugin; it is damaged");
    }
}
