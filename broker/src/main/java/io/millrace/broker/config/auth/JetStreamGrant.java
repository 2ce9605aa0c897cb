package io.millrace.broker.config.auth;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * What a user may do with one stream, key-value bucket or object store. It is made of subjects, as
 * all permissions are: exactly those that client libraries use for what is allowed.
 *
 * <p>Where only some keys may be read, the requests are left out in which the server would find
 * what to read in the body: consumers are made with their one filter in the subject, and messages
 * are got by the subject that they are the last of. Requests to a consumer that isn't named aren't
 * allowed there, as it may be somebody else's and give more.
 *
 * @param kind what it is
 * @param name the stream's, the bucket's, or the store's
 * @param allow what may be done with it
 * @param subjects of a stream, what may be published to it
 * @param keys what may be read: a stream's subjects, or the keys of a bucket, which are those that
 *     may be written, too; empty for all
 * @param consumers by which it may be read; empty for any
 * @param inbox what the inboxes of the user's clients begin with, without a dot behind
 */
record JetStreamGrant(
        Kind kind,
        String name,
        Set<Verb> allow,
        List<String> subjects,
        List<String> keys,
        List<String> consumers,
        String inbox) {
    private static final String API = "$JS.API.";
    private static final String ANY = "*";

    /** What messages are kept in, or what stands on that. */
    enum Kind {
        STREAM("stream", ""),
        KV("kv", "KV_"),
        OBJECT("object", "OBJ_");

        private final String key;
        private final String prefix;

        Kind(String key, String prefix) {
            this.key = key;
            this.prefix = prefix;
        }

        /** What a configuration calls it. */
        String key() {
            return key;
        }
    }

    /** What may be done. */
    enum Verb {
        /** Messages are got, and consumers made for them; they are acknowledged, too. */
        READ,
        /** Messages, keys or objects are published. */
        WRITE,
        /** What they are kept in is made, changed, emptied and removed. */
        MANAGE
    }

    /** Subjects that the user's clients publish to. */
    List<String> publish() {
        List<String> granted = new ArrayList<>();
        granted.add(API + "INFO");
        granted.add(api("STREAM.INFO"));
        if (allow.contains(Verb.READ)) {
            read(granted);
        }
        if (allow.contains(Verb.WRITE)) {
            granted.addAll(written());
            if (kind == Kind.OBJECT) {
                // An object is put in the place of another one by purging that one's pieces.
                granted.add(api("STREAM.PURGE"));
            }
        }
        if (allow.contains(Verb.MANAGE)) {
            manage(granted);
        }
        return granted;
    }

    /** Subjects that the user's clients subscribe to: there they are answered. */
    List<String> subscribe() {
        return List.of(inbox + ".>");
    }

    private String stream() {
        return kind.prefix + name;
    }

    /** What is asked of the stream. */
    private String api(String request) {
        return API + request + '.' + stream();
    }

    private void read(List<String> granted) {
        List<String> some = filters();
        if (some.isEmpty()) {
            granted.add(api("STREAM.MSG.GET"));
            granted.add(api("DIRECT.GET"));
            granted.add(api("DIRECT.GET") + ".>");
        }
        some.forEach(filter -> granted.add(api("DIRECT.GET") + '.' + filter));
        for (String consumer : consumers.isEmpty() ? List.of(ANY) : consumers) {
            readBy(consumer, some, granted);
        }
        if (some.isEmpty() && consumers.isEmpty()) {
            granted.add(api("CONSUMER.CREATE"));
        }
    }

    private void readBy(String consumer, List<String> filters, List<String> granted) {
        String create = api("CONSUMER.CREATE") + '.' + consumer;
        if (filters.isEmpty()) {
            granted.add(create);
            granted.add(create + ".>");
            granted.add(api("CONSUMER.DURABLE.CREATE") + '.' + consumer);
        }
        filters.forEach(filter -> granted.add(create + '.' + filter));
        granted.add(api("CONSUMER.INFO") + '.' + consumer);
        granted.add(api("CONSUMER.DELETE") + '.' + consumer);
        if (filters.isEmpty() || !consumer.equals(ANY)) {
            granted.add(api("CONSUMER.MSG.NEXT") + '.' + consumer);
        }
        granted.add("$JS.ACK." + stream() + '.' + consumer + ".>");
        granted.add("$JS.FC." + stream() + '.' + consumer + ".>");
    }

    /** Which of the stream's messages may be read; empty for all. */
    private List<String> filters() {
        return kind == Kind.KV ? keys.stream().map(this::ofBucket).toList() : keys;
    }

    private List<String> written() {
        return switch (kind) {
            case STREAM -> subjects;
            case KV -> keys.isEmpty() ? List.of(ofBucket(">")) : filters();
            case OBJECT -> List.of("$O." + name + ".C.>", "$O." + name + ".M.>");
        };
    }

    private String ofBucket(String key) {
        return "$KV." + name + '.' + key;
    }

    private void manage(List<String> granted) {
        for (String request : new String[] {"CREATE", "UPDATE", "DELETE", "PURGE", "MSG.DELETE"}) {
            granted.add(api("STREAM." + request));
        }
        granted.add(api("CONSUMER.NAMES"));
        granted.add(api("CONSUMER.LIST"));
        for (String request : new String[] {"INFO", "DELETE", "PAUSE", "RESET", "UNPIN"}) {
            granted.add(api("CONSUMER." + request) + ".*");
        }
    }
}
