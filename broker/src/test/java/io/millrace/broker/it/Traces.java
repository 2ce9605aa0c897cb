package io.millrace.broker.it;

import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** Messages that ask to be traced, and the events of their traces, but for what always differs. */
final class Traces {
    private Traces() {}

    /** An HPUB without a payload. */
    static String hpub(String subjectAndReply, String... headers) {
        String block = "NATS/1.0\r\n" + String.join("\r\n", headers) + "\r\n\r\n";
        return "HPUB %s %d %d\r\n%s\r\n"
                .formatted(subjectAndReply, block.length(), block.length(), block);
    }

    /** Reads an event; what it says behind the server, with numbers and times left out. */
    static String event(RawClient client, String subject) throws IOException {
        String line = client.lineAfterPing();
        String begin = "MSG " + subject + " ";
        if (!line.startsWith(begin)) {
            throw new AssertionError("no event: " + line);
        }
        int bytes = Integer.parseInt(line.substring(line.lastIndexOf(' ') + 1).strip());
        String event = new String(client.read(bytes), StandardCharsets.UTF_8);
        client.expect("\r\n");
        return shown(event);
    }

    private static String shown(String event) {
        int request = event.indexOf(",\"request\":");
        if (!event.startsWith("{\"server\":{\"name\":\"") || request < 0) {
            throw new AssertionError("no event: " + event);
        }
        return event.substring(request + 1)
                .replaceAll("\"ts\":\"2[^\"]*Z\",?", "")
                .replaceAll("\"cid\":\\d+,?", "")
                .replaceAll("_R_\\.[^\"]+", "_R_")
                .replaceAll("\"Nats-Request-Info\":\\[[^\\]]*\\],?", "")
                .replace(",}", "}")
                .replace('"', '\'');
    }

    /** What {@link #event} says of a message that came from a client without a name. */
    static String of(String headers, int size, String hops, String steps) {
        return "'request':{'header':{"
                + headers
                + "},'msgsize':"
                + size
                + "},"
                + hops
                + "'events':["
                + steps
                + "]}";
    }

    /** How it came in from a client without a name. */
    static String in(String account, String subject) {
        return "{'type':'in','kind':0,'acc':'" + account + "','subj':'" + subject + "'}";
    }

    /** How it went out to a client without a name. */
    static String out(String more) {
        return ",{'type':'eg','kind':0," + more + "}";
    }
}
