package io.millrace.broker.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.ConnectTimeoutException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.net.ConnectException;
import java.net.NoRouteToHostException;

class LinkDialerTest {
    @ParameterizedTest
    @CsvSource(
            delimiterString = " => ",
            value = {
                "finishConnect(..) failed with error(-111): Connection refused: /127.0.0.1:6222"
                        + " => connect: connection refused",
                "finishConnect(..) failed with error(-104): Connection reset by peer: /[::1]:6222"
                        + " => connect: connection reset by peer",
                "connect(..) failed with error(-22): Invalid argument: /10.9.0.1:1"
                        + " => connect: invalid argument",
                "Connection refused: /127.0.0.1:6222 => connect: connection refused",
                "Connection refused => connect: connection refused"
            })
    void shouldSayInTheSystemsWordsWhyAServerCannotBeConnectedTo(String message, String text) {
        assertThat(LinkDialer.text(new ConnectException(message))).isEqualTo(text);
    }

    @Test
    void shouldTellTimeoutsFromHostsThatCannotBeReached() {
        assertThat(LinkDialer.text(new ConnectTimeoutException("x"))).isEqualTo("i/o timeout");
        assertThat(LinkDialer.text(new NoRouteToHostException("x")))
                .isEqualTo("connect: no route to host");
    }
}
