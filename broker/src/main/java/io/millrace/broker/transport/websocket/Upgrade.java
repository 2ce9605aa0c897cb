package io.millrace.broker.transport.websocket;

import io.millrace.broker.connection.WebSocketHandshake;

import java.nio.charset.StandardCharsets;

/** What is answered to a request for a WebSocket. */
sealed interface Upgrade {
    /** The answer, as it goes over the wire. */
    byte[] answer();

    /**
     * It is opened.
     *
     * @param whom whom it is for
     */
    record Agreed(Destination whom, WebSocketHandshake handshake, String head) implements Upgrade {
        @Override
        public byte[] answer() {
            return head.getBytes(StandardCharsets.ISO_8859_1);
        }
    }

    /**
     * It isn't.
     *
     * @param status of HTTP
     * @param phrase what HTTP calls the status
     * @param why for the log
     */
    record Refused(int status, String phrase, String why) implements Upgrade {
        static Refused badRequest(String why) {
            return new Refused(400, "Bad Request", why);
        }

        static Refused forbidden(String why) {
            return new Refused(403, "Forbidden", why);
        }

        static Refused notFound(String why) {
            return new Refused(404, "Not Found", why);
        }

        static Refused methodNotAllowed(String why) {
            return new Refused(405, "Method Not Allowed", why);
        }

        static Refused tooLarge(String why) {
            return new Refused(431, "Request Header Fields Too Large", why);
        }

        @Override
        public byte[] answer() {
            String body = phrase + "\n";
            String text =
                    "HTTP/1.1 "
                            + status
                            + ' '
                            + phrase
                            + "\r\nContent-Type: text/plain; charset=utf-8"
                            + "\r\nSec-Websocket-Version: 13"
                            + "\r\nX-Content-Type-Options: nosniff"
                            + "\r\nContent-Length: "
                            + body.length()
                            + "\r\nConnection: close\r\n\r\n"
                            + body;
            return text.getBytes(StandardCharsets.ISO_8859_1);
        }
    }
}
