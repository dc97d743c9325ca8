package io.godwit.linux.file;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ElfBuildIdTest {
    private static final int GNU = 0x00554e47;
    private static final byte[] ID = {0x01, (byte) 0xab, 0x00, (byte) 0xff};

    @TempDir
    Path directory;

    @Test
    void findsTheIdOfACraftedFile() throws IOException {
        assertThat(read(elf(4, note(3, GNU, ID, 4)))).contains("01ab00ff");
    }

    @Test
    void skipsOtherNotesBeforeIt() throws IOException {
        byte[] property = note(5, GNU, new byte[13], 4);
        assertThat(read(elf(4, concat(property, note(3, GNU, ID, 4))))).contains("01ab00ff");
    }

    @Test
    void padsToEightBytesInASegmentAlignedToEight() throws IOException {
        byte[] property = note(5, GNU, new byte[12], 8);
        assertThat(read(elf(8, concat(property, note(3, GNU, ID, 8))))).contains("01ab00ff");
    }

    @Test
    void aNoteOfAnotherOwnerIsNoBuildId() throws IOException {
        assertThat(read(elf(4, note(3, 0x006f4720, ID, 4)))).isEmpty();
    }

    @Test
    void filesThatAreNoElfFilesHaveNone() throws IOException {
        assertThat(read("#!/bin/sh\n".getBytes(java.nio.charset.StandardCharsets.US_ASCII)))
                .isEmpty();
        assertThat(read(new byte[0])).isEmpty();
        assertThat(read(new byte[4096])).isEmpty();
    }

    @Test
    void aTruncatedFileHasNone() throws IOException {
        byte[] whole = elf(4, note(3, GNU, ID, 4));
        for (int length = 0; length < whole.length; length++) {
            assertThat(read(java.util.Arrays.copyOf(whole, length)))
                    .as("first %d bytes", length)
                    .isEmpty();
        }
    }

    @Test
    void lengthsThatLieAreNotBelieved() throws IOException {
        for (int field = 0; field < 8; field += 4) {
            byte[] note = note(3, GNU, ID, 4);
            ByteBuffer.wrap(note).order(ByteOrder.LITTLE_ENDIAN).putInt(field, 0xfffffff0);
            assertThat(read(elf(4, note))).isEmpty();
        }
        byte[] farTable = elf(4, note(3, GNU, ID, 4));
        ByteBuffer.wrap(farTable).order(ByteOrder.LITTLE_ENDIAN).putLong(32, Long.MAX_VALUE - 8);
        assertThat(read(farTable)).isEmpty();
        byte[] hugeSegment = elf(4, note(3, GNU, ID, 4));
        ByteBuffer.wrap(hugeSegment).order(ByteOrder.LITTLE_ENDIAN).putLong(64 + 32, 1L << 40);
        assertThat(read(hugeSegment)).isEmpty();
    }

    @Test
    void theJavaMachineItselfHasOne() throws IOException {
        try (FileChannel self = FileChannel.open(Path.of("/proc/self/exe"))) {
            assertThat(ElfBuildId.read(self).orElse("")).matches("[0-9a-f]{16,128}");
        }
    }

    private Optional<String> read(byte[] content) throws IOException {
        Path file = directory.resolve("file");
        Files.write(file, content);
        try (FileChannel channel = FileChannel.open(file)) {
            return ElfBuildId.read(channel);
        }
    }

    private static byte[] elf(long align, byte[] notes) {
        ByteBuffer file = ByteBuffer.allocate(64 + 56 + notes.length).order(ByteOrder.LITTLE_ENDIAN);
        file.putInt(0, 0x464c457f).put(4, (byte) 2).put(5, (byte) 1);
        file.putLong(32, 64).putShort(54, (short) 56).putShort(56, (short) 1);
        file.putInt(64, 4).putLong(64 + 8, 120).putLong(64 + 32, notes.length).putLong(64 + 48, align);
        file.put(120, notes);
        return file.array();
    }

    private static byte[] note(int type, int owner, byte[] descriptor, int align) {
        int padded = (descriptor.length + align - 1) / align * align;
        ByteBuffer note = ByteBuffer.allocate(16 + padded).order(ByteOrder.LITTLE_ENDIAN);
        note.putInt(4).putInt(descriptor.length).putInt(type).putInt(owner).put(descriptor);
        return note.array();
    }

    private static byte[] concat(byte[] a, byte[] b) {
        return ByteBuffer.allocate(a.length + b.length).put(a).put(b).array();
    }
}
