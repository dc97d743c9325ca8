package io.godwit.source.cli;

import io.godwit.source.options.HostAndPort;
import io.godwit.source.options.OptionException;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads the target of {@code --to}. */
public final class TargetConverter implements ITypeConverter<HostAndPort> {
    @Override
    public HostAndPort convert(String text) {
        try {
            return HostAndPort.parse(text, HostAndPort.DEFAULT_PORT);
        } catch (OptionException e) {
            throw new TypeConversionException(e.getMessage());
        }
    }
}
