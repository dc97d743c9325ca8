package io.godwit.image.show;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Message;
import com.google.protobuf.UnknownFieldSet;
import io.godwit.image.ImageEncoder;
import io.godwit.image.ImageEncoder.Entry;
import io.godwit.image.ImageKind;
import io.godwit.image.Minimal;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Each kind of image can be read, shown, and written again without a loss. */
class EveryKindTest {
    private static final String RAW = "PAGES";
    private static final String ARCHIVE = "TMPFS_DEV";

    @TempDir
    private Path directory;

    @ParameterizedTest
    @EnumSource(
            value = ImageKind.class,
            names = {RAW, ARCHIVE},
            mode = EnumSource.Mode.EXCLUDE)
    void whatIsReadAndWrittenAgainIsTheSameWithItsUnknownFields(ImageKind kind) throws IOException {
        UnknownFieldSet later = UnknownFieldSet.newBuilder()
                .addField(900, UnknownFieldSet.Field.newBuilder().addVarint(42).build())
                .build();
        Message entry = Minimal.of(EntryTypes.of(kind)).toBuilder()
                .setUnknownFields(later)
                .build();
        Path file = Files.write(directory.resolve(name(kind)), ImageEncoder.encode(kind, List.of(entry)));

        List<Entry> again = new ArrayList<>();
        for (ImageEntry read : ImageFile.of(file).entries()) {
            ByteArrayOutputStream extra = new ByteArrayOutputStream();
            for (ImageEntry.Payload payload : read.payloads()) {
                extra.write(payload.bytes());
            }
            again.add(new Entry(read.message(), extra.toByteArray()));
        }

        assertThat(ImageEncoder.encodeEntries(kind, again)).isEqualTo(Files.readAllBytes(file));
    }

    @ParameterizedTest
    @EnumSource(
            value = ImageKind.class,
            names = {RAW, ARCHIVE},
            mode = EnumSource.Mode.EXCLUDE)
    void itIsShownWithItsRequiredFields(ImageKind kind) throws IOException {
        Message entry = Minimal.of(EntryTypes.of(kind));
        Path file = Files.write(directory.resolve(name(kind)), ImageEncoder.encode(kind, List.of(entry)));

        StringBuilder text = new StringBuilder();
        ImageShow.text(file, text);
        StringBuilder json = new StringBuilder();
        ImageShow.json(file, json);

        assertThat(text).startsWith(name(kind) + " (" + ImageShow.magicName(kind) + ")\n  entry 1\n");
        entry.getAllFields().keySet().forEach(field -> {
            assertThat(text).contains(field.getName() + ":");
            assertThat(json).contains("\"" + field.getName() + "\": ");
        });
    }

    private static String name(ImageKind kind) {
        return kind.numbered() ? kind.fileName(1) : kind.fileName();
    }
}
