package io.millrace.broker.jetstream;

import io.millrace.broker.jetstream.sourcing.Wire;
import io.millrace.broker.jetstream.stream.Bytes;
import io.millrace.broker.jetstream.stream.Incoming;
import io.millrace.broker.log.ServerLog;
import io.millrace.broker.service.ServicePort;

import java.nio.charset.StandardCharsets;

/** What the copies of a stream have of the router, in the stream's account. Shard thread. */
final class CopyWire implements Wire {
    private static final byte[] NONE = {};

    private final ServicePort port;
    private final Shard shard;
    private final StreamHandle handle;
    private final Hearers hearers;
    private final ServerLog log;

    CopyWire(ServicePort port, Shard shard, StreamHandle handle, Hearers hearers, ServerLog log) {
        this.port = port;
        this.shard = shard;
        this.handle = handle;
        this.hearers = hearers;
        this.log = log;
    }

    @Override
    public boolean ask(String subject, String reply, String headers, byte[] body) {
        return port.publish(
                handle.tenant.account,
                bytes(subject),
                bytes(reply),
                headers.getBytes(StandardCharsets.UTF_8),
                body);
    }

    /** A service's subjects are bytes taken for characters. */
    static String bytes(String subject) {
        return new String(subject.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
    }

    @Override
    public void acknowledge(Bytes subject, String headers) {
        try (Incoming out = new Incoming()) {
            out.of("", headers.getBytes(StandardCharsets.UTF_8), NONE);
            shard.answer(handle, subject, out.headers, out.payload);
        }
    }

    @Override
    public int subscribe(String subject, Hearer hearer) {
        int sid = port.subscribe(handle.tenant.account, bytes(subject));
        hearers.add(sid, hearer);
        return sid;
    }

    @Override
    public void unsubscribe(int sid) {
        port.unsubscribe(sid);
        hearers.remove(sid);
    }

    @Override
    public void warn(String text) {
        log.warn(
                "JetStream stream '"
                        + handle.tenant.account
                        + " > "
                        + handle.name()
                        + "': "
                        + text);
    }
}
