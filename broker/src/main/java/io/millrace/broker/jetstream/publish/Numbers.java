package io.millrace.broker.jetstream.publish;

import io.millrace.protocol.Region;

/** Numbers in headers and subjects. */
final class Numbers {
    private Numbers() {}

    /**
     * Decimal digits without a sign, as many as there are.
     *
     * @return {@link PublishHeaders#NO_NUMBER} if there are none, if anything else is there, or if
     *     the number is larger than a long
     */
    static long parse(Region region, int offset, int length) {
        if (length == 0) {
            return PublishHeaders.NO_NUMBER;
        }
        long number = 0;
        for (int i = 0; i < length; i++) {
            int digit = region.getByte(offset + i) - '0';
            if (digit < 0 || digit > 9 || number > (Long.MAX_VALUE - digit) / 10) {
                return PublishHeaders.NO_NUMBER;
            }
            number = number * 10 + digit;
        }
        return number;
    }
}
