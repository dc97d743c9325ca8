package io.godwit.image.proto;

import static java.util.stream.Collectors.toMap;
import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.EnumDescriptor;
import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor.JavaType;
import io.godwit.image.proto.SchemaTable.Row;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Our schemas against the table of CRIU's, field by field. */
class SchemaTest {
    private static SchemaTable table;
    private static Schemas schemas;

    @BeforeAll
    static void load() throws Exception {
        table = SchemaTable.load();
        schemas = new Schemas();
        for (String file : table.rows().stream().map(Row::file).collect(toSet())) {
            schemas.add(file);
        }
    }

    @Test
    void eachFieldHasTheNumberLabelTypeDefaultAndOptionsOfTheTable() {
        List<Row> fields = table.ofKind("field");
        assertThat(fields).hasSizeGreaterThan(900).allSatisfy(row -> {
            FieldDescriptor field = field(row);
            assertThat(field.getNumber()).as("number").isEqualTo(row.number());
            assertThat(label(field)).as("label").isEqualTo(row.label());
            assertThat(typeKind(field)).as("kind of type").isEqualTo(row.typeKind());
            assertThat(type(field)).as("type").isEqualTo(expectedType(row));
            assertThat(defaultValue(field)).as("default").isEqualTo(row.defaultValue());
            assertThat(options(field)).as("options").isEqualTo(row.options());
        });
    }

    @Test
    void noRepeatedFieldIsPacked() {
        assertThat(table.ofKind("field"))
                .allSatisfy(row -> assertThat(field(row).isPacked()).isFalse());
    }

    @Test
    void eachEnumValueHasTheNumberOfTheTable() {
        assertThat(table.ofKind("enum")).hasSizeGreaterThan(100).allSatisfy(row -> {
            EnumDescriptor type = schemas.enumeration(row.container());
            assertThat(type).as("enum").isNotNull();
            EnumValueDescriptor value = type.findValueByName(row.name());
            assertThat(value).as("value").isNotNull();
            assertThat(value.getNumber()).isEqualTo(row.number());
        });
    }

    @Test
    void noMessageHasAFieldThatTheTableLacks() {
        Map<String, Long> expected = table.ofKind("field").stream()
                .collect(toMap(row -> Schemas.camel(row.container()), row -> 1L, Long::sum));
        // Messages without a field are in no row.
        Map<String, Long> ours = schemas.messages().entrySet().stream()
                .filter(entry -> !entry.getValue().getFields().isEmpty())
                .collect(toMap(Map.Entry::getKey, entry ->
                        (long) entry.getValue().getFields().size()));
        assertThat(ours).isEqualTo(expected);
    }

    @Test
    void noEnumHasAValueThatTheTableLacks() {
        Set<String> expected = table.ofKind("enum").stream()
                .map(row -> Schemas.camel(row.container()) + "." + row.name())
                .collect(toSet());
        Set<String> ours = schemas.enums().entrySet().stream()
                .flatMap(entry ->
                        entry.getValue().getValues().stream().map(value -> entry.getKey() + "." + value.getName()))
                .collect(toSet());
        assertThat(ours).isEqualTo(expected);
    }

    @Test
    void theDisplayOptionsAreAnExtensionOfFieldOptions() {
        Row row = table.ofKind("extension").get(0);
        FieldDescriptor extension = OptsProto.criu.getDescriptor();
        assertThat(extension.getNumber()).isEqualTo(row.number());
        assertThat(extension.getName()).isEqualTo(row.name());
        assertThat(extension.getContainingType().getFullName()).isEqualTo(row.container());
    }

    private static FieldDescriptor field(Row row) {
        Descriptor message = schemas.message(row.container());
        assertThat(message).as("message %s", row.container()).isNotNull();
        FieldDescriptor field = message.findFieldByName(row.name());
        assertThat(field).as("field %s", row).isNotNull();
        return field;
    }

    private static String label(FieldDescriptor field) {
        if (field.isRepeated()) {
            return "repeated";
        }
        return field.isRequired() ? "required" : "optional";
    }

    private static String typeKind(FieldDescriptor field) {
        return switch (field.getJavaType()) {
            case MESSAGE -> "message";
            case ENUM -> "enum";
            default -> "scalar";
        };
    }

    private static String type(FieldDescriptor field) {
        return switch (field.getJavaType()) {
            case MESSAGE -> withoutPackage(field.getMessageType().getFullName());
            case ENUM -> withoutPackage(field.getEnumType().getFullName());
            default -> field.getType().name().toLowerCase(Locale.ROOT);
        };
    }

    private static String withoutPackage(String name) {
        return name.substring("godwit.image.".length());
    }

    private static String expectedType(Row row) {
        return row.typeKind().equals("scalar") ? row.type() : Schemas.camel(row.type());
    }

    private static String defaultValue(FieldDescriptor field) {
        if (!field.hasDefaultValue()) {
            return "";
        }
        Object value = field.getDefaultValue();
        if (field.getType() == FieldDescriptor.Type.UINT32) {
            return Integer.toUnsignedString((Integer) value);
        }
        return field.getJavaType() == JavaType.ENUM ? ((EnumValueDescriptor) value).getName() : value.toString();
    }

    private static String options(FieldDescriptor field) {
        List<String> options = new ArrayList<>();
        field.getOptions().getExtension(OptsProto.criu).getAllFields().forEach((option, value) -> {
            boolean flag = option.getJavaType() == JavaType.BOOLEAN;
            options.add(flag ? option.getName() : option.getName() + "=" + value);
        });
        return String.join(",", options);
    }
}
