package io.godwit.image.show;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Writes the same trees as {@link JsonText} for people: a field a line, what is within a field below it. */
final class PlainText {
    private static final String STEP = "  ";

    private PlainText() {}

    static void write(Appendable out, Map<String, Object> object, String indent) throws IOException {
        for (Map.Entry<String, Object> field : object.entrySet()) {
            field(out, field.getKey(), field.getValue(), indent);
        }
    }

    private static void field(Appendable out, String name, Object value, String indent) throws IOException {
        if (value instanceof Map<?, ?> object) {
            out.append(indent).append(name).append(":\n");
            write(out, named(object), indent + STEP);
        } else if (value instanceof Collection<?> items && items.stream().anyMatch(Map.class::isInstance)) {
            for (Object item : items) {
                field(out, name, item, indent);
            }
        } else {
            out.append(indent).append(name).append(": ").append(line(value)).append('\n');
        }
    }

    private static String line(Object value) {
        if (!(value instanceof Collection<?> items)) {
            return printable(value.toString());
        }
        List<String> words = new ArrayList<>();
        items.forEach(item -> words.add(printable(item.toString())));
        return String.join(" ", words);
    }

    private static Map<String, Object> named(Map<?, ?> object) {
        Map<String, Object> named = new LinkedHashMap<>();
        object.forEach((name, value) -> named.put(name.toString(), value));
        return named;
    }

    /** Names of files are any bytes, and a terminal obeys some of them. */
    static String printable(String text) {
        StringBuilder safe = null;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            boolean control = Character.isISOControl(c);
            if (control && safe == null) {
                safe = new StringBuilder(text.substring(0, i));
            }
            if (safe != null) {
                safe.append(control ? String.format(Locale.ROOT, "\\x%02x", (int) c) : String.valueOf(c));
            }
        }
        return safe == null ? text : safe.toString();
    }
}
