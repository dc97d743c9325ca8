package io.godwit.source.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/** Compares with a text beside this class in the test resources. */
final class Golden {
    private Golden() {}

    static void assertSame(String actual, String name) {
        try (InputStream golden = Golden.class.getResourceAsStream(name)) {
            String expected = golden == null ? "" : new String(golden.readAllBytes(), StandardCharsets.UTF_8);
            assertThat(actual).as("the text of %s", name).isEqualTo(expected);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
