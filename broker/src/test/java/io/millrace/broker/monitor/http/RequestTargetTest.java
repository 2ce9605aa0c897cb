package io.millrace.broker.monitor.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.monitor.http.RequestTarget.Elsewhere;
import io.millrace.broker.monitor.http.RequestTarget.Malformed;
import io.millrace.broker.monitor.http.RequestTarget.Resource;
import io.millrace.broker.monitor.http.RequestTarget.Server;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What nats-server 2.15.2 answers to these first lines was seen on a raw socket. */
class RequestTargetTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = ' ',
            quoteCharacter = '`',
            value = {
                "// /",
                "//varz /varz",
                "/./varz /varz",
                "/x/../varz /varz",
                "/../varz /varz",
                "/varz/.. /",
                "/varz/. /varz",
                "/varz// /varz/",
                "/. /",
                "/.. /",
                "/./nope/ /nope/",
                "/b/c//varz /b/c/varz",
                "/b/c/../varz /b/varz",
                "/b/c/.. /b",
                "//varz?a=b&c /varz?a=b&c",
                "//varz? /varz",
                "//?x /?x",
                "/x/..?q /?q",
                "//h/varz /h/varz",
                "//%76arz /%2576arz",
                "/a%20b// /a%2520b/",
                "/a//b%2f..%2fc /a/b%252f..%252fc",
                "/%7e// /%257e/",
                "/a//?%zz /a/?%zz",
                "/a//?\u00e9 /a/?\u00e9",
                "//v\u00e9rz /v%25E9rz",
                "/<a>//\"'& /%253Ca%253E/%2522%2527&",
                "/!$&()*,;=:@// /%21$&%28%29%2A,;=:@/",
                "/[x]// /%5Bx%5D/",
                "/{x}// /%257Bx%257D/",
                "/a+b// /a+b/",
                "/http://x//y /http:/x/y",
                "http://h /",
                "http://h?x /?x",
                "http://h:99//varz /varz",
                "http://u:p@h//varz /varz",
                "http://[::1]//varz /varz",
                "mailto:x /",
                "http:varz /"
            })
    void shouldSendToTheCleanPath(String target, String location) {
        assertThat(RequestTarget.of("GET", target)).isEqualTo(new Elsewhere(location));
        assertThat(RequestTarget.of("POST", target)).isEqualTo(new Elsewhere(location));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ' ',
            quoteCharacter = '`',
            value = {
                "/ /",
                "/varz /varz",
                "/varz/ /varz/",
                "/%76arz /varz",
                "/debug/%76ars /debug/vars",
                "/debug%2fvars /debug%2fvars",
                "/debug%2Fvars /debug%2Fvars",
                "/%2e/varz /./varz",
                "/x/%2e%2e/varz /x/../varz",
                "/varz%3fa=b /varz?a=b",
                "/varz#frag /varz#frag",
                "/varz;x /varz;x",
                "/v%c3%a9rz /v\u00e9rz",
                "/... /...",
                "http://h/varz /varz",
                "http:///varz /varz",
                "https://h/%76arz /varz",
                "HTTP://h/varz /varz",
                "ftp://h/varz /varz"
            })
    void shouldUndoEscapesSegmentBySegment(String target, String path) {
        assertThat(RequestTarget.of("GET", target)).isEqualTo(new Resource(path, ""));
    }

    @Test
    void shouldLeaveTheQueryAsItIs() {
        assertThat(RequestTarget.of("GET", "/varz?a=%2f/../?b"))
                .isEqualTo(new Resource("/varz", "a=%2f/../?b"));
        assertThat(RequestTarget.of("GET", "http://h/varz?")).isEqualTo(new Resource("/varz", ""));
        assertThat(RequestTarget.of("GET", "/connz?user=\u00c3\u00a9"))
                .isEqualTo(new Resource("/connz", "user=\u00e9"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "varz",
                "x/../varz",
                "/%zz",
                "/%",
                "/varz%",
                "/a\u007f",
                "/a\tb",
                "http://[::1/varz",
                "http://h:x/varz",
                "http://a b/varz",
                "http://h%41/varz",
                "http://u%zz@h/varz",
                "1:x"
            })
    void shouldRefuseWhatIsNoUrl(String target) {
        assertThat(RequestTarget.of("GET", target)).isEqualTo(new Malformed());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ' ',
            value = {
                "/varz /varz",
                "//varz //varz",
                "/varz/.. /varz/..",
                "/%76arz /varz",
                "h/varz /varz",
                "h:80/varz /varz",
                "http://h/varz //h/varz"
            })
    void shouldNotCleanThePathForConnect(String target, String path) {
        assertThat(RequestTarget.of("CONNECT", target)).isEqualTo(new Resource(path, ""));
    }

    @Test
    void shouldTakeAHostAloneForConnect() {
        assertThat(RequestTarget.of("CONNECT", "h:80")).isEqualTo(new Resource("", ""));
        assertThat(RequestTarget.of("CONNECT", "[::1]:80")).isEqualTo(new Resource("", ""));
    }

    /** Longer than a request's line may be; it must not take the more stack. */
    @Test
    void shouldReadALongUserAndHost() {
        String user = "u%41".repeat(5_000);
        String host = "h%80".repeat(5_000);
        assertThat(RequestTarget.of("GET", "http://" + user + '@' + host + ":80/varz"))
                .isEqualTo(new Resource("/varz", ""));
        assertThat(RequestTarget.of("GET", "http://" + user + '@' + host + "%41/varz"))
                .isEqualTo(new Malformed());
        assertThat(RequestTarget.of("GET", "http://" + user + "%4@" + host + "/varz"))
                .isEqualTo(new Malformed());
    }

    @Test
    void shouldTakeAnAsteriskForTheServer() {
        assertThat(RequestTarget.of("OPTIONS", "*")).isEqualTo(new Server());
        assertThat(RequestTarget.of("GET", "*")).isEqualTo(new Server());
    }
}
