package io.godwit.cli;

import picocli.CommandLine.IVersionProvider;

/** The version in the jar's manifest. */
final class Version implements IVersionProvider {
    /** Whether these arguments ask for nothing else, which can be answered before a class of picocli is loaded. */
    static boolean isAll(String[] arguments) {
        return arguments.length == 1 && (arguments[0].equals("--version") || arguments[0].equals("-V"));
    }

    @Override
    public String[] getVersion() {
        String version = Godwit.class.getPackage().getImplementationVersion();
        return new String[] {"godwit " + (version == null ? "(not packaged)" : version)};
    }
}
