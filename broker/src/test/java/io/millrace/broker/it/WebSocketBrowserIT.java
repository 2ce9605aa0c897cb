package io.millrace.broker.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;

import io.millrace.broker.NatsServer;
import io.millrace.broker.config.process.ThreadingOptions.Mode;
import io.millrace.broker.config.start.Configured;

import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A page in a browser is a client: it publishes and subscribes with the browser's own WebSocket.
 */
class WebSocketBrowserIT {
    private static final long LIMIT_S = 20;

    /** Publishes what it is subscribed to, and shows what has come back. */
    private static final String PAGE =
            """
            <!DOCTYPE html><title>page</title><pre id="seen"></pre><img src="PACE/wait"><script>
            const socket = new WebSocket('URL');
            socket.binaryType = 'arraybuffer';
            const seen = document.getElementById('seen');
            const show = text => seen.append(text + '\\n');
            let read = '';
            let greeted = false;
            socket.onmessage = message => {
              read += new TextDecoder().decode(message.data);
              if (!greeted && read.includes('\\r\\n')) {
                greeted = true;
                show('greeted: ' + read.startsWith('INFO {'));
                show('extensions: ' + socket.extensions);
                read = '';
                socket.send('CONNECT {"verbose":false,"lang":"page"}\\r\\nSUB page.> 1\\r\\n');
                socket.send('PUB page.large 100000\\r\\n' + 'x'.repeat(100000) + '\\r\\n');
                socket.send('PUB page.small 5\\r\\nhello\\r\\nPING\\r\\n');
              }
              if (read.endsWith('PONG\\r\\n')) {
                show('large: ' + read.startsWith('MSG page.large 1 100000\\r\\nxxx'));
                show('length: ' + read.length);
                show('small: ' + read.includes('xx\\r\\nMSG page.small 1 5\\r\\nhello\\r\\n'));
                socket.send('FOO\\r\\n');
                read = '';
              }
            };
            socket.onclose = end => {
              show('closed: ' + end.code + ' ' + end.reason);
              new Image().src = 'PACE/done';
            };
            </script>
            """;

    /** The same with the library that pages use. */
    private static final String LIBRARY_PAGE =
            """
            <!DOCTYPE html><title>page</title><pre id="seen"></pre><img src="PACE/wait">
            <script src="LIBRARY"></script><script>
            const show = text => document.getElementById('seen').append(text + '\\n');
            (async () => {
              const client = await nats.wsconnect({servers: 'URL', name: 'page'});
              const messages = client.subscribe('page.>', {max: 2});
              client.subscribe('ask', {
                callback: (_, asked) => asked.respond('you said ' + asked.string()),
              });
              const headers = nats.headers();
              headers.set('Colour', 'blue');
              client.publish('page.large', 'x'.repeat(100000));
              client.publish('page.small', 'hello', {headers: headers});
              for await (const message of messages) {
                const text = message.string();
                const colour = message.headers ? ' ' + message.headers.get('Colour') : '';
                show(message.subject + ': ' + text.length + ' ' + text.substring(0, 5) + colour);
              }
              show('answer: ' + (await client.request('ask', 'hi', {timeout: 5000})).string());
              await client.request('nobody').catch(e => show('nobody: ' + e.constructor.name));
              await client.drain();
              show('drained: ' + client.isClosed());
            })().catch(e => show('failed: ' + e)).finally(() => new Image().src = 'PACE/done');
            </script>
            """;

    /** What a page shows in the end. */
    private static String shown(NatsServer server, String page, Path folder) throws Exception {
        Optional<Path> browser = Browser.find();
        assumeTrue(browser.isPresent(), "no Chromium on this machine");
        HttpServer pace = pace();
        try {
            Path file = folder.resolve("page.html");
            Files.writeString(
                    file, page.replace("URL", server.webSocketUrl()).replace("PACE", url(pace)));
            return Browser.rendered(browser.get(), file.toUri().toString(), folder);
        } finally {
            pace.stop(0);
        }
    }

    private static NatsServer start(Mode mode, LogLines log, boolean compressed)
            throws IOException {
        String text =
                "websocket { listen: '127.0.0.1:-1', no_tls: true, compression: %s }"
                        .formatted(compressed);
        return Modes.start(mode, log, options -> Configured.into(options, text));
    }

    private static void shouldTalk(Mode mode, Path folder, boolean compressed) throws Exception {
        LogLines log = new LogLines();
        try (NatsServer server = start(mode, log, compressed)) {
            assertThat(shown(server, PAGE, folder))
                    .contains("greeted: true")
                    .contains(compressed ? "extensions: permessage-deflate" : "extensions: \n")
                    .contains("large: true", "length: 100060", "small: true")
                    .contains("closed: 1002 Protocol Violation");
            log.await(" - wid:1 - ", "Client connection closed: Protocol Violation");
        }
    }

    /** The browser's clock waits for answers to requests, though not for WebSockets. */
    private static HttpServer pace() throws IOException {
        CountDownLatch done = new CountDownLatch(1);
        HttpServer pace =
                HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        pace.setExecutor(task -> Thread.ofPlatform().daemon().start(task));
        pace.createContext(
                "/wait",
                exchange -> {
                    try {
                        boolean _ = done.await(LIMIT_S, TimeUnit.SECONDS);
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                    answer(exchange);
                });
        pace.createContext(
                "/done",
                exchange -> {
                    done.countDown();
                    answer(exchange);
                });
        pace.start();
        return pace;
    }

    private static void answer(HttpExchange exchange) throws IOException {
        exchange.sendResponseHeaders(204, -1);
        exchange.close();
    }

    private static String url(HttpServer pace) {
        return "http://127.0.0.1:" + pace.getAddress().getPort();
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldPublishAndSubscribeInABrowser(Mode mode, @TempDir Path folder) throws Exception {
        shouldTalk(mode, folder, false);
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldCompressForABrowser(Mode mode, @TempDir Path folder) throws Exception {
        shouldTalk(mode, folder, true);
    }

    /** nats.js in one file; what the build installs stands on the path, as nats-server does. */
    private static Optional<Path> library() {
        return Stream.of(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator))
                .map(folder -> Path.of(folder, "nats.js"))
                .filter(Files::isRegularFile)
                .findFirst();
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void shouldServeTheLibraryOfPages(Mode mode, @TempDir Path folder) throws Exception {
        Optional<Path> library = library();
        assumeTrue(library.isPresent(), "no nats.js on the PATH");
        String page = LIBRARY_PAGE.replace("LIBRARY", library.get().toUri().toString());
        try (NatsServer server = start(mode, new LogLines(), true)) {
            assertThat(shown(server, page, folder))
                    .contains("page.large: 100000 xxxxx\n", "page.small: 5 hello blue\n")
                    .contains("answer: you said hi\n", "nobody: RequestError\n")
                    .contains("drained: true\n");
        }
    }
}
