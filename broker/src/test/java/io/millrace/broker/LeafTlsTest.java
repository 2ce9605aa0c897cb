package io.millrace.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.broker.config.leaf.LeafOptions;
import io.millrace.broker.config.leaf.LeafRemote;
import io.millrace.broker.config.leaf.LeafRemoteKeys;
import io.millrace.broker.config.tls.TlsOptions;
import io.millrace.broker.log.ServerLog;
import io.millrace.broker.transport.tls.TlsUnusableException;

import org.junit.jupiter.api.Test;

import java.util.List;

/** Which remote is secured by what. */
class LeafTlsTest {
    private static final LeafRemote PLAIN =
            LeafRemote.builder().urls("nats-leaf://hub.example:7422").build();
    private static final LeafRemote SECURED =
            PLAIN.toBuilder().set(LeafRemoteKeys.TLS, TlsOptions.builder().build()).build();
    private static final LeafRemote WSS =
            LeafRemote.builder().urls("wss://web.example:443").build();

    private static LeafOptions remotes(LeafRemote... remotes) {
        return LeafOptions.builder().remotes(remotes).build();
    }

    @Test
    void shouldRefuseToGoOnWithoutTheTlsThatARemoteSays() throws Exception {
        try (LeafTls tls = new LeafTls(remotes(SECURED, WSS), ServerLog.discarding())) {
            assertThat(tls.of(SECURED)).isNotNull();
            assertThat(tls.of(WSS)).isNotNull();
            tls.read(remotes(PLAIN)).run();
            assertThat(tls.of(PLAIN)).isNull();
            // Whoever dials may still go by the options before.
            for (LeafRemote before : List.of(SECURED, WSS)) {
                assertThatThrownBy(() -> tls.of(before))
                        .isInstanceOf(TlsUnusableException.class)
                        .hasMessage("TLS of the remote is being changed");
            }
        }
    }

    /** For a server that is known by its address only, it is the name of another one. */
    @Test
    void shouldNotExpectTheServersOfOneRemoteAtAnother() throws Exception {
        LeafRemote other = LeafRemote.builder().urls("nats-leaf://10.0.0.1:7422").build();
        try (LeafTls tls = new LeafTls(remotes(PLAIN, other), ServerLog.discarding())) {
            assertThat(tls.demanded(PLAIN)).isNull();
            assertThat(tls.demand(PLAIN)).isSameAs(tls.demanded(PLAIN)).isSameAs(tls.demand(PLAIN));
            assertThat(tls.demanded(other)).isNull();
            assertThat(tls.demand(other)).isNotSameAs(tls.demanded(PLAIN));
            tls.read(remotes(other)).run();
            assertThat(tls.demanded(other)).isNotNull();
            assertThat(tls.demanded(PLAIN)).isNull();
        }
    }
}
