package io.godwit.criu.options;

/** The version that is told to who asks {@code criu}. */
public final class CriuVersion {
    /** The release of CRIU whose command line and formats these are. */
    public static final String RELEASE = "4.2";

    private CriuVersion() {}

    /** Where CRIU has the commit that it was built from: that this is Godwit, and which. */
    public static String gitId() {
        String own = CriuVersion.class.getPackage().getImplementationVersion();
        return "godwit-" + (own == null ? "not-packaged" : own);
    }
}
