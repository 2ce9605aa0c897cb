package io.millrace.broker.config;

import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Function;

/**
 * A flag of the command line.
 *
 * @param names its names, without dashes
 * @param isSwitch whether it needs no value
 * @param set takes a value over; throws {@link IllegalArgumentException} if it can't
 */
public record Flag(List<String> names, boolean isSwitch, BiConsumer<Settings, String> set) {
    /**
     * How the value of a flag is written.
     *
     * @param isSwitch whether it may be left out; {@code true} or {@code false} then
     * @param parse reads it; throws {@link IllegalArgumentException} if it can't, its message is
     *     Go's
     */
    public record Kind<T>(boolean isSwitch, Function<String, T> parse) {
        public static final Kind<Boolean> SWITCH = new Kind<>(true, "true"::equals);
        public static final Kind<String> TEXT = of(text -> text);
        public static final Kind<Secret> SECRET = of(Secret::new);
        public static final Kind<Long> WHOLE = of(Kind::whole);
        public static final Kind<Integer> INTEGER = of(Kind::integer);

        /** A kind of one's own. */
        public static <T> Kind<T> of(Function<String, T> parse) {
            return new Kind<>(false, parse);
        }

        private static int integer(String text) {
            long number = whole(text);
            if (number != (int) number) {
                throw new IllegalArgumentException("value out of range");
            }
            return (int) number;
        }

        private static long whole(String text) {
            try {
                return Long.parseLong(text);
            } catch (NumberFormatException e) {
                boolean hasUnit = text.matches("\\d+\\s*[A-Za-z]+");
                throw new IllegalArgumentException(
                        "parse error" + (hasUnit ? "; a number without a unit is needed" : ""));
            }
        }
    }
}
