package io.godwit.linux;

import java.util.ArrayList;
import java.util.List;

/** A list of strings as execve(2) takes it: pointers to text, and a null pointer at the end. */
public final class Strings {
    private final List<NativeMemory> texts = new ArrayList<>();
    private final NativeMemory pointers;

    /** Copies of these strings, kept as long as this object is reachable. */
    public Strings(List<byte[]> strings) {
        pointers = NativeMemory.allocate((strings.size() + 1) * Long.BYTES);
        for (byte[] string : strings) {
            NativeMemory text = NativeMemory.allocate(string.length + 1);
            text.buffer().put(0, string);
            pointers.buffer().putLong(texts.size() * Long.BYTES, text.address());
            texts.add(text);
        }
    }

    public long address() {
        return pointers.address();
    }
}
