package io.millrace.broker.jetstream.config;

/** The level of the API that somebody needs. */
public final class RequiredLevel {
    /** The header of a request that says it. */
    public static final String HEADER = "Nats-Required-Api-Level";

    /** More than any level has. */
    private static final int MAX_DIGITS = 9;

    private RequiredLevel() {}

    /**
     * Whether this server has it.
     *
     * @param said not empty; what isn't a number can't be met
     */
    public static boolean isMet(String said) {
        boolean signed = said.startsWith("+") || said.startsWith("-");
        String digits = signed ? said.substring(1) : said;
        if (digits.isEmpty() || !digits.chars().allMatch(c -> c >= '0' && c <= '9')) {
            return false;
        }
        if (said.startsWith("-")) {
            return true;
        }
        String significant = digits.replaceFirst("^0+", "");
        return significant.isEmpty()
                || significant.length() <= MAX_DIGITS
                        && Integer.parseInt(significant) <= StreamMetadata.API_LEVEL;
    }
}
