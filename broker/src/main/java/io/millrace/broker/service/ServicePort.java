package io.millrace.broker.service;

import io.millrace.protocol.Region;

/** A service's way to the router. On the service's thread; no call waits. */
public interface ServicePort {
    /** In the place of an account's name: every account there is, and those to come. */
    String EVERY_ACCOUNT = "";

    /**
     * An account, by whose number a service can say what it publishes there.
     *
     * @param name there needn't be one of it yet
     * @return the same for the same name
     */
    ServiceAccount account(String name);

    /**
     * Subscribes.
     *
     * @param account its name, or {@link #EVERY_ACCOUNT}
     * @param subject valid, wildcards are welcome
     * @return the number that messages for it carry; there is always room for it
     */
    int subscribe(String account, String subject);

    /**
     * The same, where it matters whether anybody listens for an answer when the service gets the
     * request: see {@link ServiceMessage#isUnheard}. That costs a look for each of them.
     */
    int subscribeToRequests(String account, String subject);

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
     *     was published, and {@link Service#onPoll} is called again soon
     * @throws IllegalArgumentException if subject or reply could be no word of a line
     */
    boolean publish(String account, String subject, String reply, byte[] headers, byte[] payload);

    /**
     * Publishes a message that stands in native memory, without garbage.
     *
     * @param account nothing is published if there is none of its name
     * @param subject where its subject stands: literal, valid
     * @param reply where its reply stands
     * @param replyLength 0 for none; then the region and offset may be any
     * @param headers where the whole block from {@code NATS/1.0} to the blank line stands
     * @param headerLength 0 for none; then the region and offset may be any
     * @param payload without headers
     * @return false if so much waits, or is kept in the server, that there is no room; then nothing
     *     was published, and {@link Service#onPoll} is called again soon
     * @throws IllegalArgumentException if subject or reply could be no word of a line
     * @throws IndexOutOfBoundsException if any of them isn't within its region
     */
    boolean publish(
            ServiceAccount account,
            Region subject,
            int subjectOffset,
            int subjectLength,
            Region reply,
            int replyOffset,
            int replyLength,
            Region headers,
            int headerOffset,
            int headerLength,
            Region payload,
            int payloadOffset,
            int payloadLength);

    /**
     * Publishes a message to who listens on one subject, though clients that get it are told
     * another: of a stream's message that goes to an inbox they see the stream's subject.
     *
     * @param to where the subject stands that it is published to: literal, valid
     * @param subject where the one stands that is told: literal, valid
     * @return as {@link #publish}
     * @throws IllegalArgumentException if a subject or the reply could be no word of a line
     * @throws IndexOutOfBoundsException if any of them isn't within its region
     */
    boolean deliver(
            ServiceAccount account,
            Region to,
            int toOffset,
            int toLength,
            Region subject,
            int subjectOffset,
            int subjectLength,
            Region reply,
            int replyOffset,
            int replyLength,
            Region headers,
            int headerOffset,
            int headerLength,
            Region payload,
            int payloadOffset,
            int payloadLength);

    /** The same without reply and headers: an answer. */
    default boolean publish(
            ServiceAccount account,
            Region subject,
            int subjectOffset,
            int subjectLength,
            Region payload,
            int payloadOffset,
            int payloadLength) {
        return publish(
                account,
                subject,
                subjectOffset,
                subjectLength,
                Region.NONE,
                0,
                0,
                Region.NONE,
                0,
                0,
                payload,
                payloadOffset,
                payloadLength);
    }

    /** Whether there is room to publish something that isn't large. */
    boolean hasRoom();

    /**
     * Watches whether anybody would hear a subject, were it published here: clients in any way,
     * other servers as far as they have told, other services that ask for it in this account, and
     * whoever is behind an import of a service; its own subscriptions if it gets what it says, but
     * not those in {@link #EVERY_ACCOUNT}. It is told by {@link Service#onInterest}.
     *
     * @param account where there is none of its name, nobody hears anything until there is
     * @param subject where the subject stands: literal, valid
     * @return the number of the watch; another may get it when this one has been ended
     * @throws IllegalArgumentException if the subject could be no word of a line
     * @throws IndexOutOfBoundsException if it isn't within the region
     * @throws OutOfMemoryError if there is no memory to say so; nothing is watched then
     */
    int watch(ServiceAccount account, Region subject, int subjectOffset, int subjectLength);

    /** The same, of an account's name and a subject's text. */
    int watch(String account, String subject);

    /**
     * Ends a watch: nothing is told of it from here on.
     *
     * @throws IllegalArgumentException if there is none of this number
     */
    void unwatch(int watch);

    /** Messages that were for it, and that there wasn't even room to refuse. */
    long missed();

    /** Whether messages for it are there that it hasn't heard yet. */
    boolean isWaiting();
}
