package io.millrace.broker.routing.interest;

import io.millrace.broker.ledger.Debt;
import io.millrace.broker.ledger.Ledger;
import io.millrace.broker.routing.match.Interest;
import io.millrace.broker.routing.match.PartedMap;
import io.millrace.broker.routing.peer.Leaf;

import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.BiConsumer;

/**
 * All interest in an account, summed up, with the leaf nodes that are told of it. There is one for
 * an account while there are leaf nodes or other clusters to be told. Routing thread.
 */
final class InterestSums {
    /** A sum, its key and its place in the map. */
    private static final int SUM_BYTES = 168;

    /** What a sum has clusters of leaf nodes in. */
    private static final int ORIGINS_BYTES = 112;

    /** Of each of them; its name is others'. */
    private static final int ORIGIN_BYTES = 104;

    /**
     * A subject that goes round wherever interest does: where it comes back, so does everything.
     * Only leaf nodes are told of it.
     */
    final String loopMark = Beyond.LOOP_MARK + UUID.randomUUID().toString().replace("-", "");

    /** The leaf nodes of the account, of either side. */
    final List<Leaf> leaves = new ArrayList<>();

    private final Ledger ledger;
    private final PartedMap<InterestSum> sums = new PartedMap<>();

    InterestSums(Ledger ledger) {
        this.ledger = ledger;
    }

    /** Some more of a source, or some less; returns what there is now. */
    InterestSum add(String key, InterestSource source, String origin, int more) {
        InterestSum sum = sums.get(key);
        int before = sum == null ? 0 : bytes(key, sum);
        if (sum == null) {
            sum = new InterestSum();
            sums.put(key, sum);
        }
        sum.add(source, origin, more);
        if (sum.isEmpty()) {
            sums.remove(key);
            ledger.add(Debt.INDEX, -before);
        } else {
            ledger.add(Debt.INDEX, bytes(key, sum) - before);
        }
        return sum;
    }

    void forEach(BiConsumer<String, InterestSum> each) {
        sums.forEach(each);
    }

    /** Nobody is to be told any more. */
    void close() {
        sums.forEach((key, sum) -> ledger.add(Debt.INDEX, -bytes(key, sum)));
        sums.clear();
    }

    private static int bytes(String key, InterestSum sum) {
        int origins = sum.origins();
        return SUM_BYTES
                + Interest.arrayBytes(key.length())
                + (origins == 0 ? 0 : ORIGINS_BYTES + ORIGIN_BYTES * origins);
    }
}
