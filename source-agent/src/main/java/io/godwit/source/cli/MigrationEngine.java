package io.godwit.source.cli;

import io.godwit.source.options.MigrationOptions;
import io.godwit.source.report.ProgressListener;
import java.io.IOException;

/** Does a migration, or its pre-flight alone. */
@FunctionalInterface
public interface MigrationEngine {
    /**
     * Returns when the tree runs at the target, or when a dry run found nothing against it. Tells the
     * listener of all but the failure.
     *
     * @throws io.godwit.source.preflight.PreflightRefused if the pre-flight found an error
     * @throws io.godwit.page.client.OutcomeUnknownException if the tree may run at the target; it is stopped here
     * @throws IOException if anything else failed; the tree runs on here
     */
    void run(MigrationOptions options, ProgressListener progress) throws IOException;
}
