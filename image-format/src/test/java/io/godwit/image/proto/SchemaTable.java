package io.godwit.image.proto;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Collectors;

/** The rows of {@code messages.tsv}: each field and enum value of CRIU's schemas, and what is known of it. */
record SchemaTable(List<Row> rows) {
    /** Schemas of architectures that Godwit does not run on. */
    private static final List<String> OTHER_ARCHITECTURES = List.of(
            "core-arm.proto",
            "core-ppc64.proto",
            "core-s390.proto",
            "core-mips.proto",
            "core-loongarch64.proto",
            "core-riscv64.proto");

    record Row(
            String kind,
            String file,
            String container,
            String name,
            int number,
            String label,
            String type,
            String typeKind,
            String defaultValue,
            String options) {
        boolean isField() {
            return kind.equals("field");
        }

        @Override
        public String toString() {
            return container + "." + name;
        }

        /** Whether it, or the type of it, belongs to another architecture. */
        private boolean ofOtherArchitecture() {
            return OTHER_ARCHITECTURES.contains(file)
                    || file.equals("core.proto")
                            && type.startsWith("thread_info_")
                            && OTHER_ARCHITECTURES.contains(
                                    "core-" + type.substring("thread_info_".length()) + ".proto");
        }

        private static Row of(String line) {
            String[] cells = line.split("\t", -1);
            return new Row(
                    cells[0],
                    cells[1],
                    cells[2],
                    cells[3],
                    Integer.parseInt(cells[4]),
                    cells[5],
                    cells[6],
                    cells[7],
                    cells[8],
                    cells[9]);
        }
    }

    static SchemaTable load() throws IOException {
        try (BufferedReader reader = new BufferedReader(
                new InputStreamReader(SchemaTable.class.getResourceAsStream("messages.tsv"), StandardCharsets.UTF_8))) {
            return new SchemaTable(reader.lines()
                    .skip(1)
                    .map(Row::of)
                    .filter(row -> !row.ofOtherArchitecture())
                    .collect(Collectors.toUnmodifiableList()));
        }
    }

    List<Row> ofKind(String kind) {
        return rows.stream().filter(row -> row.kind().equals(kind)).collect(Collectors.toUnmodifiableList());
    }
}
