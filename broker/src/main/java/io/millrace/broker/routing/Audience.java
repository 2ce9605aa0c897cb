package io.millrace.broker.routing;

import io.millrace.broker.routing.account.Account;
import io.millrace.broker.routing.account.Accounts;
import io.millrace.protocol.NativeBlock;
import io.millrace.protocol.Region;

import java.nio.charset.StandardCharsets;

/**
 * Whether anybody would hear something, so that what nobody would isn't made at all. Routing
 * thread.
 */
final class Audience {
    /** What is longer counts as unheard: most clients couldn't read a line with it. */
    private static final int MAX_SUBJECT_BYTES = 4096;

    private final Accounts accounts;
    private final NativeBlock memory = NativeBlock.allocate(MAX_SUBJECT_BYTES);

    Audience(Accounts accounts) {
        this.accounts = accounts;
    }

    /** See {@link Router#hears}. */
    boolean hears(String name, String subject) {
        Account account = accounts.named(name);
        if (account == null) {
            return false;
        }
        byte[] bytes = subject.getBytes(StandardCharsets.ISO_8859_1);
        if (bytes.length > MAX_SUBJECT_BYTES) {
            return false;
        }
        Region region = memory.region();
        region.put(0, bytes);
        // Not by the cache: nobody publishes there but services, and seldom.
        return !account.index.match(region, 0, bytes.length).isEmpty();
    }

    /** Frees what it allocated. */
    void close() {
        memory.close();
    }
}
