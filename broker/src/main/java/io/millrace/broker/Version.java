package io.millrace.broker;

/** Who we are, and whose features we have. */
public final class Version {
    /** The release of nats-server whose features clients may use: the {@code version} in INFO. */
    public static final String FEATURE_LEVEL = "2.15.2";

    /** Millrace's own version. */
    public static final String MILLRACE = ofJar();

    private Version() {}

    private static String ofJar() {
        String version = Version.class.getPackage().getImplementationVersion();
        return version == null ? "development" : version;
    }
}
