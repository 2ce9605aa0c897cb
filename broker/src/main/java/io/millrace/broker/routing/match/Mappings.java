package io.millrace.broker.routing.match;

import io.millrace.protocol.NativeBlock;
import io.millrace.protocol.Region;
import io.millrace.protocol.Subject;
import io.millrace.protocol.SubjectMapping;
import io.millrace.protocol.SubjectTokens;
import io.millrace.protocol.WeightedDestinations;

import org.jspecify.annotations.Nullable;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * What becomes of the subjects that an account's clients publish to: the first mapping that matches
 * one counts. Asked once for each subject, as what it says stands in the cached result. Routing
 * thread.
 *
 * <p>Thousands of mappings aren't all looked at for each new subject, which would hold up everybody
 * else: they are found by their first tokens, as far as those have no wildcard.
 */
public final class Mappings {
    /** By more tokens than this they aren't told apart. */
    private static final int MOST_KEYED = 2;

    private final List<SubjectMapping> mappings;
    private final WeightedDestinations[] destinations;
    private final SubjectTokens tokens = new SubjectTokens();

    /**
     * By number of first tokens without a wildcard, then by their hash: which mappings, in order.
     */
    private final int[][][] numbers = new int[MOST_KEYED + 1][][];

    /**
     * Makes them.
     *
     * @param cluster whose messages they are for; empty for none
     */
    public Mappings(List<SubjectMapping> mappings, String cluster) {
        this.mappings = List.copyOf(mappings);
        destinations =
                mappings.stream()
                        .map(each -> each.destinations(cluster))
                        .toArray(WeightedDestinations[]::new);
        int buckets = Math.max(1, Integer.highestOneBit(2 * destinations.length));
        List<List<List<Integer>>> found = new ArrayList<>();
        for (int keyed = 0; keyed <= MOST_KEYED; keyed++) {
            found.add(new ArrayList<>());
            for (int i = 0; i < (keyed == 0 ? 1 : buckets); i++) {
                found.get(keyed).add(new ArrayList<>(0));
            }
        }
        for (int i = 0; i < destinations.length; i++) {
            add(found, mappings.get(i).source().getBytes(StandardCharsets.UTF_8), i);
        }
        for (int keyed = 0; keyed <= MOST_KEYED; keyed++) {
            numbers[keyed] =
                    found.get(keyed).stream()
                            .map(each -> each.stream().mapToInt(Integer::intValue).toArray())
                            .toArray(int[][]::new);
        }
    }

    private static void add(List<List<List<Integer>>> found, byte[] source, int number) {
        try (NativeBlock block = NativeBlock.allocate(source.length)) {
            Region region = block.region();
            region.put(0, source);
            int keyed = 0;
            int keyEnd = 0;
            int start = 0;
            while (keyed < MOST_KEYED && start < source.length) {
                int end = region.indexOf(Subject.SEPARATOR, start, source.length);
                if (isWildcard(region, start, end)) {
                    break;
                }
                keyed++;
                keyEnd = end;
                start = end + 1;
            }
            List<List<Integer>> byHash = found.get(keyed);
            byHash.get(bucket(region, 0, keyEnd, byHash.size())).add(number);
        }
    }

    private static boolean isWildcard(Region bytes, int start, int end) {
        byte first = bytes.getByte(start);
        return end - start == 1 && (first == Subject.ANY_TOKEN || first == Subject.REST);
    }

    private static int bucket(Region bytes, int offset, int length, int buckets) {
        return buckets == 1 ? 0 : (int) bytes.hash(offset, length) & buckets - 1;
    }

    /** What to choose from for a subject; null if it stays as it is. */
    @Nullable WeightedDestinations find(Region bytes, int offset, int length) {
        tokens.of(bytes, offset, length);
        int found = first(numbers[0][0], destinations.length);
        int end = offset - 1;
        for (int keyed = 1; keyed <= MOST_KEYED && end < offset + length; keyed++) {
            end = bytes.indexOf(Subject.SEPARATOR, end + 1, offset + length);
            int[][] byHash = numbers[keyed];
            found = first(byHash[bucket(bytes, offset, end - offset, byHash.length)], found);
        }
        return found == destinations.length ? null : destinations[found];
    }

    /** The first of some mappings that matches and comes before another one; else that one. */
    private int first(int[] some, int other) {
        for (int number : some) {
            if (number >= other) {
                break;
            }
            if (mappings.get(number).matches(tokens)) {
                return number;
            }
        }
        return other;
    }
}
