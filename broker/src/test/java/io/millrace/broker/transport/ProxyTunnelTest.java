package io.millrace.broker.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.config.leaf.LeafProxy;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.nio.charset.StandardCharsets;

class ProxyTunnelTest {
    private static final String MALFORMED =
            "failed to read proxy response: malformed HTTP response";

    private String heard = "";

    private String outcomeOf(String answer) {
        ProxyTunnel tunnel =
                new ProxyTunnel(
                        LeafProxy.NONE,
                        "far:1",
                        60_000,
                        new ProxyTunnel.Outcome() {
                            @Override
                            public void through() {
                                heard += "through";
                            }

                            @Override
                            public void failed(String cause) {
                                heard += cause;
                            }
                        });
        EmbeddedChannel channel = new EmbeddedChannel(tunnel);
        channel.writeInbound(Unpooled.copiedBuffer(answer, StandardCharsets.ISO_8859_1));
        channel.finishAndReleaseAll();
        return heard;
    }

    @ParameterizedTest
    @CsvSource({
        "HTTP/1.1 200 Connection established, through",
        "HTTP/1.0 200, through",
        "HTTP/1.1 200 , through",
        "HTTP/1.1 407 Who are you, proxy CONNECT failed: 407 Who are you",
        "HTTP/1.1 2000 OK," + MALFORMED,
        "HTTP/1.1 20 OK," + MALFORMED,
        "HTTP/2 200 OK," + MALFORMED,
        "SSH-2.0-x," + MALFORMED
    })
    void shouldReadTheStatusWhateverFollowsIt(String status, String outcome) {
        assertThat(outcomeOf(status + "\r\nVia: $x\r\nX: \u00e4\r\n\r\n")).isEqualTo(outcome);
    }
}
