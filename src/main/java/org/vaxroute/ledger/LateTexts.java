package org.vaxroute.ledger;

import java.util.List;

/** Texts that only the transaction makes, in blocks behind those that were prepared before it. */
final class LateTexts {
    private final int before;
    private TextBlocks texts;

    /** @param before number of blocks that were prepared */
    LateTexts(int before) {
        this.before = before;
    }

    /** Lays a received and an outgoing text next to each other. */
    TextBlocks.Place add(byte[] received, byte[] outgoing) {
        if (texts == null) {
            texts = new TextBlocks(received.length * 4);
        }
        TextBlocks.Place place = texts.add(received, outgoing);
        int at = texts.append(outgoing);
        return new TextBlocks.Place(before + place.block(), place.textAt(), place.textLength(), at, outgoing.length);
    }

    List<byte[]> blocks() {
        return texts == null ? List.of() : texts.blocks();
    }
}
