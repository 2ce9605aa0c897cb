package io.millrace.broker.routing;

import io.millrace.broker.routing.GraphMember.Sub;
import io.millrace.broker.routing.NaiveTenants.Due;
import io.millrace.broker.routing.NaiveTenants.Got;
import io.millrace.broker.routing.NaiveTenants.World;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Finds out whether what has arrived is what was due, and if so, in which ways that can be. */
final class GraphJudge {
    /**
     * A message that has arrived.
     *
     * @param reply empty for none
     * @param asker the account of who asks, as the headers say; empty if they don't
     */
    record Arrival(
            GraphMember member,
            int sid,
            String subject,
            String reply,
            String payload,
            String asker) {}

    private static final int MOST_WORLDS = 50;
    private static final int MOST_TRIES = 200_000;

    private final List<Due> due;
    private final List<Arrival> arrived;
    private final List<World> worlds = new ArrayList<>();
    private final Map<Sub, Integer> taken = new HashMap<>();
    private final boolean[] used;
    private final List<Due> missed = new ArrayList<>();
    private boolean ambiguous;
    private int tries;

    GraphJudge(List<Due> due, List<Arrival> arrived) {
        // Those that leave least choice come first.
        this.due = new ArrayList<>(due);
        this.due.sort((a, b) -> a.oneOf().size() - b.oneOf().size());
        this.arrived = arrived;
        used = new boolean[arrived.size()];
        for (Due each : due) {
            for (Got got : each.oneOf()) {
                ambiguous |= got.subject().indexOf('#') >= 0 || got.reply().indexOf('#') >= 0;
            }
        }
    }

    /** The worlds in which all is right; none if something is wrong. */
    List<World> judge(World world) {
        assign(0, arrived.size(), world);
        return worlds;
    }

    /** Whether there may be more worlds than were found. */
    boolean isCut() {
        return worlds.size() == MOST_WORLDS || tries > MOST_TRIES;
    }

    /** Whether one is enough, or there is no time for more. */
    private boolean isDone() {
        return !worlds.isEmpty() && !ambiguous
                || worlds.size() == MOST_WORLDS
                || ++tries > MOST_TRIES;
    }

    private void assign(int at, int left, World world) {
        if (isDone() || left > due.size() - at) {
            return;
        }
        if (at == due.size()) {
            if (missed.stream().allMatch(this::isSpent)
                    && worlds.stream().noneMatch(each -> each.isSame(world))) {
                worlds.add(world);
            }
            return;
        }
        Due wanted = due.get(at);
        Set<Arrival> tried = new HashSet<>();
        for (int i = 0; i < used.length; i++) {
            Arrival arrival = arrived.get(i);
            if (used[i] || !arrival.payload.equals(wanted.payload()) || !tried.add(arrival)) {
                continue;
            }
            for (Got got : wanted.oneOf()) {
                World next = accepted(got, arrival, world);
                if (next != null && (!wanted.counts() || left(got.sub()) > 0)) {
                    int count = wanted.counts() ? 1 : 0;
                    used[i] = true;
                    taken.merge(got.sub(), count, Integer::sum);
                    assign(at + 1, left - 1, next);
                    taken.merge(got.sub(), -count, Integer::sum);
                    used[i] = false;
                }
            }
        }
        if (!wanted.certain()) {
            assign(at + 1, left, world);
        } else if (wanted.counts() && wanted.oneOf().stream().allMatch(g -> g.sub().max > 0)) {
            missed.add(wanted);
            assign(at + 1, left, world);
            missed.removeLast();
        }
    }

    private static World accepted(Got got, Arrival arrival, World world) {
        GraphMember member = arrival.member;
        if (got.sub().member != member
                || got.sub().sid != arrival.sid
                || member.headers && !got.asker().equals(arrival.asker)) {
            return null;
        }
        boolean literal = got.subject().indexOf('#') < 0 && got.reply().indexOf('#') < 0;
        World next = literal ? world : world.copy();
        return next.unify(got.subject(), arrival.subject) && next.unify(got.reply(), arrival.reply)
                ? next
                : null;
    }

    private int left(Sub sub) {
        return sub.left() - taken.getOrDefault(sub, 0);
    }

    /** Whether nobody could get it any more who was to have it. */
    private boolean isSpent(Due missing) {
        return missing.oneOf().stream().allMatch(got -> left(got.sub()) == 0);
    }
}
