package io.millrace.broker.routing.view;

import org.jspecify.annotations.Nullable;

/**
 * What is known of an account on a gateway at some moment, beside what was told of it.
 *
 * @param mode {@code Optimistic}, {@code Transitioning} or {@code Interest-Only}
 * @param noInterest subjects that the one side has told the other not to send
 */
public record GatewayInterest(String account, String mode, int noInterest) {
    /**
     * Of an account.
     *
     * @param switching whether it is about to be told all; null if it has been
     */
    public static GatewayInterest of(String account, @Nullable Boolean switching, int noInterest) {
        String mode =
                switching == null ? "Interest-Only" : switching ? "Transitioning" : "Optimistic";
        return new GatewayInterest(account, mode, noInterest);
    }

    /** Of an account of which nothing is known but what was told. */
    public static GatewayInterest ofToldOnly(String account) {
        return of(account, null, 0);
    }
}
