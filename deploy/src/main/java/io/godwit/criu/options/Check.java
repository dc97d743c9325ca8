package io.godwit.criu.options;

import java.util.Optional;

/**
 * What {@code check} tries.
 *
 * @param feature this one alone
 */
public record Check(boolean extra, boolean experimental, Optional<String> feature) {
    static Check of(Values values) {
        boolean all = values.has(CriuOption.ALL);
        return new Check(
                all || values.has(CriuOption.EXTRA),
                all || values.has(CriuOption.EXPERIMENTAL),
                values.text(CriuOption.FEATURE));
    }
}
