package io.millrace.broker.config;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Placeholder. */
public final class OptionsBuilder {
    private String host = ListenOptions.DEFAULT_HOST;
    private int port = ListenOptions.DEFAULT_PORT;
    private String clientAdvertise = "";
    private String serverName = "";
    private List<String> serverTags = List.of();
    private Map<String, String> serverMetadata = Map.of();
    private int maxConnections = 65_536;
    private int maxSubscriptions = 0;
    private int maxSubscriptionTokens = 0;
    private int maxControlLine = 4096;
    private int maxPayload = 1024 * 1024;
    private long maxPending = 64L * 1024 * 1024;
    private int maxClosedClients = 10_000;
    private Duration pingInterval = Duration.ofMinutes(2);
    private int maxPingsOut = 2;
    private Duration connectTimeout = Duration.ofSeconds(30);
    private Duration writeDeadline = Duration.ofSeconds(10);
    private boolean fastProducerStall = true;
    private boolean subjectCache = true;
    private Duration lameDuckDuration = Duration.ofMinutes(2);
    private Duration lameDuckGracePeriod = Duration.ofSeconds(10);
    private boolean debug = false;
    private boolean trace = false;
    private boolean traceVerbose = false;
    private boolean traceHeaders = false;
    private boolean logTime = true;
    private boolean logTimeUtc = false;
    private String logFile = "";
    private long logSizeLimit = 0;
    private int logMaxNum = 0;
    private boolean syslog = false;
    private String remoteSyslog = "";
    private int maxTracedMsgLen = 0;
    private LogOptions.Format logFormat = LogOptions.Format.TEXT;
    private String pidFile = "";
    private String portsFileDir = "";
    private ThreadingOptions.@Nullable Mode threading = null;

    public OptionsBuilder host(String value) {
        host = value;
        return this;
    }

    public OptionsBuilder port(int value) {
        port = value;
        return this;
    }

    public OptionsBuilder clientAdvertise(String value) {
        clientAdvertise = value;
        return this;
    }

    public OptionsBuilder serverName(String value) {
        serverName = value;
        return this;
    }

    public OptionsBuilder serverTags(List<String> value) {
        serverTags = value;
        return this;
    }

    public OptionsBuilder serverMetadata(Map<String, String> value) {
        serverMetadata = value;
        return this;
    }

    public OptionsBuilder maxConnections(int value) {
        maxConnections = value;
        return this;
    }

    public OptionsBuilder maxSubscriptions(int value) {
        maxSubscriptions = value;
        return this;
    }

    public OptionsBuilder maxSubscriptionTokens(int value) {
        maxSubscriptionTokens = value;
        return this;
    }

    public OptionsBuilder maxControlLine(int value) {
        maxControlLine = value;
        return this;
    }

    public OptionsBuilder maxPayload(int value) {
        maxPayload = value;
        return this;
    }

    public OptionsBuilder maxPending(long value) {
        maxPending = value;
        return this;
    }

    public OptionsBuilder maxClosedClients(int value) {
        maxClosedClients = value;
        return this;
    }

    public OptionsBuilder pingInterval(Duration value) {
        pingInterval = value;
        return this;
    }

    public OptionsBuilder maxPingsOut(int value) {
        maxPingsOut = value;
        return this;
    }

    public OptionsBuilder connectTimeout(Duration value) {
        connectTimeout = value;
        return this;
    }

    public OptionsBuilder writeDeadline(Duration value) {
        writeDeadline = value;
        return this;
    }

    public OptionsBuilder fastProducerStall(boolean value) {
        fastProducerStall = value;
        return this;
    }

    public OptionsBuilder subjectCache(boolean value) {
        subjectCache = value;
        return this;
    }

    public OptionsBuilder lameDuckDuration(Duration value) {
        lameDuckDuration = value;
        return this;
    }

    public OptionsBuilder lameDuckGracePeriod(Duration value) {
        lameDuckGracePeriod = value;
        return this;
    }

    public OptionsBuilder debug(boolean value) {
        debug = value;
        return this;
    }

    public OptionsBuilder trace(boolean value) {
        trace = value;
        return this;
    }

    public OptionsBuilder traceVerbose(boolean value) {
        traceVerbose = value;
        return this;
    }

    public OptionsBuilder traceHeaders(boolean value) {
        traceHeaders = value;
        return this;
    }

    public OptionsBuilder logTime(boolean value) {
        logTime = value;
        return this;
    }

    public OptionsBuilder logTimeUtc(boolean value) {
        logTimeUtc = value;
        return this;
    }

    public OptionsBuilder logFile(String value) {
        logFile = value;
        return this;
    }

    public OptionsBuilder logSizeLimit(long value) {
        logSizeLimit = value;
        return this;
    }

    public OptionsBuilder logMaxNum(int value) {
        logMaxNum = value;
        return this;
    }

    public OptionsBuilder syslog(boolean value) {
        syslog = value;
        return this;
    }

    public OptionsBuilder remoteSyslog(String value) {
        remoteSyslog = value;
        return this;
    }

    public OptionsBuilder maxTracedMsgLen(int value) {
        maxTracedMsgLen = value;
        return this;
    }

    public OptionsBuilder logFormat(LogOptions.Format value) {
        logFormat = value;
        return this;
    }

    public OptionsBuilder pidFile(String value) {
        pidFile = value;
        return this;
    }

    public OptionsBuilder portsFileDir(String value) {
        portsFileDir = value;
        return this;
    }

    public OptionsBuilder threading(ThreadingOptions.Mode value) {
        threading = value;
        return this;
    }

    public Options conclude(int cores) {
        ThreadingOptions.Mode mode = threading != null ? threading : cores <= 3 ? ThreadingOptions.Mode.INLINE : ThreadingOptions.Mode.DEDICATED;
        return new Options(new ListenOptions(host, port, clientAdvertise), new IdentityOptions(serverName, serverTags, serverMetadata),
            new LimitOptions(maxConnections, maxSubscriptions, maxSubscriptionTokens, maxControlLine, maxPayload, maxPending, maxClosedClients),
            new KeepAliveOptions(pingInterval, maxPingsOut, connectTimeout), new DeliveryOptions(writeDeadline, fastProducerStall, subjectCache),
            new LameDuckOptions(lameDuckDuration, lameDuckGracePeriod),
            new LogOptions(debug, trace, traceVerbose, traceHeaders, logTime, logTimeUtc, logFile, logSizeLimit, logMaxNum, syslog, remoteSyslog, maxTracedMsgLen, logFormat),
            new FileOptions(pidFile, portsFileDir, "", ""), new ThreadingOptions(mode, mode == ThreadingOptions.Mode.INLINE ? 1 : Math.max(1, Math.min(8, cores / 2))));
    }
}
