package io.millrace.broker.routing.watch;

import org.jspecify.annotations.Nullable;

/** One that watches one subject. Routing thread. */
public final class Watch {
    final Watcher watcher;

    /** The watcher's number of it. */
    final int number;

    final WatchedSubject subject;

    /** The next one of the same subject. */
    @Nullable Watch next;

    /** Whether anything was told yet, and what. */
    boolean told;

    boolean interested;

    Watch(Watcher watcher, int number, WatchedSubject subject) {
        this.watcher = watcher;
        this.number = number;
        this.subject = subject;
    }
}
