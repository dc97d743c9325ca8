package io.godwit.criu.options;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What was set so far; a later setting wins over an earlier one. Made layer by layer, then read by {@link CriuOptions#of}. */
public final class Settings {
    private final Map<CriuOption, List<String>> values = new EnumMap<>(CriuOption.class);

    /** Adds one; returns this. */
    public Settings add(Setting setting) {
        CriuOption option = canonical(setting.option());
        if (!setting.on()) {
            values.remove(option);
            return this;
        }
        if (option == CriuOption.LEAVE_RUNNING) {
            values.remove(CriuOption.LEAVE_STOPPED);
        } else if (option == CriuOption.LEAVE_STOPPED) {
            values.remove(CriuOption.LEAVE_RUNNING);
        }
        List<String> list = values.computeIfAbsent(option, key -> new ArrayList<>());
        if (!option.repeatable() && option != CriuOption.VERBOSITY) {
            list.clear();
        }
        list.add(setting.value());
        return this;
    }

    /** Adds all, in order; returns this. */
    public Settings add(List<Setting> settings) {
        settings.forEach(this::add);
        return this;
    }

    /** Two names of one switch. */
    private static CriuOption canonical(CriuOption option) {
        return option == CriuOption.DAEMON ? CriuOption.RESTORE_DETACHED : option;
    }

    /** Whether it is on. */
    public boolean has(CriuOption option) {
        return values.containsKey(canonical(option));
    }

    /** Its last value; an optional one that was left out is the empty string. */
    public Optional<String> value(CriuOption option) {
        List<String> list = values(option);
        return list.isEmpty() ? Optional.empty() : Optional.of(list.get(list.size() - 1));
    }

    /** All its values, in order. */
    public List<String> values(CriuOption option) {
        return List.copyOf(values.getOrDefault(option, List.of()));
    }

    /** All that are on. */
    Set<CriuOption> given() {
        return Set.copyOf(values.keySet());
    }
}
