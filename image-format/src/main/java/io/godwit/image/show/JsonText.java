package io.godwit.image.show;

import java.io.IOException;
import java.util.Collection;
import java.util.Locale;
import java.util.Map;

/** Writes trees of maps, collections, texts, numbers and booleans as JSON, in one line, into whatever takes text. */
public final class JsonText {
    private JsonText() {}

    /** Writes a value; {@code null} is written as such. */
    public static void write(Appendable out, Object value) throws IOException {
        if (value instanceof Map<?, ?> object) {
            String before = "{";
            for (Map.Entry<?, ?> field : object.entrySet()) {
                quote(out.append(before), field.getKey().toString());
                write(out.append(": "), field.getValue());
                before = ", ";
            }
            out.append(object.isEmpty() ? "{}" : "}");
        } else if (value instanceof Collection<?> items) {
            String before = "[";
            for (Object item : items) {
                write(out.append(before), item);
                before = ", ";
            }
            out.append(items.isEmpty() ? "[]" : "]");
        } else if (value == null || value instanceof Number || value instanceof Boolean) {
            out.append(String.valueOf(value));
        } else {
            quote(out, value.toString());
        }
    }

    /** Control characters and lone surrogates are escaped, so that any text of a process can be written. */
    private static void quote(Appendable out, String text) throws IOException {
        out.append('"');
        for (char c : text.toCharArray()) {
            if (c == '"' || c == '\\') {
                out.append('\\').append(c);
            } else if (c < 0x20 || c == 0x7f || Character.isSurrogate(c)) {
                out.append(String.format(Locale.ROOT, "\\u%04x", (int) c));
            } else {
                out.append(c);
            }
        }
        out.append('"');
    }
}
