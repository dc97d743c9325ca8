package io.godwit.source.cli;

import io.godwit.source.precopy.OnNoConvergence;
import java.util.Map;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads {@code stop}, {@code throttle} and {@code give-up}. */
public final class NoConvergenceConverter implements ITypeConverter<OnNoConvergence> {
    private static final Map<String, OnNoConvergence> WORDS = Map.of(
            "stop", OnNoConvergence.STOP,
            "throttle", OnNoConvergence.THROTTLE,
            "give-up", OnNoConvergence.GIVE_UP);

    @Override
    public OnNoConvergence convert(String text) {
        OnNoConvergence wanted = WORDS.get(text);
        if (wanted == null) {
            throw new TypeConversionException("'" + text + "' is none of stop, throttle and give-up");
        }
        return wanted;
    }
}
