package io.millrace.broker.log;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.time.Instant;
import java.util.concurrent.TimeUnit;

/**
 * Sends lines to a syslog. A message that fails is tried once more on a new connection, as the
 * reference does, and then dropped. While the receiver can't be reached it is dialled once a second
 * at most.
 */
final class SyslogWriter implements LineWriter {
    private static final long REDIAL_PAUSE_NS = TimeUnit.SECONDS.toNanos(1);

    private final SyslogWire.Dialer dialer;
    private final SyslogLines format;

    /** Null after a failure. */
    private @Nullable SyslogWire wire;

    /** No dialling before this time. */
    private long redialAtNs = System.nanoTime();

    private SyslogWriter(SyslogWire.Dialer dialer, SyslogWire wire, SyslogLines format) {
        this.dialer = dialer;
        this.wire = wire;
        this.format = format;
    }

    /**
     * Connects.
     *
     * @throws IOException if there is no connection; the message is the reference's
     */
    static SyslogWriter open(SyslogWire.Dialer dialer, SyslogLines format) throws IOException {
        try {
            return new SyslogWriter(dialer, dialer.dial(), format);
        } catch (IOException e) {
            throw new IOException("error connecting to syslog: \"" + e.getMessage() + "\"", e);
        }
    }

    @Override
    public boolean write(Instant at, LogLevel level, String text) {
        byte[] message = format.encode(at, level, text);
        return send(message) || send(message);
    }

    @Override
    public boolean isInterruptible() {
        return true;
    }

    private boolean send(byte[] message) {
        SyslogWire open = wire == null ? dial() : wire;
        if (open == null) {
            return false;
        }
        try {
            open.send(message);
            return true;
        } catch (IOException e) {
            hangUp();
            return false;
        }
    }

    private @Nullable SyslogWire dial() {
        if (System.nanoTime() - redialAtNs < 0) {
            return null;
        }
        try {
            wire = dialer.dial();
        } catch (IOException e) {
            redialAtNs = System.nanoTime() + REDIAL_PAUSE_NS;
        }
        return wire;
    }

    @Override
    public void close() {
        hangUp();
    }

    private void hangUp() {
        if (wire != null) {
            wire.close();
            wire = null;
        }
    }
}
