package io.millrace.broker.transport.websocket;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.config.leaf.LeafUrl;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class UpgradeRequestTest {
    @ParameterizedTest
    @CsvSource({
        "ws://h, /leafnode",
        "ws://h/, /leafnode",
        "ws://h:1/a, /a/leafnode",
        "ws://h:1/a/b//?c=d#e, /a/b/leafnode",
        "ws://h/a b%20c, /a%20b%20c/leafnode",
        "ws://h/\u00e4, /%C3%A4/leafnode",
        "ws://h/leafnode, /leafnode/leafnode"
    })
    void shouldAddWhatSaysThatItIsForALeafNode(String url, String path) {
        assertThat(UpgradeRequest.path(LeafUrl.parse(url))).isEqualTo(path);
    }
}
