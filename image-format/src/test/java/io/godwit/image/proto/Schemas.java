package io.godwit.image.proto;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.EnumDescriptor;
import com.google.protobuf.Descriptors.FileDescriptor;
import java.util.Map;
import java.util.TreeMap;

/** Our compiled schemas by the names that CRIU's schemas use; {@code a.b} is b within a. */
final class Schemas {
    private final Map<String, Descriptor> messages = new TreeMap<>();
    private final Map<String, EnumDescriptor> enums = new TreeMap<>();

    void add(String protoFile) throws ReflectiveOperationException {
        String stem = protoFile.substring(0, protoFile.length() - ".proto".length());
        Class<?> outer = Class.forName("io.godwit.image.proto." + camel(stem) + "Proto");
        FileDescriptor file = (FileDescriptor) outer.getMethod("getDescriptor").invoke(null);
        file.getEnumTypes().forEach(type -> enums.put(type.getName(), type));
        file.getMessageTypes().forEach(this::add);
    }

    private void add(Descriptor message) {
        messages.put(path(message), message);
        message.getEnumTypes().forEach(type -> enums.put(path(message) + "." + type.getName(), type));
        message.getNestedTypes().forEach(this::add);
    }

    private static String path(Descriptor message) {
        return message.getContainingType() == null
                ? message.getName()
                : path(message.getContainingType()) + "." + message.getName();
    }

    Descriptor message(String criuName) {
        return messages.get(camel(criuName));
    }

    EnumDescriptor enumeration(String criuName) {
        return enums.get(camel(criuName));
    }

    Map<String, Descriptor> messages() {
        return messages;
    }

    Map<String, EnumDescriptor> enums() {
        return enums;
    }

    /** {@code core_entry.march} becomes {@code CoreEntry.March}. */
    static String camel(String name) {
        StringBuilder camel = new StringBuilder();
        boolean start = true;
        for (char c : name.toCharArray()) {
            if (c == '_' || c == '-') {
                start = true;
            } else {
                camel.append(start ? Character.toUpperCase(c) : c);
                start = c == '.';
            }
        }
        return camel.toString();
    }
}
