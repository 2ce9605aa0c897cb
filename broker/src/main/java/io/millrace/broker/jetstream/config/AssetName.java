package io.millrace.broker.jetstream.config;

/** What a stream or a consumer may be called. */
final class AssetName {
    private static final String FORBIDDEN = " \t\r\n\f.*>\\/";

    private AssetName() {}

    static boolean isValid(String name) {
        return !name.isEmpty() && name.chars().noneMatch(c -> FORBIDDEN.indexOf(c) >= 0);
    }

    static boolean hasPathSeparator(String name) {
        return name.indexOf('\\') >= 0 || name.indexOf('/') >= 0;
    }
}
