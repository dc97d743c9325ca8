package io.godwit.image;

import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;

/** Messages that have what the schema requires of them, and no more. */
public final class Minimal {
    private Minimal() {}

    /** Fills the required fields of a message that lack a value with the default, in messages in it too. */
    @SuppressWarnings("unchecked")
    public static <T extends Message> T of(T message) {
        Message.Builder builder = message.toBuilder();
        for (FieldDescriptor field : message.getDescriptorForType().getFields()) {
            boolean nested = field.getJavaType() == FieldDescriptor.JavaType.MESSAGE && !field.isRepeated();
            if (nested && (field.isRequired() || message.hasField(field))) {
                builder.setField(field, of((Message) message.getField(field)));
            } else if (field.isRequired() && !message.hasField(field)) {
                builder.setField(field, message.getField(field));
            }
        }
        return (T) builder.build();
    }
}
