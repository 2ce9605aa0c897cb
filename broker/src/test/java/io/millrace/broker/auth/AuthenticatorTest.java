package io.millrace.broker.auth;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.config.auth.AuthOptions;
import io.millrace.broker.config.start.Configured;
import io.millrace.broker.config.start.OptionsBuilder;
import io.millrace.broker.routing.account.Identity;
import io.millrace.protocol.ConnectOptions.Credentials;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Who is let in, as the reference does: each answer was seen there, unless it says otherwise. */
class AuthenticatorTest {
    static final String NKEY = "UCFIRY65OQE7DFP5KLNS2PF2LVZMUZYJX4OZIEQ36N2IQANUB5XVZ45L";
    private static final String OTHER = "UCATS5YOVB6ROX2WUNKGNQ2MP3GMXDMKSG2O4N5CLX3A6W4PZGZZJPJO";
    private static final String NONCE = "PXoWU7zWAMt75FY";
    private static final String SIGNED =
            "q8Dx2AKJlTajuJC_b-6ye6AIFk04svFDpeWdjJzSujTu_my_C3YvMck4V94xxy73AmgkV8nNsnadKq-V9VmmAg";
    private static final String HASH =
            "$2b$04$SnqXioj2hy1agUu2m20twec7DKQC6ZXRz2OCp5t0cHx3as/t7V/gi";
    private static final String PASSWORD = "T0pS3cr3t";

    static AuthOptions options(String config) {
        OptionsBuilder options = new OptionsBuilder();
        Configured.into(options, config);
        return options.conclude(1).auth();
    }

    private static String config(String name) {
        return switch (name) {
            case "none" -> "";
            case "token" -> "authorization {token: tok}";
            case "hashed token" -> "authorization {token: '%s'}".formatted(HASH);
            case "single" -> "authorization {user: joe, password: pw}";
            case "hashed" -> "authorization {user: joe, password: '%s'}".formatted(HASH);
            case "no password" -> "authorization {user: joe}";
            case "users" ->
                    "authorization {users: [{user: joe, password: pw}, %s]}".formatted(USERS);
            case "nkeys" -> "authorization {users: [{nkey: %s}]}".formatted(NKEY);
            case "both" ->
                    "authorization {users: [{nkey: %s}, {user: joe, password: pw}]}"
                            .formatted(NKEY);
            case "anon" -> "no_auth_user: joe, accounts {A {users: [%s]}}".formatted(ANON);
            case "anon both" ->
                    "no_auth_user: joe, accounts {A {users: [%s, {nkey: %s}]}}"
                            .formatted(ANON, NKEY);
            case "anon nkey" ->
                    "no_auth_user: %s, accounts {A {users: [%s, {nkey: %s}]}}"
                            .formatted(NKEY, ANON, NKEY);
            case "anon websocket" ->
                    "no_auth_user: ws, accounts {A {users: [%s, %s]}}".formatted(ANON, USERS);
            case "system" -> "accounts {$SYS {users: [{user: admin, password: pw}]}}";
            case "system alone" -> config("system") + "\nauthorization {}";
            case "system and other" ->
                    "accounts {$SYS {users: [{user: admin, password: pw}]}, B {}}";
            default -> throw new IllegalArgumentException(name);
        };
    }

    private static final String ANON = "{user: joe, password: pw}";
    private static final String USERS =
            """
            {user: ann, password: "%s"},
            {user: ws, password: pw, allowed_connection_types: [WEBSOCKET, MQTT]},
            {user: std, password: pw, connection_types: [mqtt, standard]}
            """
                    .formatted(HASH);

    /** What a login comes to, proofs included. */
    private static String outcome(Authenticator authenticator, Credentials credentials) {
        return switch (authenticator.judge(
                new Login(credentials, NONCE, null, ConnectionType.STANDARD))) {
            case Verdict.Admitted(Identity who) -> shown(who);
            case Verdict.Unproved unproved ->
                    unproved.proof().holds() ? "proved " + shown(unproved.identity()) : "no proof";
            case Verdict.Refused _ -> "no";
        };
    }

    private static String shown(Identity who) {
        String name = who.name().equals(NKEY) ? "key" : who.name();
        return (who.kind() + " " + name).strip() + " of " + who.account();
    }

    /** Credentials by their short form: {@code user:pass}, or a token, or the kind of an nkey. */
    private static Credentials credentials(String form) {
        Credentials none = Credentials.NONE;
        return switch (form) {
            case "nothing" -> none;
            case "key" -> nkey(NKEY, SIGNED);
            case "key unsigned" -> nkey(NKEY, "");
            case "key badly signed" -> nkey(NKEY, SIGNED.replace('q', 'r'));
            case "other key" -> nkey(OTHER, SIGNED);
            case "no key" -> nkey("U2", SIGNED);
            case "signature" -> nkey("", SIGNED);
            case "jwt" -> new Credentials("", "", "", "e.y.j", "", "");
            case "key and joe" -> new Credentials("joe", "pw", "", "", NKEY, SIGNED);
            case "other key and joe" -> new Credentials("joe", "pw", "", "", OTHER, SIGNED);
            case "joe and tok" -> new Credentials("joe", "pw", "tok", "", "", "");
            default -> {
                int colon = form.indexOf(':');
                String pass = form.substring(colon + 1);
                yield colon < 0
                        ? new Credentials("", "", form, "", "", "")
                        : new Credentials(
                                form.substring(0, colon).replace("key", NKEY),
                                pass.equals("hash") ? HASH : pass.replace("secret", PASSWORD),
                                "",
                                "",
                                "",
                                "");
            }
        };
    }

    private static Credentials nkey(String key, String signature) {
        return new Credentials("", "", "", "", key, signature);
    }

    @ParameterizedTest
    @CsvSource({
        "none,         nothing,           NONE of $G",
        "none,         joe:x,             USER joe of $G",
        "none,         key unsigned,      NKEY key of $G",
        "none,         tok,               TOKEN [REDACTED] of $G",
        "token,        tok,               TOKEN [REDACTED] of $G",
        "token,        nothing,           no",
        "token,        to,                no",
        "token,        tokk,              no",
        "token,        :tok,              no",
        "token,        tok:,              no",
        "token,        joe and tok,       TOKEN [REDACTED] of $G",
        "token,        key,               no",
        "hashed token, T0pS3cr3t,         proved TOKEN [REDACTED] of $G",
        "hashed token, tok,               no proof",
        "hashed token, nothing,           no proof",
        "single,       joe:pw,            USER joe of $G",
        "single,       joe:,              no",
        "single,       joe:pw2,           no",
        "single,       Joe:pw,            no",
        "single,       :pw,               no",
        "single,       pw,                no",
        "single,       nothing,           no",
        "single,       key and joe,       USER joe of $G",
        "single,       joe and tok,       USER joe of $G",
        "hashed,       joe:secret,        proved USER joe of $G",
        "hashed,       joe:hash,          no proof",
        "hashed,       joe:,              no proof",
        "hashed,       ann:secret,        no",
        "no password,  joe:,              USER joe of $G",
        "no password,  joe:x,             no",
        "no password,  nothing,           no",
        "users,        joe:pw,            USER joe of $G",
        "users,        joe:,              no",
        "users,        zoe:pw,            no",
        "users,        ann:secret,        proved USER ann of $G",
        "users,        ann:pw,            no proof",
        "users,        ws:pw,             no",
        "users,        std:pw,            USER std of $G",
        "users,        nothing,           no",
        "users,        pw,                no",
        "users,        :pw,               no",
        "users,        key and joe,       USER joe of $G",
        "nkeys,        key,               proved NKEY key of $G",
        "nkeys,        key unsigned,      no",
        "nkeys,        key badly signed,  no proof",
        "nkeys,        other key,         no",
        "nkeys,        no key,            no",
        "nkeys,        signature,         no",
        "nkeys,        key:,              no",
        "nkeys,        joe:pw,            no",
        "nkeys,        nothing,           no",
        "both,         key,               proved NKEY key of $G",
        "both,         joe:pw,            USER joe of $G",
        "both,         key and joe,       proved NKEY key of $G",
        "both,         other key and joe, no",
        "both,         key:pw,            no",
        "anon,         nothing,           USER joe of A",
        "anon,         signature,         USER joe of A",
        "anon,         jwt,               USER joe of A",
        "anon,         key,               USER joe of A",
        "anon,         joe:pw,            USER joe of A",
        "anon,         joe:,              no",
        "anon,         :pw,               no",
        "anon,         :x,                no",
        "anon,         tok,               no",
        "anon,         zoe:,              no",
        "anon both,    nothing,           USER joe of A",
        "anon both,    key,               proved NKEY key of A",
        "anon both,    key unsigned,      no",
        "anon both,    other key,         no",
        "anon nkey,    nothing,           NKEY key of A",
        "anon nkey,    key,               proved NKEY key of A",
        "anon nkey,    joe:pw,            USER joe of A",
        "anon nkey,    tok,               no",
        "anon websocket, nothing,         no",
        "anon websocket, joe:pw,          USER joe of A",
        "system,       nothing,           NONE of $G",
        "system,       admin:pw,          USER admin of $SYS",
        "system,       admin:x,           no",
        "system,       joe:x,             no",
        "system,       tok,               no",
        "system alone, nothing,           no",
        "system alone, admin:pw,          USER admin of $SYS",
        "system and other, nothing,       no",
    })
    void shouldJudgeAsTheReferenceDoes(String config, String presented, String outcome) {
        Authenticator authenticator = new Authenticator(options(config(config)), false);
        assertThat(outcome(authenticator, credentials(presented))).isEqualTo(outcome);
    }

    /** The reference looks at the signature of everybody but this one. */
    @Test
    void shouldHaveEvenTheNkeyOfAnonymousClientsSignIfItIsNamed() {
        Authenticator authenticator = new Authenticator(options(config("anon nkey")), false);
        assertThat(outcome(authenticator, credentials("key unsigned"))).isEqualTo("no");
        assertThat(outcome(authenticator, credentials("key badly signed"))).isEqualTo("no proof");
    }

    /** In the reference nobody is let in then: it compares the hash with itself. */
    @Test
    void shouldNotAskAnonymousClientsForAPasswordEvenIfItIsHashed() {
        Authenticator authenticator =
                new Authenticator(
                        options(
                                "no_auth_user: joe, authorization {users: [{user: joe, password:"
                                        + " \"%s\"}]}".formatted(HASH)),
                        false);
        assertThat(outcome(authenticator, Credentials.NONE)).isEqualTo("USER joe of $G");
    }

    @ParameterizedTest
    @CsvSource({
        "none,             NONE of $G",
        "anon,             USER joe of A",
        "anon both,        USER joe of A",
        "system,           NONE of $G",
    })
    void shouldLetClientsSpeakWithoutConnectIfTheyNeedNotSayWhoTheyAre(String config, String who) {
        assertThat(
                        new Authenticator(options(config(config)), false)
                                .anonymous(ConnectionType.STANDARD))
                .map(AuthenticatorTest::shown)
                .hasValue(who);
    }

    /** GHSA-38x3: the way around CONNECT led around the kinds of connection, too. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "token",
                "single",
                "users",
                "nkeys",
                "both",
                "anon nkey",
                "anon websocket",
                "system alone",
                "system and other"
            })
    void shouldNotLetOtherClientsSpeakWithoutConnect(String config) {
        assertThat(
                        new Authenticator(options(config(config)), false)
                                .anonymous(ConnectionType.STANDARD))
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "none,         false, false, false",
        "token,        true,  false, false",
        "hashed token, true,  false, false",
        "single,       true,  false, true",
        "hashed,       true,  false, false",
        "users,        true,  false, true",
        "nkeys,        true,  true,  false",
        "both,         true,  true,  true",
        "anon,         true,  false, true",
    })
    void shouldKnowWhatTheServerSaysAboutIt(
            String config, boolean required, boolean nonce, boolean plain) {
        Authenticator authenticator = new Authenticator(options(config(config)), false);
        assertThat(authenticator.isRequired()).isEqualTo(required);
        assertThat(authenticator.needsNonce()).isEqualTo(nonce);
        assertThat(
                        authenticator
                                .warnings()
                                .contains("Plaintext passwords detected, use nkeys or bcrypt"))
                .isEqualTo(plain);
    }

    @Test
    void shouldShareWhatIsRememberedAboutTheSamePermissions() {
        Authenticator authenticator =
                new Authenticator(
                        options(
                                """
                                authorization {
                                  default_permissions: {publish: a}
                                  users: [{user: a}, {user: b}, {user: c, permissions: {publish: b}}]
                                }
                                """),
                        false);
        assertThat(identity(authenticator, "a").permissions())
                .isNotNull()
                .isSameAs(identity(authenticator, "b").permissions())
                .isNotSameAs(identity(authenticator, "c").permissions());
    }

    private static Identity identity(Authenticator authenticator, String user) {
        return ((Verdict.Admitted)
                        authenticator.judge(
                                new Login(
                                        new Credentials(user, "", "", "", "", ""),
                                        "",
                                        null,
                                        ConnectionType.STANDARD)))
                .identity();
    }

    @Test
    void shouldShowNoSecretToAnybodyWhoPrintsIt() {
        String config =
                """
                accounts {A {users: [
                  {user: joe, password: s3cret-1}, {user: ann, password: "%s"}, {nkey: %s}
                ]}}
                """
                        .formatted(HASH, NKEY);
        AuthOptions[] all = {
            options(config),
            options("authorization {token: s3cret-1}"),
            options("authorization {user: joe, password: s3cret-1}")
        };
        for (AuthOptions options : all) {
            assertThat(options.toString() + options.users()).doesNotContain("s3cret", "$2b$");
            Authenticator authenticator = new Authenticator(options, false);
            for (Credentials said :
                    new Credentials[] {
                        new Credentials("joe", "s3cret-1", "", "", "", ""),
                        new Credentials("joe", "s3cret-2", "", "", "", ""),
                        new Credentials("ann", "s3cret-2", "", "", "", ""),
                        new Credentials("", "", "s3cret-1", "", "", ""),
                        new Credentials("", "", "s3cret-2", "s3cret-3", "", ""),
                        nkey(NKEY, "s3cret-4"),
                    }) {
                Login login = new Login(said, NONCE, null, ConnectionType.STANDARD);
                assertThat(login + " " + authenticator.judge(login) + authenticator)
                        .doesNotContain("s3cret", "$2b$");
            }
        }
    }
}
