package io.millrace.broker.service;

/** A service's way to the router. On the service's thread; no call waits. */
public interface ServicePort {
    /** In the place of an account's name: every account there is, and those to come. */
    String EVERY_ACCOUNT = "";

    /**
     * Subscribes.
     *
     * @param account its name, or {@link #EVERY_ACCOUNT}
     * @param subject valid, wildcards are welcome
     * @return the number that messages for it carry; there is always room for it
     */
    int subscribe(String account, String subject);

    /**
     * Subscribes to what is published on this server: the others aren't told.
     *
     * @param account its name
     * @param subject valid, wildcards are welcome
     * @return the number that messages for it carry; there is always room for it
     */
    int subscribeHere(String account, String subject);

    /** Ends a subscription; messages that are under way may still come. */
    void unsubscribe(int sid);

    /**
     * Publishes a message.
     *
     * @param account its name; nothing is published if there is none
     * @param subject literal, valid
     * @param reply empty for none
     * @param headers the whole block from {@code NATS/1.0} to the blank line; empty for none
     * @param payload without headers
     * @return false if so much waits, or is kept in the server, that there is no room; then nothing
     *     was published
     */
    boolean publish(String account, String subject, String reply, byte[] headers, byte[] payload);
}
