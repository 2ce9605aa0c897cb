package io.millrace.broker.config;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Digests as the reference prints them for the same content. */
class ConfigDigestTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    a: 0.0000001                              | 1fdc2672f95892484489bcbaecb943f803a9b4826713ad999d6619d16809eaf6
                    a: 0.00000000123                          | d8f87c68b9a0b24f421adab3b524f2f1bc9f5dfa9463961d58f2f3ce5797fc6d
                    a: 0.000001                               | 26ac345a08a77d43bfb210cd3ad9d2eaabbfc0be27a697a59e432997e547019c
                    a: -0.0                                   | a876c231ec1f7093fff88633cf96f389ea53d79a7692ccc9e6716e15bdae4af6
                    a: 123456789.125                          | 24053b67189bc8ea1183a692bee8cdf96f8b982e4fb7aa55d2ba337bbd53a420
                    a: 1000000000000000000000.5               | 154d0eaf0daf6b70cc72f047e0f2d4bbd3f6fb9e9a6633ec3072adb6e50d1794
                    a: 100000000000000000000.5                | 2fef526a3db2cbcfcc2749df7e93e5564bb13079e33b4b3aa4e379bbcd28054b
                    a: 1.10                                   | a73d4f8f71f42306d8d34b6387842581c4a6d13258c49a77db2c9fd0482485ff
                    a: "<&>"                                  | 8277513e271bd08b513c4cda268d5dd496bf4242f1792b29eadd42be7bd6eec1
                    a: é€😀                                    | 4d01d9ea5945b28c95a5b2c55cbcc3b8b7c20aa3abd376d6b87aa632b5a85354
                    a: "\\x01\\t\\n\\r"                       | 527bb76cb930fa4718c57901df7580e1297e948b6ba4ebe7e86b909479915a51
                    a: 2026-11-21T01:02:03Z                   | 19d9bf804116cd180c7f00c6910bd56e478ce4c6cae83a654c2dd87f49af8178
                    b: [1k, 1kb, -3mib ], a {d: yes, c: off}   | eb6b8d7498222e5596f72e70ee1b495e264ee09850873fc385cd5df8c2a8de2e
                    """)
    void shouldBeTheDigestOfTheReference(String content, String digest) throws Exception {
        MemorySource source = new MemorySource().file("c", content);
        assertThat(ConfigDigest.of(ConfigParser.parse(source, "c"))).isEqualTo("sha256:" + digest);
    }
}
