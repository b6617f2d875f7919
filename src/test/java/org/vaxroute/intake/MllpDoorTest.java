package org.vaxroute.intake;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.embedded.EmbeddedChannel;
import org.junit.jupiter.api.Test;

/** The listener closes without cutting off an answer. */
class MllpDoorTest {
    private final MllpDoor door = new MllpDoor();

    @Test
    void aConnectionIsClosedWhenWhatItSentHasBeenAnswered() {
        EmbeddedChannel sender = connect();
        EmbeddedChannel quiet = connect();
        sender.writeInbound("first", "second");

        door.finish();
        quiet.runPendingTasks();
        sender.runPendingTasks();

        assertThat(quiet.isOpen()).isFalse();
        assertThat(sender.isOpen()).isTrue();
        assertThat(sender.config().isAutoRead()).isFalse();
        sender.writeOutbound("answer to the first");
        assertThat(sender.isOpen()).isTrue();
        assertThat(door.isEmpty()).isFalse();
        sender.writeOutbound("answer to the second");
        assertThat(sender.isOpen()).isFalse();
        assertThat((String) sender.readOutbound()).isEqualTo("answer to the first");
        assertThat((String) sender.readOutbound()).isEqualTo("answer to the second");
        assertThat(door.isEmpty()).isTrue();
    }

    @Test
    void nobodyIsLetInBeforeItOpensAgain() {
        door.finish();
        assertThat(connect().isOpen()).isFalse();
        assertThat(door.isEmpty()).isTrue();

        door.open();
        assertThat(connect().isOpen()).isTrue();
    }

    private EmbeddedChannel connect() {
        return new EmbeddedChannel(new MllpInFlight(10, door));
    }
}
