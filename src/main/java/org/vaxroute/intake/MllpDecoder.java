package org.vaxroute.intake;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.netty.handler.codec.TooLongFrameException;
import java.util.List;
import java.util.function.LongConsumer;

/**
 * Cuts an MLLP byte stream into messages: {@code 0B} message {@code 1C 0D}. One decoder per connection.
 *
 * <p>Unlike the stock decoder it has a size limit and never joins a cut frame with the next patient's message: where a
 * new {@code 0B} begins before the old frame ended, the old one is dropped.
 */
final class MllpDecoder extends ByteToMessageDecoder {
    private static final byte START = 0x0b;
    private static final byte END = 0x1c;
    private static final byte CARRIAGE_RETURN = 0x0d;

    private final int limit;
    private final LongConsumer discarded;
    private int scanned;

    /**
     * @param limit the longest message in bytes; a longer one closes the connection
     * @param discarded told how many bytes outside a complete frame were thrown away
     */
    MllpDecoder(int limit, LongConsumer discarded) {
        this.limit = limit;
        this.discarded = discarded;
    }

    @Override
    protected void decode(ChannelHandlerContext context, ByteBuf in, List<Object> out) {
        int start = in.indexOf(in.readerIndex(), in.writerIndex(), START);
        if (start < 0) {
            discarded.accept(in.readableBytes());
            in.skipBytes(in.readableBytes());
            scanned = 0;
            return;
        }
        if (start > in.readerIndex()) {
            discarded.accept((long) start - in.readerIndex());
            in.readerIndex(start);
            scanned = 0;
        }
        int end = in.indexOf(Math.max(start + 1, start + scanned), in.writerIndex(), END);
        while (end >= 0 && end + 1 < in.writerIndex() && in.getByte(end + 1) != CARRIAGE_RETURN) {
            end = in.indexOf(end + 1, in.writerIndex(), END);
        }
        int length = (end < 0 ? in.writerIndex() : end) - start - 1;
        if (length > limit) {
            discarded.accept(in.readableBytes());
            in.skipBytes(in.readableBytes());
            throw new TooLongFrameException("MLLP frame over " + limit + " bytes");
        }
        if (end < 0 || end + 1 >= in.writerIndex()) {
            scanned = Math.max(1, (end < 0 ? in.writerIndex() : end) - start);
            return;
        }
        int begin = lastStart(in, start, end);
        discarded.accept((long) begin - start);
        byte[] message = new byte[end - begin - 1];
        in.getBytes(begin + 1, message);
        in.readerIndex(end + 2);
        scanned = 0;
        out.add(message);
    }

    private static int lastStart(ByteBuf in, int start, int end) {
        int last = start;
        for (int i = in.indexOf(start + 1, end, START); i >= 0; i = in.indexOf(i + 1, end, START)) {
            last = i;
        }
        return last;
    }
}
