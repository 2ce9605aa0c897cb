package io.millrace.broker.config.start;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.config.MemorySource;
import io.millrace.broker.config.Secret;
import io.millrace.broker.config.auth.AuthKeys;
import io.millrace.broker.config.auth.AuthOptions;
import io.millrace.broker.config.auth.PermissionOptions;
import io.millrace.broker.config.auth.PermissionOptions.ResponseRule;
import io.millrace.broker.config.auth.PermissionOptions.SubjectRules;
import io.millrace.broker.config.auth.UserOptions;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

class AuthKeysTest {
    private static final String NKEY = "UDXU4RCSJNZOIQHZNWXHXORDPRTGNJAHAHFRGZNEEJCPQTT2M7NLCNF4";

    private final OptionsBuilder options = new OptionsBuilder();

    private ConfigFile read(String text) {
        return ConfigFile.read(new MemorySource().file("c", text), "c", options);
    }

    private AuthOptions auth(String text) {
        assertThat(read(text).errors()).isEmpty();
        return options.conclude(2).auth();
    }

    private static Map<String, UserOptions> byName(AuthOptions auth) {
        return auth.users().stream()
                .collect(Collectors.toMap(UserOptions::name, Function.identity()));
    }

    // --- what the documents show

    @Test
    void shouldTakeTheSingleUserOfTheDocument() {
        AuthOptions auth =
                auth(
                        """
                        authorization {
                          user: derek
                          password: $2a$11$W2zko751KUvVy59mUTWmpOdWjpEm5qhcCZRd05GjI/sSOT.xtiHyG
                          timeout: 1
                        }
                        """);
        assertThat(auth.username()).isEqualTo("derek");
        assertThat(auth.password().value())
                .isEqualTo("$2a$11$W2zko751KUvVy59mUTWmpOdWjpEm5qhcCZRd05GjI/sSOT.xtiHyG");
        assertThat(auth.timeout()).isEqualTo(Duration.ofSeconds(1));
        assertThat(auth.isAnnounced()).isTrue();
        assertThat(auth.toString()).doesNotContain("$2a$");
    }

    @Test
    void shouldTakeThePermissionsOfTheDocument() {
        AuthOptions auth =
                auth(
                        """
                        authorization {
                          ADMIN = {
                            publish = ">"
                            subscribe = ">"
                          }
                          REQUESTOR = {
                            publish = ["req.foo", "req.bar"]
                            subscribe = "_INBOX.>"
                          }
                          RESPONDER = {
                            subscribe = ["req.foo", "req.bar"]
                            publish = "_INBOX.>"
                          }
                          DEFAULT_PERMISSIONS = {
                            publish = "SANDBOX.*"
                            subscribe = ["PUBLIC.>", "_INBOX.>"]
                          }
                          PASS: abcdefghijklmnopqrstuvwxwz0123456789
                          users = [
                            {user: joe, password: foo, permissions: $ADMIN}
                            {user: alice, password: bar, permissions: $REQUESTOR}
                            {user: bob, password: $PASS, permissions: $RESPONDER}
                            {user: charlie, password: bar}
                          ]
                        }
                        """);
        Map<String, UserOptions> users = byName(auth);
        assertThat(users.get("joe").permissions())
                .isEqualTo(
                        new PermissionOptions(
                                new SubjectRules(List.of(">"), List.of()),
                                new SubjectRules(List.of(">"), List.of()),
                                null));
        assertThat(users.get("bob").password().value())
                .isEqualTo("abcdefghijklmnopqrstuvwxwz0123456789");
        assertThat(users.get("charlie").permissions())
                .isEqualTo(
                        new PermissionOptions(
                                new SubjectRules(List.of("SANDBOX.*"), List.of()),
                                new SubjectRules(List.of("PUBLIC.>", "_INBOX.>"), List.of()),
                                null));
        assertThat(users.values()).allMatch(user -> user.account().equals("$G"));
    }

    // --- every key

    @Test
    void shouldTakeEveryKeyOfAUser() {
        AuthOptions auth =
                auth(
                        "no_auth_user: a\n"
                                + "authorization { users: [\n"
                                + "{username: a, pass: b, connection_types: [standard, mqtt]}\n"
                                + "{nkey: %s, authorization: {pub: a, import: b, sub: c}}\n"
                                        .formatted(NKEY)
                                + "{user: c, permission: {publish: {allow: [], deny: d},"
                                + " export: {allow: 'e q', deny: [f, 'g h.*']}}}\n"
                                + "] }");
        Map<String, UserOptions> users = byName(auth);
        assertThat(users.get("a").connectionTypes()).containsExactly("STANDARD", "MQTT");
        assertThat(users.get("a").password().value()).isEqualTo("b");
        assertThat(users.get(NKEY).isNkey()).isTrue();
        PermissionOptions c = users.get("c").permissions();
        assertThat(c).isNotNull();
        assertThat(c.publish()).isEqualTo(new SubjectRules(null, List.of("d")));
        assertThat(c.subscribe())
                .isEqualTo(new SubjectRules(List.of("e q"), List.of("f", "g h.*")));
        assertThat(auth.noAuthUser()).isEqualTo("a");
        assertThat(auth.isRequired()).isTrue();
        assertThat(auth.isAnnounced()).isFalse();
    }

    /** As for the reference, an empty list is no list, in the short form as in the long. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "{publish: [], subscribe: []}",
                "{pub: [], sub: []}",
                "{import: [], export: []}",
                "{publish: {}, subscribe: {}}",
                "{publish: {allow: []}, subscribe: {allow: []}}",
                "{publish: {allow: [], deny: []}, subscribe: {deny: []}}",
                "{}"
            })
    void shouldForbidNothingByAnEmptyList(String written) {
        PermissionOptions all =
                new PermissionOptions(SubjectRules.EVERYTHING, SubjectRules.EVERYTHING, null);
        assertThat(permissions("permissions: " + written, "")).isEqualTo(all);
        assertThat(permissions("", "default_permissions: " + written)).isEqualTo(all);
        assertThat(permissions("permissions: " + written, "default_permissions: {publish: a}"))
                .isEqualTo(all);
    }

    @Test
    void shouldStillAllowOnlyResponsesBesideAnEmptyList() {
        PermissionOptions read =
                permissions("permissions: {publish: [], allow_responses: true}", "");
        assertThat(read)
                .isEqualTo(
                        new PermissionOptions(
                                new SubjectRules(List.of(), List.of()),
                                SubjectRules.EVERYTHING,
                                ResponseRule.DEFAULT));
    }

    private @Nullable PermissionOptions permissions(String ofUser, String ofAll) {
        String text =
                "authorization { users: [{user: u, password: p\n%s}]\n%s }"
                        .formatted(ofUser, ofAll);
        return auth(text).users().getFirst().permissions();
    }

    @Test
    void shouldAllowOnlyResponsesToWhomNothingElseIsSaid() {
        assertThat(responses("allow_responses: true")).isEqualTo(ResponseRule.DEFAULT);
        assertThat(responses("allow_responses: false")).isNull();
        assertThat(responses("publish_allow_responses: {max: -1, expires: '-1s'}"))
                .isEqualTo(new ResponseRule(-1, Duration.ofSeconds(-1)));
        assertThat(responses("allow_responses: {max_messages: 0, ttl: '0s'}"))
                .isEqualTo(ResponseRule.DEFAULT);
        assertThat(options.conclude(2).auth().users().getFirst().permissions())
                .extracting(permissions -> permissions.publish().allow())
                .isEqualTo(List.of());
    }

    private @Nullable ResponseRule responses(String rule) {
        PermissionOptions permissions =
                auth("authorization { users: [{user: a, password: b, permissions: {"
                                + rule
                                + "}}]}")
                        .users()
                        .getFirst()
                        .permissions();
        assert permissions != null;
        return permissions.responses();
    }

    @Test
    void shouldPutUsersIntoTheirAccounts() {
        AuthOptions auth =
                auth(
                        """
                        accounts {
                          A { users: [{user: a, password: x}], default_permissions: {publish: p} }
                          B { users = [{user: b, password: y, permissions: {publish: q}}] }
                          C {}
                        }
                        authorization { users: [{user: d, password: z}] }
                        """);
        assertThat(auth.accountNames()).containsExactly("A", "B", "C");
        Map<String, UserOptions> users = byName(auth);
        assertThat(users.get("a").account()).isEqualTo("A");
        assertThat(users.get("a").permissions())
                .extracting(permissions -> permissions.publish().allow())
                .isEqualTo(List.of("p"));
        assertThat(users.get("b").permissions())
                .extracting(permissions -> permissions.publish().allow())
                .isEqualTo(List.of("q"));
        assertThat(users.get("d").account()).isEqualTo("$G");
        assertThat(auth("accounts: [X, Y]").accountNames()).contains("X", "Y");
    }

    /** CVE-2023-47090: users of the system account alone opened the server to everybody. */
    @Test
    void shouldLetAnonymousClientsInOnlyWhereThereIsNoAuthorizationBlock() {
        String system = "accounts { $SYS { users: [{user: admin, password: p}] } }\n";
        assertThat(auth(system).anonymous()).isTrue();
        assertThat(auth(system + "authorization {}").anonymous()).isFalse();
        assertThat(auth("accounts { A { users: [{user: a, password: p}] } }").anonymous())
                .isFalse();
    }

    /** The same, by what no file says: a flag, or whoever embeds the server. */
    @Test
    void shouldLetNobodyInWithoutTheLoginOfAFlagWhereOnlyTheSystemAccountHasUsers() {
        String system = "accounts { $SYS { users: [{user: admin, password: p}] } }\n";
        OptionsBuilder withToken = new OptionsBuilder().set(AuthKeys.TOKEN, new Secret("t"));
        Configured.into(withToken, system);
        assertThat(withToken.conclude(1).auth().anonymous()).isFalse();
        OptionsBuilder withUser =
                new OptionsBuilder()
                        .set(AuthKeys.USERNAME, "u")
                        .set(AuthKeys.PASSWORD, new Secret("p"));
        Configured.into(withUser, system);
        assertThat(withUser.conclude(1).auth().anonymous()).isFalse();
    }

    /** The system account can't change while a server runs, nor can what follows from it. */
    @Test
    void shouldKeepWhatFollowsFromTheSystemAccountThatStays() {
        String users = "{ users: [{user: u, password: p}] }";
        String cluster = "\ncluster { port: 6222 }\n";
        OptionsBuilder first = new OptionsBuilder();
        Configured.into(first, "accounts { A " + users + ", $SYS {} }" + cluster);
        OptionsBuilder second = new OptionsBuilder();
        Configured.into(second, "system_account: A; accounts { A " + users + " }" + cluster);
        Options running = first.conclude(1);
        Options wanted = second.conclude(1);
        assertThat(wanted.auth().anonymous()).isTrue();

        Options kept = wanted.keeping(running);

        assertThat(kept.auth().systemAccount()).isEqualTo("$SYS");
        assertThat(kept.auth().anonymous()).isFalse();
        assertThat(kept.cluster().accounts()).containsExactly("$SYS");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    max_connections: 5                                       | $SYS
                    system_account: A; accounts {A {}}                       | A
                    system: A; accounts {A {}, $SYS {}}                      | A
                    system: B, system_account: A; accounts {A {}, B {}}      | A
                    system_account: A; system: B; accounts {A {}, B {}}      | A
                    system_account: '$G'                                     | $G
                    system_account: ''                                       | $SYS
                    no_system_account: true                                  | none
                    no_system: true; accounts {A {}}                         | none
                    no_sys_acc: true; accounts {$SYS {}}                     | $SYS
                    no_sys_acc: true; system: A; accounts {A {}}             | A
                    no_system_account: false                                 | $SYS
                    """)
    void shouldKnowTheSystemAccount(String text, String name) {
        assertThat(auth(text).systemAccount()).isEqualTo(name.equals("none") ? "" : name);
    }

    @Test
    void shouldGiveTheSystemAccountItsOwnRouteWhateverItsName() {
        for (String name : List.of("A", "$SYS", "")) {
            String key = name.equals("A") ? "system: A" : "no_sys_acc: " + name.isEmpty();
            String text = key + "\ncluster {port: 1}\naccounts {A {}}";
            OptionsBuilder fresh = new OptionsBuilder();
            ConfigFile.read(new MemorySource().file("c", text), "c", fresh);
            assertThat(fresh.conclude(2).cluster().accounts())
                    .isEqualTo(name.isEmpty() ? List.of() : List.of(name));
        }
    }

    // --- what is wrong

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
            authorization {user: a, pass: b, token: t}                            | 1:1  | Cannot have a user/pass and token
            authorization {user: a, users: [{user: b, password: c}]}              | 1:25 | Can not have a single user/pass and a users array
            authorization {token: a, users: [{user: b, password: c}]}             | 1:26 | Can not have a token and a users array
            authorization {users: [{user: b}, {user: b}]}                         | 1:16 | Duplicate user "b" detected
            authorization {users: {user: b}}                                      | 1:16 | users must be an array, but is a map
            authorization {users: [b]}                                            | 1:24 | user entry must be a map, but is a string
            authorization {users: [{pass: b}]}                                    | 1:24 | User entry requires a user
            authorization {users: [{nkey: U2}]}                                   | 1:24 | Not a valid public nkey for a user
            authorization {users: [{user: a, connection_types: [x, mqtt, y]}]}    | 1:24 | invalid connection types ["X" "Y"]
            authorization {pass: a}                                               | 1:1  | a password needs a user
            authorization {user: a, usr: b}                                       | 1:25 | unknown field "usr"; did you mean "user"?
            authorization {user: 5}                                               | 1:16 | user must be a string, but is an integer
            authorization {user: a, timeout: x}                                   | 1:25 | error parsing timeout: time: invalid duration "x"
            authorization {user: a, timeout: -1}                                  | 1:1  | authorization timeout must be longer than nothing: -1s
            system_account: X; accounts {A {}}                                    | 1:1  | error resolving system account: account missing
            system_account: 3                                                     | 1:1  | system_account must be a string, but is an integer
            no_system_account: x                                                  | 1:1  | no_system_account must be a boolean, but is a string; write true or false
            authorization {auth_callout: {}}                                      | 1:16 | "auth_callout" is not supported by Millrace yet
            authorization {permissions: []}                                       | 1:16 | permissions must be a map, but is an array
            authorization {permissions: {x: y}}                                   | 1:30 | Unknown field "x" parsing permissions
            authorization {permissions: {publish: 5}}                             | 1:30 | Expected subject permissions to be a subject, or array of subjects, got an integer
            authorization {permissions: {publish: 'a..b'}}                        | 1:30 | subject "a..b" is not a valid subject
            authorization {permissions: {publish: 'a b'}}                         | 1:30 | subject "a b" is not a valid subject
            authorization {permissions: {subscribe: 'a b c'}}                     | 1:30 | subject "a b c" is not a valid subject
            authorization {permissions: {subscribe: 'a b..'}}                     | 1:30 | queue "b.." is not a valid queue
            authorization {permissions: {subscribe: {x: y}}}                      | 1:42 | Unknown field "x" parsing subject permissions, only 'allow' or 'deny' are permitted
            authorization {permissions: {allow_responses: 5}}                     | 1:30 | error parsing response permissions, expected a boolean or a map
            authorization {permissions: {allow_responses: {x: 5}}}                | 1:48 | Unknown field "x" parsing permissions
            authorization {permissions: {allow_responses: {ttl: 5}}}              | 1:30 | ttl must be a string, but is an integer; write its unit, too, as in '10s'
            accounts {$G {}}                                                      | 1:11 | "$G" is a Reserved Account
            accounts [A, A]                                                       | 1:14 | Duplicate Account Entry: A
            accounts {A: 5}                                                       | 1:11 | Expected map entries for accounts
            accounts {A {x: 1}}                                                   | 1:14 | unknown field "x"
            accounts 5                                                            | 1:1  | accounts must be a map, but is an integer
            no_auth_user a                                                        | 1:1  | no_auth_user: "a" present, but users/nkeys are not defined
            """)
    void shouldSayWhatIsWrongAndWhere(String text, String where, String message) {
        assertThat(read(text).errors()).containsExactly("c:" + where + ": " + message);
    }

    @Test
    void shouldFindUsersThatStandTwice() {
        assertThat(
                        read("""
                                        authorization { users: [{user: a, password: b}] }
                                        accounts { A { users: [{user: a, password: b}] } }
                                        no_auth_user: x
                                        """)
                                .errors())
                .containsExactly(
                        "c:2:16: Duplicate user \"a\" detected",
                        "c:3:1: no_auth_user: \"x\" not present as user or nkey in authorization"
                                + " block or account configuration");
    }

    @Test
    void shouldNotTakePasswordsForNkeys() {
        assertThat(read("authorization {users: [{nkey: %s, pass: x}]}".formatted(NKEY)).errors())
                .containsExactly("c:1:24: Nkey users do not take usernames or passwords");
    }

    @Test
    void shouldWarnOfALongTimeout() {
        assertThat(read("authorization {token: t, timeout: 61}").warnings())
                .hasSize(1)
                .first()
                .asString()
                .startsWith(
                        "c:1:26: timeout of 1m1s is high, consider keeping it under 60 seconds.");
        assertThat(auth("authorization {token: t, timeout: 0.5}").timeout())
                .isEqualTo(Duration.ofMillis(500));
        assertThat(auth("authorization {token: t, timeout: '90ms'}").timeout())
                .isEqualTo(Duration.ofMillis(90));
        assertThat(auth("authorization {token: t, timeout: 0}").timeout())
                .isEqualTo(AuthOptions.DEFAULT_TIMEOUT);
    }

    @Test
    void shouldTakeConnectionTypesOfTheReferenceOnly() {
        AuthOptions auth =
                auth(
                        "authorization {users: [{user: a, allowed_connection_types: [STANDARD,"
                                + " WEBSOCKET, LEAFNODE, LEAFNODE_WS, MQTT, MQTT_WS,"
                                + " IN_PROCESS]}]}");
        assertThat(auth.users().getFirst().connectionTypes())
                .isEqualTo(
                        Set.of(
                                "STANDARD",
                                "WEBSOCKET",
                                "LEAFNODE",
                                "LEAFNODE_WS",
                                "MQTT",
                                "MQTT_WS",
                                "IN_PROCESS"));
    }
}
