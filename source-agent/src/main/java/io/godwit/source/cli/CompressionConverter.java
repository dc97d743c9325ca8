package io.godwit.source.cli;

import io.godwit.page.client.Compression;
import java.util.Arrays;
import java.util.Locale;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads {@code auto}, {@code off}, {@code lz4} and {@code zstd}. */
public final class CompressionConverter implements ITypeConverter<Compression> {
    @Override
    public Compression convert(String text) {
        return Arrays.stream(Compression.values())
                .filter(each -> each.name().toLowerCase(Locale.ROOT).equals(text))
                .findFirst()
                .orElseThrow(() -> new TypeConversionException("'" + text + "' is none of auto, off, lz4 and zstd"));
    }
}
