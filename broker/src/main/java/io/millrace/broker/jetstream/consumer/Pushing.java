package io.millrace.broker.jetstream.consumer;

import io.millrace.broker.jetstream.config.ConsumerConfig;
import io.millrace.broker.jetstream.stream.Bytes;
import io.millrace.broker.jetstream.stream.Later;
import io.millrace.protocol.NativeBlock;

import org.jspecify.annotations.Nullable;

import java.nio.charset.StandardCharsets;

/**
 * To whom a consumer pushes: whether anybody listens, how much may be under way, and when to say
 * that all is well. Shard thread.
 */
final class Pushing {
    private final Surroundings world;
    private final Progress progress;
    private final String questions;
    private final Bytes subject = new Bytes();
    private @Nullable NativeBlock memory;
    private @Nullable Window window;
    private ConsumerConfig config;
    private int watch;
    private boolean heard;

    /**
     * When it was found that nobody listens, since the epoch; or who listens has said something.
     */
    private long activeNs;

    private long heartbeatDueNs = Long.MAX_VALUE;

    /**
     * Makes one.
     *
     * @param questions what the subjects begin with to which answers to flow control go
     */
    Pushing(Surroundings world, Progress progress, String questions, ConsumerConfig config) {
        this.world = world;
        this.progress = progress;
        this.questions = questions;
        this.config = config;
        activeNs = world.nowNs();
        configure(config);
    }

    void configure(ConsumerConfig newConfig) {
        boolean moved =
                memory == null || !newConfig.deliverSubject().equals(config.deliverSubject());
        config = newConfig;
        if (moved) {
            close();
            byte[] text = newConfig.deliverSubject().getBytes(StandardCharsets.UTF_8);
            NativeBlock its = NativeBlock.allocate(Math.max(1, text.length));
            its.region().put(0, text);
            subject.at(its.region(), 0, text.length);
            memory = its;
            heard = false;
            watch = world.watch(subject);
        }
        if (!newConfig.flowControl()) {
            window = null;
        } else if (window == null) {
            window = new Window();
        }
    }

    /** Where messages go. */
    Bytes subject() {
        return subject;
    }

    /** Whether anybody listens. */
    boolean isHeard() {
        return heard;
    }

    /** When somebody listened last, or said something; since the epoch. */
    long activeNs() {
        return activeNs;
    }

    /** Who listens has said something. */
    void active(long nowNs) {
        activeNs = nowNs;
    }

    boolean isWatchedAs(int other) {
        return watch == other;
    }

    void onInterest(boolean interested, long nowNs) {
        if (heard != interested) {
            activeNs = nowNs;
        }
        heard = interested;
        heartbeatDueNs =
                interested && config.heartbeatNs() > 0
                        ? Later.than(nowNs, config.heartbeatNs())
                        : Long.MAX_VALUE;
        if (heartbeatDueNs != Long.MAX_VALUE) {
            world.at(heartbeatDueNs);
        }
    }

    /** Whether a message may go now. */
    boolean isOpen() {
        return heard && (window == null || !window.isClosed());
    }

    /** A message went. */
    void sent(long bytes, boolean mustAsk, long nowNs) {
        if (config.heartbeatNs() > 0) {
            heartbeatDueNs = Later.than(nowNs, config.heartbeatNs());
        }
        if (window != null && window.sent(bytes, mustAsk)) {
            ask(window);
        }
    }

    private void ask(Window its) {
        its.ask(questions + world.unique().substring(0, 4));
        world.say(subject, its.question(), Status.of(100, "FlowControl Request"));
    }

    /** Whether a question was answered by this. */
    boolean answered(Bytes to) {
        if (window == null || !window.isAsking() || !to.text().equals(window.question())) {
            return false;
        }
        window.answered();
        return true;
    }

    /**
     * Says that all is well, if it is time.
     *
     * @param asks whether acknowledgements come by answers, and some are wanted
     */
    void poll(boolean asks, long nowNs) {
        if (nowNs >= heartbeatDueNs) {
            heartbeatDueNs = Later.than(nowNs, config.heartbeatNs());
            String stalled = window == null ? "" : window.question();
            world.say(
                    subject,
                    "",
                    Status.heartbeat(progress.nextDelivery() - 1, progress.next() - 1, stalled));
            if (asks && window != null && !window.isAsking()) {
                ask(window);
            }
        }
        if (heartbeatDueNs != Long.MAX_VALUE) {
            world.at(heartbeatDueNs);
        }
    }

    void close() {
        NativeBlock its = memory;
        if (its != null) {
            world.unwatch(watch);
            its.close();
            memory = null;
        }
    }
}
