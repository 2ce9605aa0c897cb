package io.millrace.broker.routing.crossing;

/** Why a request isn't waited for any more. */
public enum Loss {
    /** It was answered. */
    NONE,
    /** Nobody got it. */
    UNDELIVERED,
    /** It has waited for too long. */
    EXPIRED,
    /** Who asked is gone, or has asked too much since. */
    REQUESTER_GONE
}
