package org.vaxroute.intake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.TooLongFrameException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class MllpDecoderTest {
    private final AtomicLong discarded = new AtomicLong();
    private final EmbeddedChannel channel = new EmbeddedChannel(new MllpDecoder(100, discarded::addAndGet));

    private void arrives(String bytes) {
        channel.writeInbound(Unpooled.copiedBuffer(bytes, StandardCharsets.ISO_8859_1));
    }

    private List<String> messages() {
        List<String> all = new ArrayList<>();
        for (byte[] one = channel.readInbound(); one != null; one = channel.readInbound()) {
            all.add(new String(one, StandardCharsets.ISO_8859_1));
        }
        return all;
    }

    @Test
    void twoFramesInOneWriteAreTwoMessages() {
        arrives("\u000bone\u001c\r\u000btwo\u001c\r");
        assertThat(messages()).containsExactly("one", "two");
        assertThat(discarded).hasValue(0);
    }

    @Test
    void aFrameMayBeCutBetweenItsEndBytes() {
        arrives("\u000bone\u001c");
        assertThat(messages()).isEmpty();
        arrives("\r");
        assertThat(messages()).containsExactly("one");
    }

    @Test
    void anEndByteWithoutItsCarriageReturnBelongsToTheMessage() {
        arrives("\u000bo\u001cne\u001c\r");
        assertThat(messages()).containsExactly("o\u001cne");
    }

    @Test
    void garbageBeforeAndBetweenFramesIsSkippedAndCounted() {
        arrives("hello\u001c\r\u000bone\u001c\r??\u000btwo\u001c\r");
        assertThat(messages()).containsExactly("one", "two");
        assertThat(discarded).hasValue(9);
    }

    @Test
    void aCutFrameIsNeverJoinedWithTheNextPatients() {
        arrives("\u000bone pat");
        arrives("\u000btwo\u001c\r");
        assertThat(messages()).containsExactly("two");
    }

    @Test
    void aFrameOverTheLimitEndsTheConnection() {
        assertThatThrownBy(() -> arrives("\u000b" + "x".repeat(200))).isInstanceOf(TooLongFrameException.class);
        assertThat(messages()).isEmpty();
    }

    @Test
    void howeverTheStreamIsCutTheSameMessagesComeOut() {
        long seed = 20261122;
        var random = new Random(seed);
        var stream = new StringBuilder();
        List<String> expected = new ArrayList<>();
        for (int i = 0; i < 300; i++) {
            String message = "m" + i + "\u001c".repeat(random.nextInt(2)) + "x".repeat(random.nextInt(60));
            expected.add(message);
            stream.append('\u000b').append(message).append("\u001c\r");
        }
        List<String> found = new ArrayList<>();
        for (int at = 0; at < stream.length(); ) {
            int end = Math.min(stream.length(), at + 1 + random.nextInt(40));
            arrives(stream.substring(at, end));
            found.addAll(messages());
            at = end;
        }
        assertThat(found).as("seed %d", seed).isEqualTo(expected);
    }
}
