package io.millrace.broker.jetstream.stream;

import io.millrace.broker.jetstream.config.StreamSource;
import io.millrace.broker.jetstream.config.TransformConfig;

import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * What tells one source of a stream from all others, by the words of the reference: they stand in
 * the header {@code Nats-Stream-Source} of each message that is from there.
 *
 * @param place the stream's name; with a hash of where it is, and of the consumer's name, if the
 *     configuration says those. Without blanks
 * @param copied which of its messages, and to which subjects: two words
 */
public record OriginName(String place, String copied) {
    private static final String ALL = ">";

    /** The name of a source. */
    public static OriginName of(StreamSource source) {
        List<TransformConfig> transforms = source.transforms();
        String copied =
                transforms.isEmpty()
                        ? orAll(source.filterSubject()) + ' ' + ALL
                        : joined(transforms, TransformConfig::source)
                                + ' '
                                + joined(transforms, TransformConfig::destination);
        return new OriginName(place(source), copied);
    }

    private static String place(StreamSource source) {
        StringBuilder place = new StringBuilder(source.name());
        if (source.external() != null) {
            place.append(':').append(ShortHash.of(source.external().api()));
        }
        if (source.consumer() != null) {
            place.append(":C=").append(ShortHash.of(source.consumer().name()));
        }
        return place.toString();
    }

    private static String joined(
            List<TransformConfig> transforms, Function<TransformConfig, String> part) {
        return transforms.stream()
                .map(each -> orAll(part.apply(each)))
                .collect(Collectors.joining("\f"));
    }

    private static String orAll(String subject) {
        return subject.isEmpty() ? ALL : subject;
    }

    @Override
    public String toString() {
        return place + ' ' + copied;
    }
}
