package io.millrace.broker.system;

import io.millrace.broker.routing.view.ClientSnapshot;

import java.time.Instant;

/** What happened to a client or an account. */
sealed interface ClientEvent {
    /** When it happened. */
    Instant at();

    /** About what it takes up on the heap. */
    int bytes();

    /** An account has so many clients now. */
    record Counted(Instant at, String account, int clients) implements ClientEvent {
        @Override
        public int bytes() {
            return 64;
        }
    }

    /** A client has said who it is. */
    record Connected(Instant at, ClientSnapshot client) implements ClientEvent {
        @Override
        public int bytes() {
            return client.bytes();
        }
    }

    /** A client is gone. */
    record Disconnected(Instant at, ClientSnapshot client) implements ClientEvent {
        @Override
        public int bytes() {
            return client.bytes();
        }
    }

    /** A client isn't let in. */
    record Refused(Instant at, ClientSnapshot client) implements ClientEvent {
        @Override
        public int bytes() {
            return client.bytes();
        }
    }
}
