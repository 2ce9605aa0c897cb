package io.millrace.broker.config;

import io.millrace.broker.config.PermissionOptions.ResponseRule;
import io.millrace.broker.config.PermissionOptions.SubjectRules;
import io.millrace.protocol.Subject;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Reads a {@code permissions} map. */
final class PermissionKeys {
    private final List<ConfigProblem> errors;
    private SubjectRules publish = SubjectRules.EVERYTHING;
    private SubjectRules subscribe = SubjectRules.EVERYTHING;
    private @Nullable ResponseRule responses;

    private PermissionKeys(List<ConfigProblem> errors) {
        this.errors = errors;
    }

    /**
     * Reads permissions; what is wrong within is added to the errors.
     *
     * @throws BadValueException if it isn't a map
     */
    static PermissionOptions read(ConfigValue value, List<ConfigProblem> errors)
            throws BadValueException {
        PermissionKeys keys = new PermissionKeys(errors);
        Typed.table("permissions", value).forEach(keys::apply);
        return new PermissionOptions(keys.publish, keys.subscribe, keys.responses);
    }

    private void apply(String writtenKey, ConfigValue.Entry entry) {
        String key = writtenKey.toLowerCase(Locale.ROOT);
        try {
            switch (key) {
                case "pub", "publish", "import" -> publish = rules(entry.value(), false);
                case "sub", "subscribe", "export" -> subscribe = rules(entry.value(), true);
                case "publish_allow_responses", "allow_responses" ->
                        responses = responses(entry.value());
                default -> unknown(writtenKey, entry, "parsing permissions");
            }
        } catch (BadValueException e) {
            errors.add(new ConfigProblem(entry.at(), e.getMessage()));
        }
    }

    private void unknown(String key, ConfigValue.Entry entry, String where) {
        if (!entry.isVariable()) {
            errors.add(new ConfigProblem(entry.at(), "Unknown field \"" + key + "\" " + where));
        }
    }

    private SubjectRules rules(ConfigValue value, boolean queues) throws BadValueException {
        if (!(value
                instanceof ConfigValue.Table(Position _, Map<String, ConfigValue.Entry> entries))) {
            return rules(subjects(value, queues), List.of());
        }
        List<String> allow = List.of();
        List<String> deny = List.of();
        for (Map.Entry<String, ConfigValue.Entry> entry : entries.entrySet()) {
            ConfigValue subjects = entry.getValue().value();
            switch (entry.getKey().toLowerCase(Locale.ROOT)) {
                case "allow" -> allow = subjects(subjects, queues);
                case "deny" -> deny = subjects(subjects, queues);
                default ->
                        unknown(
                                entry.getKey(),
                                entry.getValue(),
                                "parsing subject permissions, only 'allow' or 'deny' are"
                                        + " permitted");
            }
        }
        return rules(allow, deny);
    }

    /** As in the reference an empty list is no list: it forbids nothing. */
    private static SubjectRules rules(List<String> allow, List<String> deny) {
        return new SubjectRules(allow.isEmpty() ? null : allow, deny);
    }

    private static List<String> subjects(ConfigValue value, boolean queues)
            throws BadValueException {
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

    private @Nullable ResponseRule responses(ConfigValue value) throws BadValueException {
        if (value instanceof ConfigValue.Flag(Position _, boolean on)) {
            return on ? ResponseRule.DEFAULT : null;
        }
        if (!(value
                instanceof ConfigValue.Table(Position _, Map<String, ConfigValue.Entry> entries))) {
            throw new BadValueException(
                    "error parsing response permissions, expected a boolean or a map");
        }
        int max = 0;
        Duration expires = Duration.ZERO;
        for (Map.Entry<String, ConfigValue.Entry> entry : entries.entrySet()) {
            String key = entry.getKey().toLowerCase(Locale.ROOT);
            ConfigValue setting = entry.getValue().value();
            switch (key) {
                case "max", "max_msgs", "max_messages", "max_responses" ->
                        max = Typed.integer(key, setting);
                case "expires", "expiration", "ttl" -> expires = Typed.strictDuration(key, setting);
                default -> unknown(entry.getKey(), entry.getValue(), "parsing permissions");
            }
        }
        // Zero stands for the default.
        return new ResponseRule(
                max == 0 ? ResponseRule.DEFAULT.max() : max,
                expires.isZero() ? ResponseRule.DEFAULT.expires() : expires);
    }
}
