package io.godwit.image.show;

import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import io.godwit.image.proto.CRIUOpts;
import io.godwit.image.proto.OptsProto;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Turns a message of any kind into maps, lists and plain values, by its descriptor alone. For programs values stay as they are in
 * the image, bytes as base64: the form of CRIU's own tool. For people the hints in the schemas decide.
 */
final class MessageTree {
    private static final int PREFIX_BYTES = 16;

    private final boolean forPeople;
    private final Map<FieldDescriptor, CRIUOpts> hintsOf = new HashMap<>();

    MessageTree(boolean forPeople) {
        this.forPeople = forPeople;
    }

    private static CRIUOpts hints(FieldDescriptor field) {
        return field.getOptions().getExtension(OptsProto.criu);
    }

    /** An entry with its payloads: their lengths and how they begin. */
    Map<String, Object> of(ImageEntry entry) {
        Map<String, Object> tree = of(entry.message(), false);
        for (ImageEntry.Payload payload : entry.payloads()) {
            tree.put(payload.name(), forPeople ? words(payload.bytes()) : summary(payload.bytes()));
        }
        return tree;
    }

    private Map<String, Object> of(Message message, boolean hexAbove) {
        Map<String, Object> tree = new LinkedHashMap<>();
        for (Map.Entry<FieldDescriptor, Object> field : message.getAllFields().entrySet()) {
            FieldDescriptor descriptor = field.getKey();
            CRIUOpts hints = hintsOf.computeIfAbsent(descriptor, MessageTree::hints);
            boolean hex = hexAbove || hints.getHex();
            if (descriptor.isRepeated()) {
                tree.put(descriptor.getName(), list((List<?>) field.getValue(), descriptor, hints, hex));
            } else {
                tree.put(descriptor.getName(), value(field.getValue(), descriptor, hints, hex));
            }
        }
        return tree;
    }

    private List<Object> list(List<?> items, FieldDescriptor field, CRIUOpts hints, boolean hex) {
        if (forPeople && hints.getIpadd()) {
            return List.of(SocketAddresses.text(items));
        }
        List<Object> list = new ArrayList<>(items.size());
        for (Object item : items) {
            list.add(value(item, field, hints, hex));
        }
        return list;
    }

    private Object value(Object value, FieldDescriptor field, CRIUOpts hints, boolean hex) {
        if (value instanceof Message message) {
            return of(message, hex);
        }
        if (value instanceof EnumValueDescriptor constant) {
            return constant.getName();
        }
        if (value instanceof ByteString bytes) {
            return bytes(bytes.toByteArray(), hints);
        }
        if (value instanceof Integer || value instanceof Long) {
            return number(((Number) value).longValue(), field, hints, hex);
        }
        return value;
    }

    private Object bytes(byte[] bytes, CRIUOpts hints) {
        if (!forPeople) {
            return Base64.getEncoder().encodeToString(bytes);
        }
        return hints.hasConv() ? SocketAddresses.unixName(bytes) : words(bytes);
    }

    private Object number(long raw, FieldDescriptor field, CRIUOpts hints, boolean hex) {
        boolean word =
                field.getType() == FieldDescriptor.Type.UINT32 || field.getType() == FieldDescriptor.Type.FIXED32;
        boolean unsigned = word || field.getType() == FieldDescriptor.Type.UINT64;
        long value = word ? raw & 0xffff_ffffL : raw;
        if (forPeople && hints.hasFlags()) {
            return FlagNames.flags(hints.getFlags(), value);
        }
        if (forPeople && hints.hasDict()) {
            return FlagNames.name(field.getName(), value);
        }
        if (forPeople && hints.getDev()) {
            return device(value, hints.getOdev());
        }
        if (forPeople && hex) {
            return "0x" + Long.toHexString(value);
        }
        return unsigned && value < 0 ? new BigInteger(Long.toUnsignedString(value)) : (Object) value;
    }

    private static String device(long device, boolean libraryForm) {
        long major = libraryForm ? device >> 8 & 0xfff : device >> 20;
        long minor = libraryForm ? device & 0xff | device >> 12 & 0xfff00 : device & 0xfffff;
        return major + ":" + minor;
    }

    private static Map<String, Object> summary(byte[] bytes) {
        Map<String, Object> summary = new LinkedHashMap<>();
        summary.put("bytes", bytes.length);
        summary.put("prefix", prefix(bytes));
        return summary;
    }

    static String words(byte[] bytes) {
        String count = bytes.length + " bytes";
        return bytes.length == 0 ? count : count + ": " + prefix(bytes) + (bytes.length > PREFIX_BYTES ? "..." : "");
    }

    private static String prefix(byte[] bytes) {
        return HexFormat.of().formatHex(bytes, 0, Math.min(bytes.length, PREFIX_BYTES));
    }
}
