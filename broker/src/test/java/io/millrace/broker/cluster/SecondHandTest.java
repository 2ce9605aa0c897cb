package io.millrace.broker.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.cluster.LoneMesh.Listener;
import io.millrace.broker.cluster.LoneMesh.Peer;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Messages for a queue group whose members have left while they were on their way. */
class SecondHandTest {
    private final LoneMesh mesh = new LoneMesh(LoneMesh.options().build());
    private final Peer two = mesh.join("10.0.0.2", LoneMesh.info("N2").build());
    private final Peer three = mesh.join("10.0.0.3", LoneMesh.info("N3").build());

    @AfterEach
    void close() {
        mesh.close();
    }

    @Test
    void shouldPassOnForTheGroupOnlyWhenNoMemberIsLeft() {
        three.says("RS+ A a q 1\r\nRS+ A a\r\n");
        two.heard();
        three.heard();
        two.says("RMSG A a + back q 2\r\nhi\r\n");
        assertThat(three.heard()).isEqualTo("RMSG A a + back _second_hand_ q 2\r\nhi\r\n");
        assertThat(two.heard()).isEmpty();
    }

    @Test
    void shouldKeepWhatIsForTheGroupFromPlainSubscribersWhenItWasPassedOn() {
        Listener plain = mesh.new Listener();
        Listener member = mesh.new Listener();
        plain.says("SUB a 1\r\n");
        member.says("SUB a q 1\r\n");
        two.says("RMSG A a | _second_hand_ q 2\r\nhi\r\n");
        assertThat(plain.heard()).isEmpty();
        assertThat(member.heard()).isEqualTo("MSG a 1 2\r\nhi\r\n");
        two.says("RMSG A a | q 2\r\nho\r\n");
        assertThat(plain.heard()).isEqualTo("MSG a 1 2\r\nho\r\n");
        assertThat(member.heard()).isEqualTo("MSG a 1 2\r\nho\r\n");
    }

    /** Its members may be there, but not have it: it would go round for ever. */
    @Test
    void shouldNotPassOnWhatWasPassedOn() {
        three.says("RS+ A a q 1\r\n");
        two.heard();
        three.heard();
        two.says("RMSG A a | _second_hand_ q 2\r\nhi\r\n");
        three.says("RMSG A a | _second_hand_ q 2\r\nhi\r\n");
        assertThat(two.heard()).isEmpty();
        assertThat(three.heard()).isEmpty();
    }
}
