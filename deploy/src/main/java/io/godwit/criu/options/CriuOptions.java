package io.godwit.criu.options;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;

/**
 * What one command was asked to do, from all sources together: immutable, and checked before anything is touched.
 *
 * @param given every option that is on, also those that no group has because they can not be followed yet
 * @param closed descriptors to close at once
 * @param scripts action scripts in the order in which they run
 */
public record CriuOptions(
        Directories directories,
        Logging logging,
        Tree tree,
        Memory memory,
        Server server,
        OpenFiles files,
        Namespaces namespaces,
        Processor processor,
        Check check,
        Means means,
        Cgroups cgroups,
        List<String> scripts,
        List<Integer> closed,
        Set<CriuOption> given) {
    /**
     * Reads the settings.
     *
     * @throws io.godwit.source.options.OptionException if a value can not be used; the message names the option
     */
    public static CriuOptions of(Settings settings) {
        return of(settings, List.of());
    }

    /**
     * The same with the words of --exec-cmd.
     *
     * @throws io.godwit.source.options.OptionException if a value can not be used; the message names the option
     */
    public static CriuOptions of(Settings settings, List<String> execCommand) {
        Values values = new Values(settings);
        return new CriuOptions(
                Directories.of(values),
                Logging.of(values),
                Tree.of(values, List.copyOf(execCommand)),
                Memory.of(values),
                Server.of(values),
                OpenFiles.of(values),
                Namespaces.of(values),
                Processor.of(values),
                Check.of(values),
                Means.of(values),
                Cgroups.of(values),
                lastFirst(values.texts(CriuOption.ACTION_SCRIPT)),
                values.numbers(CriuOption.CLOSE),
                settings.given());
    }

    private static List<String> lastFirst(List<String> list) {
        List<String> reversed = new ArrayList<>(list);
        Collections.reverse(reversed);
        return List.copyOf(reversed);
    }

    /** Whether it is on. */
    public boolean has(CriuOption option) {
        return given.contains(option);
    }
}
