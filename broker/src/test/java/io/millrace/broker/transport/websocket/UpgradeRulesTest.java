package io.millrace.broker.transport.websocket;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.config.start.Configured;
import io.millrace.broker.config.start.OptionsBuilder;
import io.millrace.broker.config.websocket.WebSocketOptions;
import io.millrace.broker.connection.WebSocketHandshake;
import io.millrace.protocol.ConnectOptions.Credentials;
import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpVersion;

import org.junit.jupiter.api.Test;

class UpgradeRulesTest {
    private static WebSocketHandshake agreed(String path) {
        OptionsBuilder options = new OptionsBuilder();
        Configured.into(options, "websocket { port: -1, no_tls: true, user_cookie: u }");
        WebSocketOptions concluded = options.conclude(1).websocket();
        HttpRequest request = new DefaultHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.GET, path);
        request.headers()
                .add("Host", "h")
                .add("Upgrade", "websocket")
                .add("Connection", "Upgrade")
                .add("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ==")
                .add("Sec-WebSocket-Version", "13")
                .add("Cookie", "u=joe");
        Upgrade answer = new UpgradeRules(concluded).judge(request, false);
        return ((Upgrade.Agreed) answer).handshake();
    }

    @Test
    void shouldKeepCookiesOfClientsOnly() {
        assertThat(agreed("/").cookies().user()).isEqualTo("joe");
        assertThat(agreed("/leafnode").cookies()).isEqualTo(Credentials.NONE);
    }
}
