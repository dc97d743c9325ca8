package io.godwit.source.options;

import io.godwit.linux.cgroup.CgroupMode;
import io.godwit.linux.cgroup.CgroupRoots;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reads what the command line says of cgroups. */
public final class CgroupWords {
    private CgroupWords() {}

    /** The mode of {@code --manage-cgroups}. */
    public static CgroupMode mode(String word) {
        return CgroupMode.ofWord(word)
                .orElseThrow(
                        () -> new OptionException("--manage-cgroups: '" + word + "' is none of " + CgroupMode.words()));
    }

    /** The roots of several {@code --cgroup-root}: {@code [CONTROLLER:]/PATH}. */
    public static CgroupRoots roots(List<String> given) {
        Optional<String> all = Optional.empty();
        Map<String, String> byController = new HashMap<>();
        for (String root : given) {
            int slash = root.indexOf('/');
            String path = slash < 0 ? "" : root.substring(slash);
            if (slash < 0
                    || slash > 0 && root.charAt(slash - 1) != ':'
                    || List.of(path.split("/")).contains("..")) {
                throw new OptionException("--cgroup-root " + root + ": write it as /PATH or CONTROLLER:/PATH");
            }
            String clean = "/" + String.join("/", path.substring(1).split("/+"));
            if (slash == 0) {
                all = Optional.of(clean);
            } else {
                byController.put(root.substring(0, slash - 1), clean);
            }
        }
        return new CgroupRoots(all, byController);
    }
}
