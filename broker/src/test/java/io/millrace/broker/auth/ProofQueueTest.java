package io.millrace.broker.auth;

import static org.assertj.core.api.Assertions.assertThat;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** Whose password is looked at next; the test is the thread that looks. */
class ProofQueueTest {
    private static final int MOST = 3;

    private long nowNs;
    private final ProofQueue queue = new ProofQueue(MOST, () -> nowNs);
    private final Set<String> refused = new HashSet<>();

    private record Client(String name) implements Authentication.Outcome {
        @Override
        public boolean isAwaited() {
            return !name.startsWith("gone");
        }

        @Override
        public void accept(boolean holds) {}
    }

    private record Password(String text) implements Proof {
        @Override
        public boolean holds() {
            return text.equals("right");
        }
    }

    private static Claimant claimant(String network) {
        return new Claimant(network, "ann");
    }

    private void ask(String network, String password, String client) {
        ProofDigest digest = ProofDigest.of(new byte[ProofDigest.KEY_BYTES], List.of(password));
        queue.add(claimant(network), new Password(password), digest, new Client(client))
                .forEach(outcome -> refused.add(((Client) outcome).name));
    }

    private static @Nullable String text(ProofQueue.@Nullable Question question) {
        return question == null ? null : ((Password) question.proof).text;
    }

    /** Looks at all that waits, one after the other. */
    private List<String> order() {
        List<String> order = new ArrayList<>();
        for (var next = queue.next(); next != null; next = queue.next()) {
            order.add(text(next));
            queue.done(next, next.proof.holds());
        }
        return order;
    }

    @Test
    void shouldTakeClaimantsInTurn() {
        ask("a", "a1", "c");
        ask("a", "a2", "c");
        ask("a", "a3", "c");
        ask("b", "b1", "c");
        ask("c", "c1", "c");
        assertThat(order().subList(0, 3)).containsExactly("a3", "b1", "c1");
    }

    @Test
    void shouldLookAtOneProofOfAClaimantAtATime() {
        ask("a", "a1", "c");
        ask("a", "a2", "c");
        ask("b", "b1", "c");
        var first = queue.next();
        assertThat(text(first)).isEqualTo("a2");
        var second = queue.next();
        assertThat(text(second)).isEqualTo("b1");
        assertThat(queue.next()).isNull();
        assertThat(first).isNotNull();
        queue.done(first, false);
        assertThat(text(queue.next())).isEqualTo("a1");
    }

    @Test
    void shouldRefuseTheOldestOfAClaimantThatGuessesTooMuch() {
        ask("a", "a1", "c1");
        ask("a", "a2", "c2");
        ask("a", "a3", "c3");
        assertThat(refused).isEmpty();
        ask("a", "right", "c4");
        assertThat(refused).containsExactly("c1");
        ask("b", "b1", "c5");
        assertThat(refused).as("another's affair").hasSize(1);
        assertThat(order()).containsExactly("right", "b1", "a3", "a2");
    }

    @Test
    void shouldPutWhoWasWrongBehindTheOthersForAWhile() {
        ask("bad", "x1", "c");
        order();
        ask("bad", "x2", "c");
        ask("a", "a1", "c");
        ask("b", "b1", "c");
        assertThat(order()).containsExactly("a1", "b1", "x2");
        nowNs += TimeUnit.MINUTES.toNanos(2);
        ask("bad", "x3", "c");
        ask("c", "c1", "c");
        assertThat(order()).containsExactly("x3", "c1");
    }

    @Test
    void shouldForgiveWhoIsRight() {
        ask("a", "wrong", "c");
        order();
        ask("a", "right", "c");
        order();
        ask("a", "a1", "c");
        ask("b", "b1", "c");
        assertThat(order()).containsExactly("a1", "b1");
    }

    @Test
    void shouldLookOnceAtWhatManyPresent() {
        for (int i = 0; i < 100; i++) {
            ask("a", "same", "c" + i);
            ask("b", "same", "d" + i);
        }
        assertThat(refused).isEmpty();
        var only = queue.next();
        assertThat(queue.next()).isNull();
        ask("c", "same", "late");
        assertThat(queue.next()).isNull();
        assertThat(only).isNotNull();
        assertThat(queue.done(only, true)).hasSize(201);
        assertThat(queue.waiting()).isZero();
    }

    /** Somebody elsewhere who has the same, but many others before, holds nobody up. */
    @Test
    void shouldLookAtWhatManyPresentWhenTheFirstOfThemHasItsTurn() {
        ask("bad", "x", "c");
        order();
        ask("bad", "right", "c1");
        ask("a", "a1", "c");
        ask("good", "right", "c2");
        assertThat(order()).containsExactly("a1", "right");
        ask("bad", "y", "c");
        ask("bad", "right2", "c1");
        ask("good", "right2", "c2");
        ask("bad", "z1", "c");
        ask("bad", "z2", "c");
        ask("bad", "z3", "c");
        assertThat(refused).containsExactlyInAnyOrder("c", "c1");
        assertThat(order()).containsExactlyInAnyOrder("right2", "z3", "z2", "z1");
    }

    @Test
    void shouldPassOverThoseThatHaveLeft() {
        ask("a", "a1", "gone1");
        ask("a", "a2", "gone2");
        ask("a", "a3", "gone3");
        ask("a", "a4", "c");
        ask("a", "a5", "c");
        assertThat(refused).as("those that left make room").isEmpty();
        assertThat(order()).containsExactly("a5", "a4");
        assertThat(queue.waiting()).isZero();
    }

    /** Many clients that come back at once, and all sign with the same key. */
    @Test
    void shouldNotGoThroughALongLaneForEachOfItsProofs() {
        int many = 1000;
        AtomicInteger asked = new AtomicInteger();
        Authentication.Outcome patient =
                new Authentication.Outcome() {
                    @Override
                    public boolean isAwaited() {
                        asked.incrementAndGet();
                        return true;
                    }

                    @Override
                    public void accept(boolean holds) {}
                };
        ProofQueue signatures = new ProofQueue(Integer.MAX_VALUE, () -> nowNs);
        for (int i = 0; i < many; i++) {
            signatures.add(claimant("a"), new Password("s" + i), null, patient);
        }
        for (int i = 0; i < many; i++) {
            var next = signatures.next();
            assertThat(text(next)).isEqualTo("s" + i);
            assertThat(next).isNotNull();
            assertThat(signatures.done(next, true)).containsExactly(patient);
        }
        assertThat(signatures.next()).isNull();
        assertThat(asked).hasValueLessThanOrEqualTo(3 * many);
    }

    /** Who has one address of a network of IPv6 has them all. */
    @Test
    void shouldTakeWhatIsGivenOutTogetherForOne() throws Exception {
        Claimant one = Claimant.at(InetAddress.getByName("2001:db8:1:2:3:4:5:6"), "ann");
        assertThat(Claimant.at(InetAddress.getByName("2001:db8:1:2:ffff::1"), "ann"))
                .isEqualTo(one);
        assertThat(Claimant.at(InetAddress.getByName("2001:db8:1:3::1"), "ann")).isNotEqualTo(one);
        assertThat(Claimant.at(InetAddress.getByName("10.0.0.1"), "ann"))
                .isNotEqualTo(Claimant.at(InetAddress.getByName("10.0.0.2"), "ann"));
        assertThat(Claimant.at(InetAddress.getByName("10.0.0.1"), "ann"))
                .isNotEqualTo(Claimant.at(InetAddress.getByName("10.0.0.1"), "joe"));
    }
}
