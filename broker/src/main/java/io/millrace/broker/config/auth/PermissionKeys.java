package io.millrace.broker.config.auth;

import io.millrace.broker.config.BadValueException;
import io.millrace.broker.config.Block;
import io.millrace.broker.config.ConfigValue;
import io.millrace.broker.config.Field;
import io.millrace.broker.config.Kind;
import io.millrace.broker.config.Option;
import io.millrace.broker.config.Position;
import io.millrace.broker.config.Reading;
import io.millrace.broker.config.Rows;
import io.millrace.broker.config.Settings;
import io.millrace.broker.config.Typed;
import io.millrace.broker.config.auth.PermissionOptions.ResponseRule;
import io.millrace.broker.config.auth.PermissionOptions.SubjectRules;
import io.millrace.protocol.Subject;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/** The options of what a user may do. */
public final class PermissionKeys {
    private static final Rows<PermissionOptions> ROWS = new Rows<>(block("parsing permissions"));

    private static final Option<SubjectRules> PUBLISH =
            ROWS.option(SubjectRules.EVERYTHING)
                    .key((field, in) -> rules(field, in, false), "publish", "pub", "import")
                    .concluded();

    private static final Option<SubjectRules> SUBSCRIBE =
            ROWS.option(SubjectRules.EVERYTHING)
                    .key((field, in) -> rules(field, in, true), "subscribe", "sub", "export")
                    .concluded();

    private static final Option<@Nullable ResponseRule> RESPONSES =
            ROWS.<@Nullable ResponseRule>option(null)
                    .key(PermissionKeys::responses, "allow_responses", "publish_allow_responses")
                    .concluded();

    /** What stands here becomes subjects, and is not in the record. */
    private static final Option<List<JetStreamGrant>> JETSTREAM =
            ROWS.option(List.<JetStreamGrant>of())
                    .key(JetStreamGrantKeys::read, "jetstream_permissions")
                    .concluded();

    private static final Rows<SubjectRules> RULES =
            new Rows<>(
                    block(
                            "parsing subject permissions, only 'allow' or 'deny' are"
                                    + " permitted"));

    /** Whether a queue group may stand behind a subject. */
    private static final Option<Boolean> QUEUES = Option.of(false);

    private static final Option<List<String>> ALLOW =
            RULES.option(List.<String>of()).key(PermissionKeys::subjects, "allow").concluded();

    private static final Option<List<String>> DENY =
            RULES.option(List.<String>of()).key(PermissionKeys::subjects, "deny").concluded();

    private static final Rows<ResponseRule> RESPONSE_RULE =
            new Rows<>(block("parsing permissions"));

    private static final Option<Integer> MAX =
            RESPONSE_RULE
                    .option(0)
                    .key(Kind.INTEGER, "max", "max_msgs", "max_messages", "max_responses")
                    .concluded();

    private static final Option<Duration> EXPIRES =
            RESPONSE_RULE
                    .option(Duration.ZERO)
                    .key(Kind.STRICT_DURATION, "expires", "expiration", "ttl")
                    .concluded();

    private PermissionKeys() {}

    private static Block block(String where) {
        return new Block("", key -> "Unknown field \"" + key + "\" " + where);
    }

    /**
     * Reads permissions; what is wrong within is added to the errors.
     *
     * @throws BadValueException if it isn't a map
     */
    public static PermissionOptions read(Field field, Reading in) throws BadValueException {
        Settings said = new Settings();
        ROWS.block().read(Typed.table("permissions", field.value()), in.into(said));
        List<JetStreamGrant> grants = said.get(JETSTREAM);
        return new PermissionOptions(
                with(said.get(PUBLISH), grants, JetStreamGrant::publish),
                with(said.get(SUBSCRIBE), grants, JetStreamGrant::subscribe),
                said.get(RESPONSES));
    }

    /** What else is allowed; who may have only some of JetStream may not have everything else. */
    private static SubjectRules with(
            SubjectRules rules,
            List<JetStreamGrant> grants,
            Function<JetStreamGrant, List<String>> subjects) {
        if (grants.isEmpty()) {
            return rules;
        }
        Set<String> allow = new LinkedHashSet<>();
        if (rules.allow() != null) {
            allow.addAll(rules.allow());
        }
        grants.forEach(each -> allow.addAll(subjects.apply(each)));
        return new SubjectRules(List.copyOf(allow), rules.deny());
    }

    private static SubjectRules rules(Field field, Reading in, boolean queues)
            throws BadValueException {
        Settings said = new Settings().set(QUEUES, queues);
        Reading inside = in.into(said);
        if (field.value()
                instanceof ConfigValue.Table(Position _, Map<String, ConfigValue.Entry> entries)) {
            for (Map.Entry<String, ConfigValue.Entry> entry : entries.entrySet()) {
                RULES.block().read(Field.of(entry.getKey(), entry.getValue()), inside);
            }
        } else {
            said.set(ALLOW, subjects(field, inside));
        }
        List<String> allow = said.get(ALLOW);
        // As in the reference an empty list is no list: it forbids nothing.
        return new SubjectRules(allow.isEmpty() ? null : allow, said.get(DENY));
    }

    /**
     * Reads subjects, or one.
     *
     * @throws BadValueException if one of them isn't valid
     */
    public static List<String> subjects(Field field) throws BadValueException {
        return subjects(field, false);
    }

    private static List<String> subjects(Field field, Reading in) throws BadValueException {
        return subjects(field, in.settings().get(QUEUES));
    }

    private static List<String> subjects(Field field, boolean queues) throws BadValueException {
        ConfigValue value = field.value();
        if (!(value instanceof ConfigValue.Text) && !(value instanceof ConfigValue.Array)) {
            throw new BadValueException(
                    "Expected subject permissions to be a subject, or array of subjects, got "
                            + value.kind());
        }
        List<String> subjects = Typed.texts("subject in permissions", value);
        for (String subject : subjects) {
            check(subject, queues);
        }
        return List.copyOf(subjects);
    }

    private static void check(String subject, boolean queues) throws BadValueException {
        if (Subject.isValid(subject)) {
            return;
        }
        String[] parts = subject.strip().split("\\s+");
        if (!queues || parts.length != 2) {
            throw new BadValueException("subject \"" + subject + "\" is not a valid subject");
        }
        if (!Subject.isValid(parts[0])) {
            throw new BadValueException("subject \"" + parts[0] + "\" is not a valid subject");
        }
        if (!Subject.isValid(parts[1])) {
            throw new BadValueException("queue \"" + parts[1] + "\" is not a valid queue");
        }
    }

    private static @Nullable ResponseRule responses(Field field, Reading in)
            throws BadValueException {
        if (field.value() instanceof ConfigValue.Bool(Position _, boolean on)) {
            return on ? ResponseRule.DEFAULT : null;
        }
        if (!(field.value()
                instanceof ConfigValue.Table(Position _, Map<String, ConfigValue.Entry> entries))) {
            throw new BadValueException(
                    "error parsing response permissions, expected a boolean or a map");
        }
        Settings said = new Settings();
        for (Map.Entry<String, ConfigValue.Entry> entry : entries.entrySet()) {
            RESPONSE_RULE.block().read(Field.of(entry.getKey(), entry.getValue()), in.into(said));
        }
        int max = said.get(MAX);
        Duration expires = said.get(EXPIRES);
        // Zero stands for the default.
        return new ResponseRule(
                max == 0 ? ResponseRule.DEFAULT.max() : max,
                expires.isZero() ? ResponseRule.DEFAULT.expires() : expires);
    }
}
