package io.millrace.broker.config.leaf;

import java.util.Comparator;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A server's version, as far as it decides whether a leaf node may stay.
 *
 * @param major its first number
 * @param minor its second
 * @param patch its third; what follows doesn't count
 */
public record LeafVersion(int major, int minor, int patch) implements Comparable<LeafVersion> {
    /** The least that may be demanded, as in the reference: older ones don't say their version. */
    static final LeafVersion LEAST = new LeafVersion(2, 8, 0);

    private static final String NUMBER = "(0|[1-9]\\d{0,8})";
    private static final Pattern SEMANTIC =
            Pattern.compile(
                    (NUMBER + "\\." + NUMBER + "\\." + NUMBER)
                            + "(?:-[0-9a-zA-Z-]+(?:\\.[0-9a-zA-Z-]+)*)?"
                            + "(?:\\+[0-9a-zA-Z-]+(?:\\.[0-9a-zA-Z-]+)*)?");

    private static final Comparator<LeafVersion> ORDER =
            Comparator.comparingInt(LeafVersion::major)
                    .thenComparingInt(LeafVersion::minor)
                    .thenComparingInt(LeafVersion::patch);

    /** The version that a text says; empty if it says none. */
    public static Optional<LeafVersion> of(String text) {
        Matcher parts = SEMANTIC.matcher(text);
        return parts.matches()
                ? Optional.of(
                        new LeafVersion(
                                Integer.parseInt(parts.group(1)),
                                Integer.parseInt(parts.group(2)),
                                Integer.parseInt(parts.group(3))))
                : Optional.empty();
    }

    /** What is wrong with a least version; empty if nothing is. */
    static String problem(String text) {
        return of(text).map(
                        version ->
                                version.compareTo(LEAST) < 0
                                        ? "the minimum version should be at least 2.8.0"
                                        : "")
                .orElse("invalid leafnode's minimum version: invalid semver");
    }

    /** Whether a server that says this version is at least as new; who says none isn't. */
    public boolean admits(String said) {
        return of(said).filter(version -> version.compareTo(this) >= 0).isPresent();
    }

    @Override
    public int compareTo(LeafVersion other) {
        return ORDER.compare(this, other);
    }
}
