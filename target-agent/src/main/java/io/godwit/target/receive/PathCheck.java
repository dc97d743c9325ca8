package io.godwit.target.receive;

import io.godwit.linux.file.FileFacts;
import io.godwit.page.proto.PathNeed;
import io.godwit.page.proto.PreflightRequest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;

/** The tree's paths must be there, and executables and libraries must be the same ones. */
final class PathCheck implements Check {
    @Override
    public void run(PreflightRequest request, Findings findings) {
        for (PathNeed need : request.getPathsList()) {
            check(need, findings);
        }
    }

    private static void check(PathNeed need, Findings findings) {
        Path path = Path.of(need.getPath());
        String role = need.getRole().name().toLowerCase(Locale.ROOT).replace('_', ' ');
        if (!Files.exists(path)) {
            findings.error(
                    need.getPath(),
                    "is not here, and the tree has it as " + role,
                    "install or copy it to this host at the same path");
            return;
        }
        try {
            FileFacts here = need.getSameContent() ? FileFacts.of(path) : FileFacts.withoutContent(path);
            Optional<String> difference = wanted(need).difference(comparable(need, here), "the source", "the target");
            difference.ifPresent(words -> findings.error(
                    need.getPath(), "is another file here: " + words, "install the same version on both hosts"));
        } catch (IOException e) {
            findings.error(need.getPath(), "can not be read here: " + e.getMessage(), "see its permissions");
        }
    }

    private static FileFacts wanted(PathNeed need) {
        return new FileFacts(
                need.getSameContent() ? need.getSize() : 0,
                need.getMode(),
                need.hasBuildId() ? Optional.of(need.getBuildId()) : Optional.empty(),
                need.hasCrc32C() ? Optional.of(need.getCrc32C()) : Optional.empty());
    }

    /** A file that the tree writes to may have grown since; its size is compared at the restore. */
    private static FileFacts comparable(PathNeed need, FileFacts here) {
        return need.getSameContent() ? here : new FileFacts(0, here.mode(), Optional.empty(), Optional.empty());
    }
}
