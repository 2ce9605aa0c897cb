package io.millrace.broker.config.auth;

import io.millrace.broker.config.BadValueException;
import io.millrace.broker.config.Block;
import io.millrace.broker.config.ConfigValue;
import io.millrace.broker.config.Field;
import io.millrace.broker.config.Kind;
import io.millrace.broker.config.Option;
import io.millrace.broker.config.Reading;
import io.millrace.broker.config.Rows;
import io.millrace.broker.config.Settings;
import io.millrace.broker.config.Typed;
import io.millrace.broker.config.auth.JetStreamGrant.Verb;
import io.millrace.protocol.Subject;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** The {@code jetstream_permissions} of a user: what may be done with which stream. */
public final class JetStreamGrantKeys {
    public static final Block BLOCK = new Block("jetstream_permissions");

    /** What can't stand in the name of a stream or a consumer. */
    private static final String NOT_IN_NAMES = " \t\r\n\f.*>\\/";

    private static final Rows<JetStreamGrant> ROWS = new Rows<>(BLOCK);
    private static final Option<String> STREAM = name("stream");
    private static final Option<String> KV = name("kv");
    private static final Option<String> OBJECT = name("object");

    private static final Option<Set<Verb>> ALLOW =
            ROWS.option(Set.<Verb>of()).key(JetStreamGrantKeys::verbs, "allow").concluded();

    private static final Option<List<String>> SUBJECTS =
            ROWS.option(List.<String>of())
                    .key((field, _) -> PermissionKeys.subjects(field), "subjects")
                    .concluded();

    private static final Option<List<String>> KEYS =
            ROWS.option(List.<String>of())
                    .key((field, _) -> PermissionKeys.subjects(field), "keys")
                    .concluded();

    private static final Option<List<String>> CONSUMERS =
            ROWS.option(List.<String>of())
                    .key(JetStreamGrantKeys::consumers, "consumers")
                    .concluded();

    private static final Option<String> INBOX =
            ROWS.option("_INBOX").key(JetStreamGrantKeys::inbox, "inbox").concluded();

    private JetStreamGrantKeys() {}

    private static Option<String> name(String key) {
        return ROWS.option("").key(JetStreamGrantKeys::name, key).concluded();
    }

    /**
     * Reads an array of them; each that is wrong is an error of its own.
     *
     * @throws BadValueException if it isn't an array
     */
    static List<JetStreamGrant> read(Field field, Reading in) throws BadValueException {
        List<JetStreamGrant> grants = new ArrayList<>();
        for (ConfigValue each : Typed.array(field.key(), field.value())) {
            try {
                Settings said = new Settings();
                BLOCK.read(Typed.table(field.key() + " entry", each), in.into(said));
                grants.add(grant(said));
            } catch (BadValueException e) {
                in.error(each.at(), e.getMessage());
            }
        }
        return grants;
    }

    private static JetStreamGrant grant(Settings said) throws BadValueException {
        JetStreamGrant.Kind kind = null;
        String name = "";
        for (JetStreamGrant.Kind each : JetStreamGrant.Kind.values()) {
            String its = said.get(option(each));
            if (!its.isEmpty()) {
                if (kind != null) {
                    throw new BadValueException(
                            "jetstream_permissions are of one stream, kv or object each, not of \""
                                    + name
                                    + "\" and \""
                                    + its
                                    + '"');
                }
                kind = each;
                name = its;
            }
        }
        if (kind == null) {
            throw new BadValueException(
                    "jetstream_permissions entry requires a stream, a kv or an object");
        }
        JetStreamGrant grant =
                new JetStreamGrant(
                        kind,
                        name,
                        said.get(ALLOW),
                        said.get(SUBJECTS),
                        said.get(KEYS),
                        said.get(CONSUMERS),
                        said.get(INBOX));
        String problem = problem(grant);
        if (!problem.isEmpty()) {
            throw new BadValueException(kind.key() + " \"" + name + "\": " + problem);
        }
        return grant;
    }

    private static Option<String> option(JetStreamGrant.Kind kind) {
        return switch (kind) {
            case STREAM -> STREAM;
            case KV -> KV;
            case OBJECT -> OBJECT;
        };
    }

    private static String problem(JetStreamGrant grant) {
        boolean isStream = grant.kind() == JetStreamGrant.Kind.STREAM;
        if (grant.allow().isEmpty()) {
            return "nothing is allowed; allow is a list of read, write, manage";
        }
        if (isStream && grant.allow().contains(Verb.WRITE) && grant.subjects().isEmpty()) {
            return "whoever may publish needs the subjects that it may publish to";
        }
        if (!isStream && !grant.subjects().isEmpty()) {
            return "subjects are of streams only";
        }
        if (grant.kind() == JetStreamGrant.Kind.OBJECT && !grant.keys().isEmpty()) {
            return "an object store can't be read in parts";
        }
        if (grant.allow().contains(Verb.READ)) {
            for (String key : grant.keys()) {
                // A filter "a.>" matches "a.*" as a subject does, and is wider.
                if (key.equals("*") || key.endsWith(".*")) {
                    return "keys \""
                            + key
                            + "\" to be read can't end in \"*\"; \""
                            + key.substring(0, key.length() - 1)
                            + ">\" can";
                }
            }
        }
        return "";
    }

    private static String name(Field field, Reading in) throws BadValueException {
        return checked(field.key(), Kind.TEXT.read(field, in));
    }

    private static List<String> consumers(Field field, Reading in) throws BadValueException {
        List<String> names = Kind.TEXTS.read(field, in);
        for (String each : names) {
            checked(field.key(), each);
        }
        return List.copyOf(names);
    }

    private static String checked(String key, String name) throws BadValueException {
        if (name.isEmpty() || name.chars().anyMatch(c -> NOT_IN_NAMES.indexOf(c) >= 0)) {
            throw new BadValueException(key + " \"" + name + "\" is not a valid name");
        }
        return name;
    }

    private static String inbox(Field field, Reading in) throws BadValueException {
        String inbox = Kind.TEXT.read(field, in);
        if (!Subject.isValidLiteral(inbox)) {
            throw new BadValueException(field.key() + " \"" + inbox + "\" is not a valid subject");
        }
        return inbox;
    }

    private static Set<Verb> verbs(Field field, Reading in) throws BadValueException {
        Set<Verb> verbs = EnumSet.noneOf(Verb.class);
        for (String word : Kind.TEXTS.read(field, in)) {
            verbs.add(
                    switch (word.toLowerCase(Locale.ROOT)) {
                        case "read" -> Verb.READ;
                        case "write", "publish" -> Verb.WRITE;
                        case "manage" -> Verb.MANAGE;
                        default ->
                                throw new BadValueException(
                                        "allow is a list of read, write (or publish) and manage,"
                                                + " not \""
                                                + word
                                                + '"');
                    });
        }
        return verbs;
    }
}
