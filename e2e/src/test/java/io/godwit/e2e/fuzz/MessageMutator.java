package io.godwit.e2e.fuzz;

import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import com.google.protobuf.UnknownFieldSet;
import java.util.List;
import java.util.Random;

/** Changes and makes messages by their schema, so that what comes out can be decoded more often than not. */
final class MessageMutator {
    private static final int MAX_DEPTH = 3;
    private static final int MAX_REPEATED = 4;
    private static final String[] TEXTS = {
        "", "a", "../x", "/", "../../outside/x", "a/b", ".", "..", "\0", "\u001b[2J", "%s%n", "x".repeat(5000), "parent"
    };

    private final Random random;

    MessageMutator(Random random) {
        this.random = random;
    }

    /** Changes one field of a message, or of one in it; what was required may be missing afterwards. */
    Message mutate(Message message) {
        List<FieldDescriptor> fields = message.getDescriptorForType().getFields();
        Message.Builder builder = message.toBuilder();
        if (fields.isEmpty() || random.nextInt(50) == 0) {
            UnknownFieldSet.Field later = UnknownFieldSet.Field.newBuilder()
                    .addVarint(ByteMutator.edge(random))
                    .build();
            return builder.setUnknownFields(
                            UnknownFieldSet.newBuilder().addField(1000, later).build())
                    .buildPartial();
        }
        List<FieldDescriptor> present = List.copyOf(message.getAllFields().keySet());
        boolean known = !present.isEmpty() && random.nextInt(4) != 0;
        List<FieldDescriptor> from = known ? present : fields;
        FieldDescriptor field = from.get(random.nextInt(from.size()));
        if (random.nextInt(12) == 0) {
            return builder.clearField(field).buildPartial();
        }
        if (field.isRepeated()) {
            repeated(builder, field);
        } else {
            builder.setField(field, changed(builder, field, message.getField(field), message.hasField(field)));
        }
        return builder.buildPartial();
    }

    private void repeated(Message.Builder builder, FieldDescriptor field) {
        int count = builder.getRepeatedFieldCount(field);
        if (count == 0 || random.nextInt(4) == 0) {
            builder.addRepeatedField(field, value(builder, field, 0));
            return;
        }
        int at = random.nextInt(count);
        Object old = builder.getRepeatedField(field, at);
        if (random.nextInt(4) == 0) {
            builder.addRepeatedField(field, old);
        } else {
            builder.setRepeatedField(field, at, changed(builder, field, old, true));
        }
    }

    private Object changed(Message.Builder builder, FieldDescriptor field, Object old, boolean there) {
        if (old instanceof Message message && there) {
            return mutate(message);
        }
        if (old instanceof Integer number && random.nextInt(2) == 0) {
            return number + random.nextInt(5) - 2;
        }
        if (old instanceof Long number && random.nextInt(2) == 0) {
            return number + (random.nextInt(5) - 2) * (random.nextBoolean() ? 1L : 4096L);
        }
        return value(builder, field, 0);
    }

    /** A message with random fields, all that are required among them. */
    Message make(Message prototype, int depth) {
        Message.Builder builder = prototype.newBuilderForType();
        for (FieldDescriptor field : prototype.getDescriptorForType().getFields()) {
            if (field.isRepeated()) {
                for (int i = depth < MAX_DEPTH ? random.nextInt(MAX_REPEATED) : 0; i > 0; i--) {
                    builder.addRepeatedField(field, value(builder, field, depth));
                }
            } else if (field.isRequired() || depth < MAX_DEPTH && random.nextInt(3) == 0) {
                builder.setField(field, value(builder, field, depth));
            }
        }
        return builder.buildPartial();
    }

    private Object value(Message.Builder builder, FieldDescriptor field, int depth) {
        return switch (field.getJavaType()) {
            case INT -> random.nextBoolean() ? random.nextInt(8) : (int) ByteMutator.edge(random);
            case LONG -> random.nextBoolean() ? random.nextInt(64) * 4096L : ByteMutator.edge(random);
            case BOOLEAN -> random.nextBoolean();
            case FLOAT -> 1f;
            case DOUBLE -> 1d;
            case STRING -> TEXTS[random.nextInt(TEXTS.length)];
            case BYTE_STRING -> bytes();
            case ENUM -> constant(field);
            case MESSAGE -> make(builder.newBuilderForField(field).getDefaultInstanceForType(), depth + 1);
        };
    }

    private ByteString bytes() {
        byte[] bytes = new byte[random.nextInt(200)];
        random.nextBytes(bytes);
        return ByteString.copyFrom(bytes);
    }

    private EnumValueDescriptor constant(FieldDescriptor field) {
        List<EnumValueDescriptor> values = field.getEnumType().getValues();
        return values.get(random.nextInt(values.size()));
    }
}
