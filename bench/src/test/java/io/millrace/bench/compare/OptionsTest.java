package io.millrace.bench.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

/** What is measured follows from the command line. */
class OptionsTest {
    private static final String PLAIN = "a=server -p {port}";
    private static final String CONFIGURED = "a=server -p {port} -c {config}";
    private static final String SYNCED = "s=server -p {port} -c {synced}";

    @Test
    void shouldMeasureWhatIsAskedFor() {
        assertThat(parse(PLAIN).kind()).isEqualTo(Options.Kind.ALONE);
        assertThat(parse("--cluster", PLAIN).kind()).isEqualTo(Options.Kind.CLUSTER);
        assertThat(parse("--tlsca", "ca.pem", PLAIN).kind()).isEqualTo(Options.Kind.OVER_TLS);
        assertThat(parse("--links", CONFIGURED).kind()).isEqualTo(Options.Kind.LINKS);
        assertThat(parse("--tenants", CONFIGURED).kind()).isEqualTo(Options.Kind.TENANTS);
        assertThat(parse("--websocket", CONFIGURED).kind()).isEqualTo(Options.Kind.WEBSOCKET);
        assertThat(parse("--jetstream", CONFIGURED).kind()).isEqualTo(Options.Kind.JETSTREAM);
        assertThat(parse("--consumers", CONFIGURED).kind()).isEqualTo(Options.Kind.CONSUMERS);
    }

    @Test
    void shouldRefuseTwoKindsAtOnce() {
        assertThatThrownBy(() -> parse("--tenants", "--cluster", CONFIGURED))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(
                        "either a cluster, links, tenants, WebSocket, JetStream, consumers or TLS");
    }

    @Test
    void shouldRefuseServersThatLackTheAccounts() {
        assertThatThrownBy(() -> parse("--tenants", CONFIGURED, "b=another -p {port}"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("{config}");
        assertThatThrownBy(() -> parse(CONFIGURED))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("{config}");
    }

    @Test
    void shouldKnowWhichServerIsMadeToSyncEachMessage() {
        assertThat(parse("--jetstream", CONFIGURED).synced()).isEmpty();
        assertThat(parse("--jetstream", CONFIGURED, SYNCED).synced()).contains("s");
        assertThatThrownBy(() -> parse("--websocket", SYNCED))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("{config}");
    }

    @Test
    void shouldKnowShortStreamsOfConsumersOnly() {
        assertThat(parse("--consumers", CONFIGURED, SYNCED).small()).isFalse();
        assertThat(parse("--short", "--consumers", CONFIGURED).small()).isTrue();
        assertThatThrownBy(() -> parse("--jetstream", "--short", CONFIGURED))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("--short");
    }

    private static Options parse(String... arguments) {
        String[] all = new String[arguments.length + 2];
        System.arraycopy(arguments, 0, all, 0, arguments.length);
        all[arguments.length] = "--out";
        all[arguments.length + 1] = "somewhere";
        return Options.parse(all);
    }
}
