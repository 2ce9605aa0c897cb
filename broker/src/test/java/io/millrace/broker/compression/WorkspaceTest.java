package io.millrace.broker.compression;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class WorkspaceTest {
    private final Workspace workspace = new Workspace();

    private int size() {
        return workspace.bytes().length;
    }

    @Test
    void shouldHaveRoomForContentAndSlack() {
        for (int length = 0; length < 5000; length++) {
            Workspace fresh = new Workspace();
            fresh.begin(length);
            assertThat(fresh.bytes().length)
                    .isBetween(length + Workspace.SLACK_BYTES, 2 * length + 1024);
        }
    }

    @Test
    void shouldKeepWhatWasThereWhenItGrows() {
        workspace.begin(3);
        workspace.bytes()[2] = 7;
        workspace.grow(3, 100_000);
        assertThat(workspace.bytes()[2]).isEqualTo((byte) 7);
        assertThat(workspace.view(2, 3).readByte()).isEqualTo((byte) 7);
    }

    @Test
    void shouldGiveUpALargeArrayAfterManySmallUses() {
        workspace.begin(1_000_000);
        for (int i = 0; i < 9; i++) {
            workspace.begin(10);
        }
        assertThat(size()).isLessThan(1000);
    }

    @Test
    void shouldKeepALargeArrayWhileItIsUsedNowAndThen() {
        workspace.begin(1_000_000);
        byte[] large = workspace.bytes();
        for (int i = 0; i < 100; i++) {
            // Large content that begins with a small piece.
            workspace.begin(10);
            workspace.grow(10, i % 5 == 0 ? 900_000 : 20);
        }
        assertThat(workspace.bytes()).isSameAs(large);
    }
}
