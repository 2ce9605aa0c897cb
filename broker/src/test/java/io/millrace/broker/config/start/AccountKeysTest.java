package io.millrace.broker.config.start;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.config.MemorySource;
import io.millrace.broker.config.account.Access;
import io.millrace.broker.config.account.AccountLimits;
import io.millrace.broker.config.account.AccountOptions;
import io.millrace.broker.config.account.MappingOptions;
import io.millrace.broker.config.account.ServiceExport;
import io.millrace.broker.config.account.ServiceExport.Latency;
import io.millrace.broker.config.account.ServiceExport.ResponseType;
import io.millrace.broker.config.account.ServiceImport;
import io.millrace.broker.config.account.StreamExport;
import io.millrace.broker.config.account.StreamImport;
import io.millrace.broker.config.account.TraceOptions;
import io.millrace.broker.config.auth.AuthOptions;
import io.millrace.protocol.MapDest;
import io.millrace.protocol.SubjectPair;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.time.Duration;
import java.util.List;
import java.util.Set;

class AccountKeysTest {
    private static final String NKEY = "ADLVVGABQKYQVN6VJP7NHSLEA45A5YLS6PNKMIZFV4BBU2HXA5IRVRTU";

    private final OptionsBuilder options = new OptionsBuilder();

    private ConfigFile read(String text) {
        return ConfigFile.read(new MemorySource().file("c", text), "c", options);
    }

    private AuthOptions auth(String text) {
        assertThat(read(text).errors()).isEmpty();
        return options.conclude(2).auth();
    }

    private AccountOptions account(String text, String name) {
        return auth(text).accounts().stream()
                .filter(each -> each.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    // --- what the documents show

    private static final String SHARED =
            """
            accounts: {
                A: {
                    users: [ {user: a, password: a} ]
                    exports: [
                        {stream: puba.>}
                        {service: pubq.>}
                        {stream: b.>, accounts: [B]}
                        {service: q.b, accounts: [B]}
                    ]
                },
                B: {
                    users: [ {user: b, password: b} ]
                    imports: [
                        {stream: {account: A, subject: b.>}}
                        {service: {account: A, subject: q.b}}
                    ]
                }
                C: {
                    users: [ {user: c, password: c} ]
                    imports: [
                        {stream: {account: A, subject: puba.>}, prefix: from_a}
                        {service: {account: A, subject: pubq.C}, to: Q}
                    ]
                }
            }
            no_auth_user: a
            """;

    @Test
    void shouldTakeTheSharedSubjectsOfTheDocument() {
        AuthOptions auth = auth(SHARED);
        AccountOptions a = auth.accounts().get(0);
        AccountOptions b = auth.accounts().get(1);
        AccountOptions c = auth.accounts().get(2);
        Access onlyB = new Access(Set.of("B"), 0);
        assertThat(auth.accountNames()).containsExactly("A", "B", "C");
        assertThat(a.streamExports())
                .containsExactly(
                        new StreamExport("puba.>", Access.PUBLIC), new StreamExport("b.>", onlyB));
        assertThat(a.serviceExports())
                .containsExactly(service("pubq.>", Access.PUBLIC), service("q.b", onlyB));
        assertThat(b.streamImports()).containsExactly(new StreamImport("A", "b.>", "b.>", false));
        assertThat(b.serviceImports()).containsExactly(new ServiceImport("A", "q.b", "q.b", false));
        assertThat(c.streamImports())
                .containsExactly(new StreamImport("A", "puba.>", "from_a.puba.>", false));
        assertThat(c.serviceImports())
                .containsExactly(new ServiceImport("A", "pubq.C", "Q", false));
    }

    private static ServiceExport service(String subject, Access access) {
        return new ServiceExport(
                subject, access, ResponseType.SINGLETON, Duration.ofMinutes(2), null, false);
    }

    @Test
    void shouldTakeTheMappingsOfTheDocument() {
        AuthOptions auth =
                auth(
                        """
                        server_name: "hub"
                        mappings: {
                          foo: bar
                          "bar.*.*": "baz.$2.$1"
                          "events.>": "mqtt.events.>"
                          "transform.order.{{wildcard(1)}}": other
                          "neworders.*": "neworders.{{wildcard(1)}}.{{partition(5,1)}}"
                          "orders.*.*": "orders.{{wildcard(2)}}.{{wildcard(1)}}.{{partition(3,1,2)}}"
                          "split.*": "{{split(1,-)}}"
                          "left.*": "{{SplitFromLeft(1,3)}}.{{splitfromright(1,3)}}"
                          "slice.*": "{{sliceFromLeft(1,2)}}.{{SliceFromRight(1,2)}}"
                          "ends.*": "{{left(1,2)}}.{{right(1,2)}}.{{random(10)}}"
                          "myservice.requests": [
                            { destination: "myservice.requests.v1", weight: 98% }
                            { destination: "myservice.requests.v2", weight: 2% }
                          ]
                          "foo.loss.>": [ { destination: "foo.loss.>", weight: 50% } ]
                          "west": [
                            { destination: "west.1", weight: 100%, cluster: "west" }
                            { destination: "east.1", weight: 100%, cluster: "east" }
                          ]
                        }
                        accounts {
                          accountA: { mappings: { "orders.acme.*": "orders.$1" } }
                        }
                        """);
        AccountOptions a = auth.accounts().getFirst();
        AccountOptions global = auth.accounts().getLast();
        assertThat(a.mappings())
                .containsExactly(
                        new MappingOptions(
                                "orders.acme.*", List.of(new MapDest("orders.$1", 100))));
        assertThat(global.name()).isEqualTo("$G");
        assertThat(auth.accountNames()).containsExactly("accountA");
        assertThat(global.mappings()).hasSize(13);
        assertThat(global.mappings().getFirst())
                .isEqualTo(new MappingOptions("foo", List.of(new MapDest("bar", 100))));
        assertThat(global.mappings().getLast().destinations())
                .containsExactly(
                        new MapDest("west.1", 100, "west"), new MapDest("east.1", 100, "east"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "accounts: { A: {users: [{user: a, password: a}]}, B: {users: [{user: b}]} }",
                "accounts: { $SYS: { users: [{user: admin, pass: p}] } }",
                """
                accounts {
                  SYS { users: [{user: sys, password: s}]
                        exports: [{service: "$SYS.REQ.>", accounts: [OPS]}] }
                  OPS { imports: [{service: {account: SYS, subject: "$SYS.REQ.>"}}] }
                }
                system_account: SYS
                """,
                """
                accounts {
                  WEATHER { exports: [
                    {service: "weather.requests.>", latency: {sampling: 100%, subject: lat}}
                    {service: "feedback", response_type: stream}
                    {service: "w.*.ask", account_token_position: 2, allow_trace: true}
                  ] }
                  CUSTOMER { imports: [
                    {service: {account: WEATHER, subject: "weather.requests.us"}, to: weather, share: true}
                    {service: {account: WEATHER, subject: w.CUSTOMER.ask}, to: ask}
                  ] }
                }
                """,
                """
                TRACES: { dest: "trace.a", sampling: 25 }
                accounts {
                  X: 5
                  A { msg_trace: $TRACES, limits { max_conn: $X } }
                }
                """
            })
    void shouldTakeOtherExamples(String text) {
        auth(text);
    }

    // --- every key

    @Test
    void shouldTakeEveryKeyOfAnAccount() {
        String text =
                """
                accounts {
                  A {
                    nkey: %s
                    limits { max_conn: 1, max_subs: 2, max_pay: 3k, max_leafs: 4 }
                    trace_dest: { dest: t, sampling: '7%%' }
                    maps { a: {dest: b, weight: 40, cluster: c} }
                    mappings { d: e }
                    exports = [
                      {service: s1, response: chunk, response_time: '90s', accounts: [B, A]}
                      {service: s2, response_type: Stream, threshold: '1ms', allow_trace: true}
                      {service: s3, response: single, response_max_time: '0s', latency: l}
                      {service: 's4.*.*', account_token_position: 3,
                       latency: {sampling: ' Headers ', subject: l4}}
                      {stream: 'x.*', account_token_position: 2}
                    ]
                  }
                  B { imports = [
                    {stream: {account: A, subject: x.B}, to: y, allow_trace: true}
                    {service: {account: A, subject: s1}, share: true, to: z}
                    {service: {account: A, subject: s4.a.B}}
                  ] }
                }
                """
                        .formatted(NKEY);
        AccountOptions a = account(text, "A");
        assertThat(a.nkey()).isEqualTo(NKEY);
        assertThat(a.limits()).isEqualTo(new AccountLimits(1, 2, 3000, 4));
        assertThat(a.trace()).isEqualTo(new TraceOptions("t", 7));
        assertThat(a.mappings())
                .containsExactly(
                        new MappingOptions("a", List.of(new MapDest("b", 40, "c"))),
                        new MappingOptions("d", List.of(new MapDest("e", 100))));
        Duration usual = ServiceExport.DEFAULT_THRESHOLD;
        assertThat(a.serviceExports())
                .containsExactly(
                        new ServiceExport(
                                "s1",
                                new Access(Set.of("A", "B"), 0),
                                ResponseType.CHUNKED,
                                Duration.ofSeconds(90),
                                null,
                                false),
                        new ServiceExport(
                                "s2",
                                Access.PUBLIC,
                                ResponseType.STREAM,
                                Duration.ofMillis(1),
                                null,
                                true),
                        new ServiceExport(
                                "s3",
                                Access.PUBLIC,
                                ResponseType.SINGLETON,
                                usual,
                                new Latency("l", 100),
                                false),
                        new ServiceExport(
                                "s4.*.*",
                                new Access(null, 3),
                                ResponseType.SINGLETON,
                                usual,
                                new Latency("l4", Latency.BY_HEADERS),
                                false));
        assertThat(a.streamExports()).containsExactly(new StreamExport("x.*", new Access(null, 2)));
        AccountOptions b = account(text, "B");
        assertThat(b.streamImports()).containsExactly(new StreamImport("A", "x.B", "y", true));
        assertThat(b.serviceImports())
                .containsExactly(
                        new ServiceImport("A", "s1", "z", true),
                        new ServiceImport("A", "s4.a.B", "s4.a.B", false));
        assertThat(b.limits()).isEqualTo(AccountLimits.NONE);
        assertThat(b.trace()).isNull();
    }

    @Test
    void shouldTakeOneExportOfTwoThatHaveTheSameSubject() {
        String text =
                """
                accounts {
                  A { exports: [
                    {stream: s, accounts: [B]}, {stream: s, accounts: [C]}, {stream: s}
                    {service: r, response: stream, threshold: '1s'}, {service: r, accounts: [B]}
                  ] }
                  B {}, C {}
                }
                """;
        AccountOptions a = account(text, "A");
        assertThat(a.streamExports())
                .containsExactly(new StreamExport("s", new Access(Set.of("B", "C"), 0)));
        assertThat(a.serviceExports())
                .containsExactly(
                        new ServiceExport(
                                "r",
                                new Access(Set.of("B"), 0),
                                ResponseType.STREAM,
                                Duration.ofMinutes(2),
                                null,
                                false));
    }

    @Test
    void shouldLetALaterMappingTakeThePlaceOfTheFormer() {
        String text = "maps { a: b, c: d }\nmappings { a: e }";
        assertThat(account(text, "$G").mappings())
                .containsExactly(
                        new MappingOptions("a", List.of(new MapDest("e", 100))),
                        new MappingOptions("c", List.of(new MapDest("d", 100))));
        assertThat(auth("mappings {}").accounts()).isEmpty();
    }

    /** What the importing account calls it, and what it is for the exporting one. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    stream  | a     | prefix: p               | p.a
                    stream  | a     | prefix: 'p.'            | p.a
                    stream  | a     | to: b                   | b
                    stream  | a.*.> | prefix: p               | p.a.*.>
                    stream  | a.*.* | to: 'b.*.*'             | b.*.*
                    stream  | a.*.* | to: 'b.$2.$1'           | b.$2.$1
                    stream  | a.*.* | ``                      | a.*.*
                    service | a     | to: b                   | b
                    service | a.*   | ``                      | a.*
                    service | a.*   | to: 'b.*'               | b.*
                    service | a.*.*.* | to: 'b.$2.$3.$1'      | b.$2.$3.$1
                    service | a.>   | to: 'b.>'               | b.>
                    service | a.*.x | to: 'b.{{wildcard(1)}}' | b.{{wildcard(1)}}
                    """)
    void shouldKnowImportsByBothSubjects(String kind, String subject, String more, String here)
            throws Exception {
        String text =
                """
                accounts { A { exports: [{%1$s: '%2$s'}] }
                B { imports: [{%1$s: {account: A, subject: '%2$s'}
                %3$s}] } }
                """
                        .formatted(kind, subject, more);
        AccountOptions b = account(text, "B");
        SubjectPair.of(subject, here);
        if (kind.equals("stream")) {
            assertThat(b.streamImports())
                    .containsExactly(new StreamImport("A", subject, here, false));
        } else {
            assertThat(b.serviceImports())
                    .containsExactly(new ServiceImport("A", subject, here, false));
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    {stream: a, accounts: [B]}                                     | a     | true
                    {stream: a, accounts: [A]}                                     | a     | false
                    {stream: 'a.*', accounts: [B]}                                 | a.x   | true
                    {stream: 'a.*', accounts: [B]}                                 | a.*   | true
                    {stream: 'a.*', accounts: [B]}                                 | a.>   | false
                    {stream: 'a.>', accounts: [B]}                                 | a.*   | true
                    {stream: 'a.>'}                                                | a     | false
                    {stream: '*.b'}                                                | a.b   | true
                    {stream: '*.b'}                                                | a.*   | false
                    {stream: 'a.*.c', account_token_position: 2}                   | a.B.c | true
                    {stream: 'a.*.c', account_token_position: 2}                   | a.A.c | false
                    {stream: 'a.*.c', account_token_position: 2}                   | a.*.c | false
                    {stream: 'a.*', account_token_position: 2, accounts: [A]}      | a.B   | true
                    {stream: 'a.>', accounts: [A]}, {stream: 'a.*'}                | a.x   | true
                    {stream: 'a.>'}, {stream: 'a.x', accounts: [A]}                | a.x   | false
                    {service: a}                                                   | a     | false
                    """)
    void shouldLetAccountsImportWhatTheyMay(String exports, String subject, boolean may) {
        List<String> errors =
                read("accounts { A { exports: [%s] }\nB { imports: [{stream: {account: A, subject: '%s'}}] } }"
                                .formatted(exports, subject))
                        .errors();
        assertThat(errors)
                .isEqualTo(
                        may
                                ? List.of()
                                : List.of(
                                        "c:2:15: Error adding stream import \""
                                                + subject
                                                + "\": stream import not authorized"));
    }

    // --- what is wrong

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
            nkey: X                                                       | 1:15 | Not a valid public nkey for an account: "X"
            nkey: 5                                                       | 1:15 | nkey must be a string, but is an integer
            exports: {}                                                   | 1:15 | Exports should be an array, got a map
            exports: [a]                                                  | 1:25 | Export Items should be a map with type entry, got a string
            exports: [{stream: 5}]                                        | 1:26 | Expected stream name to be string, got an integer
            exports: [{service: [a]}]                                     | 1:26 | Expected service name to be string, got an array
            exports: [{stream: a, service: b}]                            | 1:37 | Detected service "b" but already saw a stream
            exports: [{service: a, stream: b}]                            | 1:38 | Detected stream "b" but already saw a service
            exports: [{stream: a, response: stream}]                      | 1:37 | Detected response directive on non-service
            exports: [{threshold: '1s', stream: a}]                       | 1:26 | Detected response directive on non-service
            exports: [{stream: a, latency: b}]                            | 1:37 | Detected latency directive on non-service
            exports: [{stream: a, allow_trace: true}]                     | 1:37 | Detected allow_trace directive on non-service
            exports: [{service: a, response: 5}]                          | 1:38 | Expected response type to be string, got an integer
            exports: [{service: a, response: x}]                          | 1:38 | Unknown response type: "x"
            exports: [{service: a, response: single, response_type: single}] | 1:56 | Duplicate response type definition
            exports: [{service: a, threshold: 5}]                         | 1:38 | Expected response threshold to be a parseable time duration, got an integer
            exports: [{service: a, threshold: x}]                         | 1:38 | Expected response threshold to be a parseable time duration, got "x"
            exports: [{service: a, threshold: '-1s'}]                     | 1:38 | response threshold can not be negative: -1s
            exports: [{service: a, threshold: '1s', response_time: '1s'}] | 1:55 | Duplicate response threshold detected
            exports: [{service: a, accounts: A}]                          | 1:38 | accounts must be an array, but is a string
            exports: [{service: a, accounts: [[]]}]                       | 1:38 | account must be a string, but is an array
            exports: [{service: a, latency: 5}]                           | 1:38 | Expected latency entry to be a map/struct or string, got an integer
            exports: [{service: a, latency: {sampling: 5}}]               | 1:38 | Latency subject required, but missing
            exports: [{service: a, latency: {subject: 5}}]                | 1:48 | Expected latency subject to be a string, got an integer
            exports: [{service: a, latency: {subject: b, sampling: 0}}]   | 1:60 | bad sampling percentage, should be 1-100
            exports: [{service: a, latency: {subject: b, sampling: '101%'}}] | 1:60 | bad sampling percentage, should be 1-100
            exports: [{service: a, latency: {subject: b, sampling: '5%%'}}]  | 1:60 | Failed to parse latency sample: strconv.Atoi: parsing "5%": invalid syntax
            exports: [{service: a, latency: {subject: b, sampling: '99999999999999999999'}}] | 1:60 | Failed to parse latency sample: strconv.Atoi: parsing "99999999999999999999": value out of range
            exports: [{service: a, latency: {subject: b, sampling: true}}] | 1:60 | Expected latency sample to be a string or map/struct, got a boolean
            exports: [{service: a, latency: {subject: b, smpling: 5}}]    | 1:60 | unknown field "smpling"; did you mean "sampling"?
            exports: [{service: a, latency: 'b.*'}]                       | 1:25 | Error adding service latency sampling for "a" on subject "b.*": invalid publish subject
            exports: [{service: 'a.>', latency: a.b}]                     | 1:25 | Error adding service latency sampling for "a.>" on subject "a.b": invalid publish subject
            exports: [{service: a, latency: b, response: chunked}]        | 1:25 | Error adding service latency sampling for "a" on subject "b": bad service response type
            exports: [{stream: a, accounts: [Z]}]                         | 1:25 | "Z" account not defined for stream export
            exports: [{service: a, accounts: [B, $G]}]                    | 1:25 | "$G" account not defined for service export
            exports: [{stream: 'a..b'}]                                   | 1:25 | Error adding stream export "a..b": sublist: invalid subject
            exports: [{stream: 'a.*', account_token_position: 1}]         | 1:25 | Error adding stream export "a.*": sublist: invalid subject
            exports: [{service: 'a.*', account_token_position: 3}]        | 1:25 | Error adding service export "a.*": sublist: invalid subject
            exports: [{service: 'a.*', account_token_position: -1}]       | 1:25 | Error adding service export "a.*": sublist: invalid subject
            exports: [{service: a, strean: b}]                            | 1:38 | unknown field "strean"; did you mean "stream"?
            imports: {}                                                   | 1:15 | Imports should be an array, got a map
            imports: [5]                                                  | 1:25 | Import Items should be a map with type entry, got an integer
            imports: [{stream: a}]                                        | 1:26 | Stream entry should be an account map, got a string
            imports: [{service: a}]                                       | 1:26 | Service entry should be an account map, got a string
            imports: [{stream: {account: B}}]                             | 1:26 | Expect an account name and a subject
            imports: [{service: {subject: b}}]                            | 1:26 | Expect an account name and a subject
            imports: [{stream: {account: B, subjct: b}}]                  | 1:47 | unknown field "subjct"; did you mean "subject"?
            imports: [{stream: {account: B, subject: st}, service: {account: B, subject: sv}}] | 1:61 | Detected service but already saw a stream
            imports: [{service: {account: B, subject: sv}, stream: {account: B, subject: st}}] | 1:62 | Detected stream but already saw a service
            imports: [{prefix: p, to: t, stream: {account: B, subject: st}}] | 1:37 | Stream import can not have a 'prefix' and a 'to' property
            imports: [{service: {account: B, subject: sv}, allow_trace: true}] | 1:62 | Detected allow_trace directive on a non-stream
            imports: [{service: {account: B, subject: sv}, share: 5}]     | 1:62 | share must be a boolean, but is an integer
            imports: [{stream: {account: Z, subject: b}}]                 | 1:25 | "Z" account not defined for stream import
            imports: [{service: {account: $G, subject: b}}]               | 1:25 | "$G" account not defined for service import
            imports: [{stream: {account: B, subject: sv}}]                | 1:25 | Error adding stream import "sv": stream import not authorized
            imports: [{stream: {account: B, subject: 's t'}}]             | 1:25 | Error adding stream import "s t": stream import not authorized
            imports: [{service: {account: B, subject: st}}]               | 1:25 | Error adding service import "st": service import not authorized
            imports: [{service: {account: B, subject: sv}, to: 'a..b'}]   | 1:25 | Error adding service import "sv": sublist: invalid subject
            imports: [{service: {account: B, subject: 'w.$1'}, to: a}]    | 1:25 | Error adding service import "w.$1": failed to create mapping transform for service import subject from "a" to "w.$1": invalid subject
            imports: [{service: {account: B, subject: sv}, to: 'a.{{random(3)}}'}] | 1:25 | Error adding service import "sv": failed to create mapping transform for service import subject from "a.{{random(3)}}" to "sv": invalid mapping destination: the only mapping function allowed for import transforms is {{Wildcard()}} in {{random(3)}}
            imports: [{stream: {account: B, subject: 'v.*'}, to: 'a.$0'}] | 1:25 | Error adding stream import "v.*": failed to create mapping transform for stream import subject from "v.*" to "a.$0": it can not be undone
            imports: [{service: {account: B, subject: 'w.*'}, to: a}]     | 1:25 | Error adding service import "w.*": failed to create mapping transform for service import subject from "a" to "w.*": invalid mapping destination: not using all of the token wildcard(s) in a
            imports: [{service: {account: B, subject: 'w.*'}, to: 'a.$1.$1'}] | 1:25 | Error adding service import "w.*": failed to create mapping transform for service import subject from "a.$1.$1" to "w.*": it can not be undone
            imports: [{stream: {account: B, subject: st}, prefix: 'p.*'}] | 1:25 | Error adding stream import "st": stream import prefix can not contain wildcard tokens
            imports: [{stream: {account: B, subject: st}, prefix: 'p q'}] | 1:25 | Error adding stream import "st": failed to create mapping transform for stream import subject from "st" to "p q.st": invalid subject
            imports: [{stream: {account: B, subject: 'v.*'}, to: 'a'}]    | 1:25 | Error adding stream import "v.*": failed to create mapping transform for stream import subject from "v.*" to "a": invalid mapping destination: not using all of the token wildcard(s) in a
            imports: [{stream: {account: B, subject: 'v.*'}, to: 'a.{{left(1,1)}}'}] | 1:25 | Error adding stream import "v.*": failed to create mapping transform for stream import subject from "v.*" to "a.{{left(1,1)}}": invalid mapping destination: the only mapping function allowed for import transforms is {{Wildcard()}} in {{left(1,1)}}
            imports: [{stream: {account: B, subject: st}}, {stream: {account: B, subject: st}, to: q}] | 1:62 | Error adding stream import "st": stream import already exists
            imports: [{service: {account: B, subject: sv}}, {service: {account: B, subject: w.a}, to: sv}] | 1:63 | Duplicate service import subject "sv", previously used in import for account "B", subject "sv"
            imports: [{service: {account: B, subject: 'w.*'}, to: 'x.$1'}, {service: {account: B, subject: 'w.*'}, to: 'x.*'}] | 1:78 | Error adding service import "w.*": duplicate service import subject "x.$1", previously used in import for account "B", subject "w.*"
            exports: [{stream: s}], imports: [{stream: {account: A, subject: s}}] | 1:49 | Error adding stream import "s": import forms a cycle
            limits: 5                                                     | 1:15 | Expected account limits to be a map/struct, got an integer
            limits: {max_con: 5}                                          | 1:24 | Unknown field "max_con" parsing account limits
            limits: {max_conn: '5'}                                       | 1:24 | max_conn must be a whole number, but is a string; leave out the quotes
            limits: {max_subs: -2}                                        | 1:24 | max_subs must be -1 or more: -2
            limits: {max_payload: 3gb}                                    | 1:24 | max_payload value is too big
            msg_trace: 5                                                  | 1:15 | Expected account message trace "msg_trace" to be a string or a map/struct, got an integer
            msg_trace: 't.*'                                              | 1:15 | Trace destination "t.*" is not valid
            trace_dest: {dest: 5}                                         | 1:28 | Field "dest" should be a string, got an integer
            trace_dest: {dest: t, sampling: 0}                            | 1:37 | Ttrace destination sampling value 0 is invalid, needs to be [1..100]
            trace_dest: {dest: t, sampling: '101'}                        | 1:37 | Ttrace destination sampling value 101 is invalid, needs to be [1..100]
            trace_dest: {dest: t, sampling: 'x%'}                         | 1:37 | Invalid trace destination sampling value "x%"
            trace_dest: {dest: t, sampling: true}                         | 1:37 | Trace destination sampling field "sampling" should be an integer or a percentage, got a boolean
            trace_dest: {foo: t}                                          | 1:28 | Unknown field "foo" parsing account message trace map/struct "trace_dest"
            mappings: 5                                                   | 1:15 | mappings must be a map, but is an integer
            mappings: {'a..b': c}                                         | 1:26 | Subject "a..b" is not a valid subject
            mappings: {a: 'b..c'}                                         | 1:26 | Error adding mapping for "a" to "b..c" : invalid mapping destination: invalid transform
            mappings: {a: 5}                                              | 1:29 | Expected an entry for the mapping destination
            mappings: {a: [b]}                                            | 1:30 | Expected an entry for the mapping destination
            mappings: {a: {dest: b}}                                      | 1:29 | Missing weight for mapping destination "b"
            mappings: {a: {dest: b, weight: 101}}                         | 1:39 | Invalid weight 101 for mapping destination
            mappings: {a: {dest: b, weight: 'x%'}}                        | 1:39 | Invalid weight "x" for mapping destination
            mappings: {a: {dest: b, weight: true}}                        | 1:39 | Unknown entry type for weight of a boolean
            mappings: {a: {dest: b, weight: 5, foo: 5}}                   | 1:50 | Unknown field "foo" for mapping destination
            mappings: {a: {weight: 5}}                                    | 1:26 | Error adding mapping for "a" : invalid subject
            mappings: {a: [{dest: b, weight: 60}, {dest: c, weight: 60}]} | 1:26 | Error adding mapping for "a" : total weight needs to be <= 100
            mappings: {a: [{dest: b, weight: 6}, {dest: b, weight: 6}]}   | 1:26 | Error adding mapping for "a" : duplicate entry for "b"
            mappings: {'a.*': 'b.$2'}                                     | 1:26 | Error adding mapping for "a.*" to "b.$2" : invalid mapping destination: wildcard index out of range in $2: [2]
            mappings: {'a.*': 'b.{{foo(1)}}'}                             | 1:26 | Error adding mapping for "a.*" to "b.{{foo(1)}}" : invalid mapping destination: unknown function in {{foo(1)}}
            """)
    void shouldSayWhatIsWrongAndWhere(String inside, String where, String message) {
        String text =
                "accounts { A {%s}\nB {exports: [{stream: st}, {stream: 'v.*'}, {service: sv}, {service: 'w.*'}]} }"
                        .formatted(inside.replace("$G", "'$G'"));
        assertThat(read(text).errors()).containsExactly("c:" + where + ": " + message);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    exports: [{}]                                                  | 1:25 | an export without stream or service exports nothing
                    exports: [{stream: a, accounts: []}]                           | 1:37 | an empty list of accounts lets all of them import
                    imports: [{to: x}]                                             | 1:25 | an import without stream or service imports nothing
                    imports: [{stream: {account: B, subject: st}, share: true}]    | 1:61 | share says nothing of a stream, only of a service
                    imports: [{service: {account: B, subject: sv}, prefix: p}]     | 1:62 | prefix says nothing of a service, only of a stream
                    trace_dest: {sampling: 5}                                      | 1:15 | Trace destination sampling ignored since no destination was set
                    """)
    void shouldWarnOfWhatSaysNothing(String inside, String where, String message) {
        ConfigFile read =
                read(
                        "accounts { A {%s}\nB {exports: [{stream: st}, {service: sv}]} }"
                                .formatted(inside));
        assertThat(read.errors()).isEmpty();
        assertThat(read.warnings()).containsExactly("c:" + where + ": " + message);
    }

    @Test
    void shouldReportAllThatIsWrongWithTheAccountsTogether() {
        assertThat(
                        read("""
                                        accounts {
                                          A {
                                            exports: [{stream: a, accounts: [X, Y]}]
                                            imports: [
                                              {stream: {account: B, subject: b}}
                                              {service: {account: C, subject: b}}
                                            ]
                                          }
                                          B {}
                                        }
                                        """)
                                .errors())
                .containsExactly(
                        "c:3:15: \"X\" account not defined for stream export",
                        "c:3:15: \"Y\" account not defined for stream export",
                        "c:5:7: Error adding stream import \"b\": stream import not authorized",
                        "c:6:7: \"C\" account not defined for service import");
    }

    @Test
    void shouldMeasureNothingWithoutASystemAccountWhereverThatIsSaid() {
        String accounts = "accounts { A { exports: [{service: a, latency: b}] } }";
        String error = "Error adding service latency sampling for \"a\": system account not setup";
        assertThat(read(accounts + "\nno_system_account: true").errors())
                .containsExactly("c:1:26: " + error);
        assertThat(read("no_system_account: true\n" + accounts).errors())
                .containsExactly("c:2:26: " + error);
    }

    @Test
    void shouldNotMixASingleUserWithAccounts() {
        String accounts = "accounts { A { users: [{user: a, password: b}] } }\n";
        assertThat(read("authorization {user: c, password: d}\n" + accounts).errors())
                .containsExactly("c:2:16: Can not have a single user/pass and accounts");
        assertThat(new AccountKeysTest().read("authorization {token: c}\n" + accounts).errors())
                .containsExactly("c:2:16: Can not have a token and accounts");
        assertThat(new AccountKeysTest().read(accounts + "authorization {token: c}").errors())
                .containsExactly("c:2:15: Can not have a token and a users array");
    }

    @Test
    void shouldBoundWhatIsWrittenOfSubjects() {
        String most = "b".repeat(4096);
        assertThat(read("mappings { a: %s }".formatted(most)).errors()).isEmpty();
        assertThat(read("mappings { a: %sb }".formatted(most)).errors())
                .containsExactly("c:1:12: destination has 4097 bytes, but 4096 are the most");
        String partition = "'b.{{partition(3" + ",1".repeat(3000) + ")}}'";
        assertThat(read("mappings { 'a.*': %s }".formatted(partition)).errors())
                .containsExactly("c:1:12: destination has 6018 bytes, but 4096 are the most");
        assertThat(read("accounts { A { exports: [{stream: %sb}] } }".formatted(most)).errors())
                .containsExactly("c:1:27: stream has 4097 bytes, but 4096 are the most");
        assertThat(
                        read("accounts { A { imports: [{stream: {account: B, subject: b}, to: %sb}] } }"
                                        .formatted(most))
                                .errors())
                .containsExactly("c:1:61: to has 4097 bytes, but 4096 are the most");
    }

    // --- what a reload sees

    @Test
    void shouldTakeOverAnyChangeOfAnAccountWithoutARestart() {
        Options running = options(SHARED);
        assertThat(OptionsChange.between(running, options(SHARED))).isEmpty();
        for (String changed :
                List.of(
                        SHARED.replace("to: Q", "to: P"),
                        SHARED.replace("prefix: from_a", "to: 'x.>'"),
                        SHARED.replace("q.b, accounts: [B]", "q.b, accounts: [B, C]"),
                        SHARED.replace("exports:", "limits: {max_conn: 5}, exports:"),
                        SHARED + "mappings { a: b }\n")) {
            Options wanted = options(changed);
            assertThat(OptionsChange.between(running, wanted))
                    .singleElement()
                    .satisfies(
                            change -> {
                                assertThat(change.live()).isTrue();
                                assertThat(change.text()).isEqualTo("Reloaded: accounts");
                            });
            assertThat(wanted.keeping(running).auth().accounts())
                    .isEqualTo(wanted.auth().accounts());
        }
    }

    private static Options options(String text) {
        OptionsBuilder fresh = new OptionsBuilder();
        Configured.into(fresh, text);
        return fresh.conclude(2);
    }
}
