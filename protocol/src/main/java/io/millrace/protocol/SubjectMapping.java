package io.millrace.protocol;

import io.millrace.protocol.BadTransformException.Reason;
import io.millrace.protocol.WeightedDestinations.Share;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * An account's mapping: what becomes of messages whose subject matches the source. Destinations
 * have weights; what these leave of 100 stays with the source, unless that is itself one of the
 * destinations: then the rest is lost. Destinations for one cluster take the place of the others
 * there, with weights of their own.
 *
 * <p>Immutable.
 */
public final class SubjectMapping {
    private static final int ALL = 100;

    private final String source;
    private final SubjectFilter filter;
    private final WeightedDestinations everywhere;
    private final Map<String, WeightedDestinations> byCluster;

    private SubjectMapping(
            String source,
            WeightedDestinations everywhere,
            Map<String, WeightedDestinations> byCluster) {
        this.source = source;
        this.filter = SubjectFilter.of(SubjectTransform.tokens(source));
        this.everywhere = everywhere;
        this.byCluster = Map.copyOf(byCluster);
    }

    /**
     * Makes a mapping.
     *
     * @param source a subject, may have wildcards
     * @param destinations may be none: then subjects stay as they are
     * @throws BadTransformException with the reference's text; an empty destination, too, which the
     *     reference takes and breaks down of at the first message
     */
    public static SubjectMapping of(String source, List<MapDest> destinations)
            throws BadTransformException {
        if (!Subject.isValid(source)) {
            throw BadTransformException.invalidSubject();
        }
        Set<String> seen = new HashSet<>();
        Map<String, List<Share>> shares = new HashMap<>();
        shares.put("", new ArrayList<>());
        Map<String, Integer> totals = new HashMap<>();
        for (MapDest each : destinations) {
            if (!seen.add(each.subject())) {
                throw BadTransformException.duplicate(each.subject());
            }
            if (each.weight() > ALL) {
                throw BadTransformException.weight();
            }
            if (totals.merge(each.cluster(), each.weight(), Integer::sum) > ALL) {
                throw BadTransformException.totalWeight();
            }
            check(each.subject());
            SubjectTransform transform = SubjectTransform.of(source, each.subject());
            shares.computeIfAbsent(each.cluster(), cluster -> new ArrayList<>())
                    .add(new Share(transform, each.weight()));
        }
        if (!seen.contains(source)) {
            for (List<Share> each : shares.values()) {
                keepRest(source, each);
            }
        }
        WeightedDestinations everywhere = new WeightedDestinations(shares.remove(""));
        Map<String, WeightedDestinations> byCluster = new HashMap<>();
        shares.forEach((name, each) -> byCluster.put(name, new WeightedDestinations(each)));
        return new SubjectMapping(source, everywhere, byCluster);
    }

    private static void keepRest(String source, List<Share> shares) throws BadTransformException {
        int total = shares.stream().mapToInt(Share::weight).sum();
        if (total < ALL) {
            String same = SubjectTransform.tokenize(source);
            shares.add(new Share(SubjectTransform.of(source, same), ALL - total));
        }
    }

    /**
     * A transform to a destination that a mapping would take, too: what streams ask of theirs.
     *
     * @param source a subject, may have wildcards; empty is all subjects
     * @throws BadTransformException with the reference's text
     */
    public static SubjectTransform transform(String source, String destination)
            throws BadTransformException {
        check(destination);
        return SubjectTransform.of(source, destination);
    }

    /** What mappings ask of a destination, more than other transforms do. */
    private static void check(String destination) throws BadTransformException {
        if (destination.isEmpty()) {
            throw BadTransformException.invalidSubject();
        }
        boolean ended = false;
        for (String token : SubjectTransform.tokens(destination)) {
            if (token.isEmpty() || ended) {
                throw BadTransformException.destination(Reason.INVALID_TRANSFORM, token);
            }
            if (TransformFunction.looksLikeCall(token)) {
                if (!TransformFunction.callsKnown(token)) {
                    throw BadTransformException.destination(Reason.UNKNOWN_FUNCTION, token);
                }
            } else if (!Subject.isValid(token)) {
                // A blank in it: it has no dot and isn't empty.
                throw BadTransformException.destination(Reason.INVALID_TRANSFORM, "");
            }
            ended = token.equals(">");
        }
    }

    public String source() {
        return source;
    }

    /** Whether this is the mapping of a subject, if no other before it is. */
    public boolean matches(SubjectTokens subject) {
        return filter.matches(subject);
    }

    /**
     * What to choose from for a server's messages; to be kept, not to be asked for each message.
     *
     * @param cluster the server's; empty if it has none
     */
    public WeightedDestinations destinations(String cluster) {
        return byCluster.getOrDefault(cluster, everywhere);
    }

    @Override
    public String toString() {
        return source;
    }
}
