package io.godwit.criu.run;

import io.godwit.criu.log.CriuLog;
import io.godwit.criu.options.CriuCommand;
import io.godwit.criu.options.CriuOption;
import io.godwit.criu.options.CriuOptions;
import io.godwit.source.options.OptionException;

/** Refuses options that no engine can follow yet. */
final class Support {
    private Support() {}

    static void require(CriuCommand command, CriuOptions options, CriuLog log) {
        for (CriuOption option : CriuOption.values()) {
            if (options.has(option) && option.concerns(command)) {
                Limits.of(command, option).ifPresent(limit -> {
                    if (limit.refused()) {
                        throw new OptionException(option.spelling() + ": " + limit.words());
                    }
                    log.warn(option.spelling() + ": " + limit.words());
                });
            }
        }
    }
}
