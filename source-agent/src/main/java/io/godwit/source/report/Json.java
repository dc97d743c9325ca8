package io.godwit.source.report;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A JSON object in the making, its fields in the order they are set. Values are texts, whole numbers,
 * decimals, booleans, other objects, or collections of these.
 */
final class Json {
    private final Map<String, Object> fields = new LinkedHashMap<>();

    Json set(String name, Object value) {
        fields.put(name, value);
        return this;
    }

    /** One line, without a line end. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        write(text, this);
        return text.toString();
    }

    private static void write(StringBuilder text, Object value) {
        if (value instanceof Json object) {
            char before = '{';
            for (Map.Entry<String, Object> field : object.fields.entrySet()) {
                quote(text.append(before), field.getKey());
                write(text.append(':'), field.getValue());
                before = ',';
            }
            text.append(before == '{' ? "{}" : "}");
        } else if (value instanceof Collection<?> items) {
            char before = '[';
            for (Object item : items) {
                write(text.append(before), item);
                before = ',';
            }
            text.append(before == '[' ? "[]" : "]");
        } else if (value instanceof Double number) {
            text.append(Units.format("%.1f", number));
        } else if (value instanceof Long || value instanceof Integer || value instanceof Boolean) {
            text.append(value);
        } else {
            quote(text, value.toString());
        }
    }

    private static void quote(StringBuilder text, String value) {
        text.append('"');
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c == '"' || c == '\\') {
                text.append('\\').append(c);
            } else if (c < 0x20 || Character.isSurrogate(c) || c == 0x7f) {
                text.append(Units.format("\\u%04x", (int) c));
            } else {
                text.append(c);
            }
        }
        text.append('"');
    }
}
