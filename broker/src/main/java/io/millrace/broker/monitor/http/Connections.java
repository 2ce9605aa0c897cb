package io.millrace.broker.monitor.http;

import org.jspecify.annotations.Nullable;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.Predicate;

/**
 * Who is connected to the monitoring server, and who has to go when there is no room for another
 * connection, or for another large reply. Monitor thread.
 *
 * <p>Nobody is turned away at the door: whoever comes wants something now, and whoever has a place
 * may have got what it wanted long ago.
 */
final class Connections {
    /** What a connection does. */
    enum Phase {
        /** It has yet to send a whole request. */
        LISTENING,
        /** It has yet to take its reply. */
        REPLYING,
        /** It has asked for a list, which is made when those before it are. */
        WAITING,
        /** Its reply, which takes little, is about to be made. */
        ASKED
    }

    /** One who is connected. */
    interface Guest {
        /** Where it comes from; null if nobody knows any more. */
        @Nullable InetAddress address();

        Phase phase();

        /** Since when it is in its phase, by the clock given. */
        long sinceNs();

        /** Bytes of a large reply that it has yet to take. */
        long unsentBytes();

        /** Ends the connection at once, whatever it has yet to take. */
        void dismiss();
    }

    private final HttpLimits limits;
    private final LongSupplier clockNs;
    private final List<Guest> guests = new ArrayList<>();

    /**
     * Those go first who have had time to ask and didn't, then those who have had time to take
     * their reply, then those who still take a large one, then whoever has been longest at what it
     * does, and last who is about to get what it came for, however many come meanwhile. One who has
     * just come may be about to ask, and one who has asked had to wait for the replies to others,
     * who began to take theirs later.
     */
    private final Comparator<Guest> firstToGo =
            Comparator.comparingInt(this::rank)
                    .thenComparing((a, b) -> Long.signum(a.sinceNs() - b.sinceNs()));

    Connections(HttpLimits limits, LongSupplier clockNs) {
        this.limits = limits;
        this.clockNs = clockNs;
    }

    /** Lets it in; another one may have to go. */
    void enter(Guest guest) {
        while (guests.size() >= limits.connections()) {
            dismiss(firstOf(paying()));
        }
        guests.add(guest);
    }

    void leave(Guest guest) {
        guests.remove(guest);
    }

    /**
     * Makes room for a reply, for which those may have to go who have had time to take theirs.
     *
     * @return whether there is room
     */
    boolean hasRoom(Guest guest, int bytes) {
        if (bytes <= limits.smallBytes()) {
            return true;
        }
        Predicate<Guest> sameAddress = other -> isSameAddress(guest, other);
        return hasRoom(sameAddress, bytes, limits.unsentBytes() / 2)
                && hasRoom(other -> true, bytes, limits.unsentBytes());
    }

    private boolean hasRoom(Predicate<Guest> which, int bytes, long most) {
        if (bytes > most) {
            return false;
        }
        while (unsentBytes(which) + bytes > most) {
            List<Guest> late =
                    guests.stream()
                            .filter(which)
                            .filter(guest -> guest.unsentBytes() > 0)
                            .filter(this::hadItsTime)
                            .toList();
            if (late.isEmpty()) {
                return false;
            }
            dismiss(firstOf(late));
        }
        return true;
    }

    private long unsentBytes(Predicate<Guest> which) {
        return guests.stream().filter(which).mapToLong(Guest::unsentBytes).sum();
    }

    private void dismiss(Guest guest) {
        guests.remove(guest);
        guest.dismiss();
    }

    private boolean hadItsTime(Guest guest) {
        long atItNs = clockNs.getAsLong() - guest.sinceNs();
        return atItNs >= TimeUnit.MILLISECONDS.toNanos(limits.patienceMs());
    }

    /** The lower, the sooner it goes. */
    private int rank(Guest guest) {
        boolean late = hadItsTime(guest);
        return switch (guest.phase()) {
            case LISTENING -> late ? 0 : 3;
            case REPLYING -> late ? 1 : guest.unsentBytes() > 0 ? 2 : 3;
            case WAITING -> 3;
            case ASKED -> late ? 3 : 4;
        };
    }

    private Guest firstOf(List<Guest> some) {
        return some.stream().min(firstToGo).orElseThrow();
    }

    /** Those among whom one has to go: of an address that crowds out the others, or all. */
    private List<Guest> paying() {
        Map<InetAddress, List<Guest>> byAddress = new HashMap<>();
        List<Guest> most = List.of();
        for (Guest guest : guests) {
            InetAddress address = guest.address();
            if (address != null) {
                List<Guest> same = byAddress.computeIfAbsent(address, _ -> new ArrayList<>());
                same.add(guest);
                most = same.size() > most.size() ? same : most;
            }
        }
        return most.size() > limits.crowd() ? most : guests;
    }

    private static boolean isSameAddress(Guest one, Guest other) {
        InetAddress address = one.address();
        return address != null && address.equals(other.address());
    }
}
