package io.millrace.broker.store.log;

/** Who is told what is damaged. */
public interface DamageReport {
    /**
     * What stood in this range was written once and can't be read any more. Records that are whole
     * are served all the same; those that lie in it are lost.
     *
     * @param from position where it begins
     * @param to position behind it; the same as {@code from} if a file as a whole is meant
     * @param why for a log line
     */
    void onDamage(long from, long to, String why);
}
