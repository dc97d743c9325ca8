package io.godwit.cli;

import picocli.CommandLine.IVersionProvider;

/** The version in the jar's manifest. */
final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() {
        String version = Godwit.class.getPackage().getImplementationVersion();
        return new String[] {"godwit " + (version == null ? "(not packaged)" : version)};
    }
}
