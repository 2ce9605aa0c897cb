package io.millrace.broker.jetstream;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * A message, its headers as a list.
 *
 * @param time when it was kept, since the epoch
 */
record NaiveMessage(String subject, List<Field> fields, String payload, long time) {
    /** A line of headers. */
    record Field(String name, String value) {}

    static NaiveMessage of(String subject, String payload, Field... fields) {
        return new NaiveMessage(subject, List.of(fields), payload, 0);
    }

    /** As they are sent; empty for none. */
    String headers() {
        if (fields.isEmpty()) {
            return "";
        }
        StringBuilder text = new StringBuilder("NATS/1.0\r\n");
        for (Field each : fields) {
            text.append(each.name).append(": ").append(each.value).append("\r\n");
        }
        return text.append("\r\n").toString();
    }

    /** Of the first header of that name; empty if there is none. */
    String value(String name) {
        for (Field each : fields) {
            if (each.name.equals(name)) {
                return each.value;
            }
        }
        return "";
    }

    boolean has(String name) {
        return !value(name).isEmpty();
    }

    String rollup() {
        return value("Nats-Rollup").toLowerCase(Locale.ROOT);
    }

    NaiveMessage with(String name, String value) {
        List<Field> more = new ArrayList<>(fields);
        more.add(new Field(name, value));
        return new NaiveMessage(subject, more, payload, time);
    }

    NaiveMessage without(String name) {
        return new NaiveMessage(
                subject,
                fields.stream().filter(each -> !each.name.equals(name)).toList(),
                payload,
                time);
    }

    NaiveMessage withPayload(String newPayload) {
        return new NaiveMessage(subject, fields, newPayload, time);
    }

    NaiveMessage at(long newTime) {
        return new NaiveMessage(subject, fields, payload, newTime);
    }

    /** All of it, to be compared. */
    String text() {
        return subject + " " + headers().replace("\r\n", "|") + " " + payload + " @" + time;
    }
}
