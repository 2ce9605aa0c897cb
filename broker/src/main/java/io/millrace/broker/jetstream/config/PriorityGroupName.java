package io.millrace.broker.jetstream.config;

/** What a group of a consumer's requests may be called. */
public final class PriorityGroupName {
    private static final int MAX_LENGTH = 16;

    private PriorityGroupName() {}

    /** Whether it is letters, digits and a few signs of ASCII, and no more than 16 of them. */
    public static boolean isValid(String name) {
        return !name.isEmpty()
                && name.length() <= MAX_LENGTH
                && name.chars().allMatch(PriorityGroupName::isAllowed);
    }

    private static boolean isAllowed(int c) {
        return c >= 'a' && c <= 'z'
                || c >= 'A' && c <= 'Z'
                || c >= '0' && c <= '9'
                || "/_=-".indexOf(c) >= 0;
    }
}
