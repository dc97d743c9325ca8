package io.godwit.criu.run;

import io.godwit.criu.options.Means;
import io.godwit.linux.proc.SecurityLabels;
import io.godwit.source.options.OptionException;
import java.io.IOException;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** {@code --lsm-profile}: the security label that a restored tree is to have instead of what its images say. */
final class SecurityLabelOf {
    private static final Pattern FORM = Pattern.compile("none(:.*)?|(?:apparmor|selinux):(?<label>.+)");

    private SecurityLabelOf() {}

    /**
     * Whether the tree may have another label than before, as it was said what it is to have.
     *
     * @throws OptionException if that is not the label of this process, which is what it gets
     */
    static boolean restore(Means means) throws IOException {
        return means.label().isPresent()
                && restore(means.label().get(), SecurityLabels.ofThisKernel().own());
    }

    static boolean restore(String wanted, Optional<String> own) {
        Matcher form = FORM.matcher(wanted);
        if (!form.matches()) {
            throw new OptionException(
                    "--lsm-profile " + wanted + ": is none of apparmor:NAME, selinux:CONTEXT and none");
        }
        String label = form.group("label");
        if (label != null && !own.equals(Optional.of(label))) {
            throw new OptionException("--lsm-profile " + wanted + ": what is restored has the label of this command, "
                    + own.map(text -> "'" + text + "'").orElse("which has none")
                    + "; start it under that label, such as by aa-exec or runcon, or give none");
        }
        return true;
    }
}
