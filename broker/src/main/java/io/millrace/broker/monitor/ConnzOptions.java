package io.millrace.broker.monitor;

import java.util.Locale;

/**
 * What is asked of {@code connz}.
 *
 * @param sort the name of an order; empty for that by number
 * @param auth whether users and accounts are shown
 * @param cid the only connection to show; 0 for all
 * @param mqttClient the only MQTT client to show; empty for all
 * @param user name of the only user to show; empty for all
 * @param account name of the only account to show; empty for all
 * @param filterSubject shows those only who may get messages of this subject; empty for all
 * @param search ours: shows those only that {@linkplain Search have} this somewhere; empty for all
 */
public record ConnzOptions(
        State state,
        String sort,
        Page page,
        ShownSubscriptions subscriptions,
        boolean auth,
        long cid,
        String mqttClient,
        String user,
        String account,
        String filterSubject,
        String search) {
    /** Which connections are shown. */
    public enum State {
        OPEN,
        CLOSED,
        ANY,
        /** No state that there is. */
        NONE;

        private static final State[] BY_NUMBER = {OPEN, CLOSED, ANY};

        /** By the number that the reference gives it. */
        public static State of(long number) {
            return number < 0 || number >= BY_NUMBER.length ? NONE : BY_NUMBER[(int) number];
        }

        private static State of(String text) throws BadQueryException {
            return switch (text.toLowerCase(Locale.ROOT)) {
                case "", "open" -> OPEN;
                case "closed" -> CLOSED;
                case "any", "all" -> ANY;
                default -> throw new BadQueryException("Error decoding state for " + text);
            };
        }
    }

    static ConnzOptions of(Query query) throws BadQueryException {
        boolean auth = query.flag("auth");
        ShownSubscriptions subscriptions = ShownSubscriptions.of(query);
        Page page = Page.of(query);
        long cid = query.unsigned("cid");
        return new ConnzOptions(
                State.of(query.text("state")),
                query.text("sort"),
                page,
                subscriptions,
                auth,
                cid,
                query.text("mqtt_client"),
                query.text("user"),
                query.text("acc"),
                query.text("filter_subject"),
                query.text("search"));
    }
}
