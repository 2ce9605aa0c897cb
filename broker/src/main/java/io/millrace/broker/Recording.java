package io.millrace.broker;

import jdk.jfr.Category;
import jdk.jfr.DataAmount;
import jdk.jfr.Event;
import jdk.jfr.FlightRecorder;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

/**
 * What recordings of the JVM show of a server. As long as there is none, no event is made, nor are
 * their classes loaded, which would take a part of the start.
 */
final class Recording {
    private static final boolean HAS_RECORDER =
            ModuleLayer.boot().findModule("jdk.jfr").isPresent();

    private Recording() {}

    /** Whether there is, or was, a recording. */
    static boolean isOn() {
        return HAS_RECORDER && FlightRecorder.isInitialized();
    }

    static void connected(ServerListener.Client client) {
        Connect event = new Connect();
        event.cid = client.cid();
        event.client = client.name();
        event.account = client.account();
        event.host = client.host();
        event.commit();
    }

    static void disconnected(ServerListener.Client client, String reason) {
        Disconnect event = new Disconnect();
        event.cid = client.cid();
        event.client = client.name();
        event.reason = reason;
        event.commit();
    }

    static void slow(ServerListener.Client client, String subject, long pendingBytes) {
        Slow event = new Slow();
        event.cid = client.cid();
        event.client = client.name();
        event.subject = subject;
        event.pendingBytes = pendingBytes;
        event.commit();
    }

    static void reloaded(int changes) {
        Reloaded event = new Reloaded();
        event.changes = changes;
        event.commit();
    }

    @Name("io.millrace.Connect")
    @Label("Client connected")
    @Category("Millrace")
    @StackTrace(false)
    private static final class Connect extends Event {
        long cid;
        String client = "";
        String account = "";
        String host = "";
    }

    @Name("io.millrace.Disconnect")
    @Label("Client gone")
    @Category("Millrace")
    @StackTrace(false)
    private static final class Disconnect extends Event {
        long cid;
        String client = "";
        String reason = "";
    }

    @Name("io.millrace.SlowConsumer")
    @Label("Slow consumer")
    @Category("Millrace")
    @StackTrace(false)
    private static final class Slow extends Event {
        long cid;
        String client = "";
        String subject = "";
        @DataAmount long pendingBytes;
    }

    @Name("io.millrace.Reload")
    @Label("Configuration reloaded")
    @Category("Millrace")
    @StackTrace(false)
    private static final class Reloaded extends Event {
        int changes;
    }
}
