package io.millrace.broker.leaf;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.protocol.LinkInfo;

import org.junit.jupiter.api.Test;

import java.util.List;
import java.util.Map;

class JetStreamBorderTest {
    private static final List<String> OF_CLIENTS = List.of("$JS.API.>", "$KV.>", "$OBJ.>");
    private static final List<String> OF_SYSTEM =
            List.of("$JSC.>", "$NRG.>", "$JS.API.>", "$KV.>", "$OBJ.>");

    private static JetStreamBorder border(
            boolean jetStream, String own, String remote, String account, String... defaults) {
        return JetStreamBorder.of(
                LinkInfo.builder().jetstream(jetStream).domain(own).build(),
                remote,
                "far/C",
                account,
                account.equals("SYS"),
                defaults.length == 0 ? Map.of() : Map.of(defaults[0], defaults[1]));
    }

    private static void holds(
            JetStreamBorder border, List<String> closed, List<String> kept, String... said) {
        assertThat(border.closed()).isEqualTo(closed);
        assertThat(border.kept()).isEqualTo(kept);
        assertThat(border.notices()).containsExactly(said);
    }

    @Test
    void shouldKeepBothApisApartAndTheOwnDomainAtHomeWhereDomainsDiffer() {
        String said = "JetStream using domains: local \"hub\", remote \"leaf\"";
        holds(border(true, "hub", "leaf", "A"), OF_CLIENTS, List.of("$JS.hub.API.>"), said);
        holds(border(false, "hub", "leaf", "A"), OF_CLIENTS, List.of(), said);
        String none = "JetStream using domains: local \"\", remote \"leaf\"";
        holds(border(true, "", "leaf", "A"), OF_CLIENTS, List.of(), none);
        assertThat(border(true, "hub", "", "A").details())
                .containsExactly(
                        "Adding deny \"$JS.hub.API.>\" for outgoing messages to account \"A\"");
    }

    @Test
    void shouldKeepBothApisApartWhereTheDomainIsTheSame() {
        holds(border(true, "d", "d", "A"), OF_CLIENTS, List.of());
        holds(border(true, "", "", "A"), OF_CLIENTS, List.of());
        assertThat(border(true, "d", "d", "A").details())
                .containsExactly("Adding deny [$JS.API.> $KV.> $OBJ.>] for account \"A\"");
        String said = "JetStream using domains: local \"\", remote \"\"";
        holds(border(false, "", "", "A"), OF_CLIENTS, List.of(), said);
    }

    @Test
    void shouldLetEverythingCrossForAnAccountWithTheEmptyDefaultDomain() {
        JetStreamBorder border = border(true, "d", "", "A", "A", "");
        holds(border, List.of(), List.of());
        assertThat(border.details())
                .containsExactly(
                        "Skipping deny \"$JS.API.>\" for account \"A\" due to default domain");
        assertThat(border(true, "", "", "A", "B", "").closed()).isEqualTo(OF_CLIENTS);
        assertThat(border(true, "", "", "A", "A", "x").closed()).isEqualTo(OF_CLIENTS);
    }

    @Test
    void shouldNeverExtendJetStreamOverASystemAccount() {
        String from = "System account connected from far/C";
        holds(
                border(true, "a", "b", "SYS"),
                OF_SYSTEM,
                List.of("$JS.a.API.>"),
                from,
                "JetStream not extended, domains differ");
        holds(
                border(true, "a", "a", "SYS", "A", ""),
                OF_SYSTEM,
                List.of("$JS.a.API.>"),
                "Not extending remote JetStream domain \"a\" due to presence of empty default"
                        + " domain",
                from,
                "JetStream not extended, which is not supported by Millrace yet");
    }
}
