package org.vaxroute.ledger;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.Inflater;

/** Texts in the table {@code payload}, deflated, in parts that fit a row of either database. */
final class TablePayloads implements Payloads {
    private static final int PLAIN = 0;
    private static final int DEFLATED = 1;

    /** H2 takes 1,048,576 bytes in a value that lies in its row. */
    private static final int PART = 1_000_000;

    /** Below this compressing saves nothing worth having. */
    private static final int SMALL = 300;

    @Override
    public List<Packed> pack(List<byte[]> blocks) {
        List<Packed> packed = new ArrayList<>(blocks.size());
        Deflater deflater = new Deflater(Deflater.BEST_SPEED, true);
        try {
            for (byte[] block : blocks) {
                packed.add(block.length < SMALL ? new Packed(PLAIN, block.length, block) : deflate(deflater, block));
                deflater.reset();
            }
        } finally {
            deflater.end();
        }
        return packed;
    }

    private static Packed deflate(Deflater deflater, byte[] block) {
        byte[] out = new byte[block.length / 3 + 1024];
        int length = 0;
        deflater.setInput(block);
        deflater.finish();
        while (!deflater.finished()) {
            if (length == out.length) {
                out = Arrays.copyOf(out, out.length * 2);
            }
            length += deflater.deflate(out, length, out.length - length);
        }
        return new Packed(DEFLATED, block.length, Arrays.copyOf(out, length));
    }

    @Override
    public void write(Together together, List<Packed> blocks, long[] ids) {
        for (int i = 0; i < ids.length; i++) {
            byte[] data = blocks.get(i).data();
            for (int part = 0, at = 0; part == 0 || at < data.length; part++, at += PART) {
                write(
                        together,
                        ids[i],
                        part,
                        blocks.get(i),
                        data.length <= PART ? data : Arrays.copyOfRange(data, at, Math.min(data.length, at + PART)));
            }
        }
    }

    private static void write(Together together, long id, int part, Packed block, byte[] data) {
        together.change(
                "insert into payload (payload_id, part, codec, raw_bytes, data) values (?, ?, ?, ?, ?)",
                (insert, first) -> {
                    int at = first;
                    insert.setLong(at++, id);
                    insert.setInt(at++, part);
                    insert.setInt(at++, block.codec());
                    insert.setInt(at++, block.rawBytes());
                    insert.setBytes(at++, data);
                    return at;
                },
                inserted -> {});
    }

    @Override
    public Map<Long, byte[]> read(Connection connection, Collection<Long> ids) throws SQLException {
        Map<Long, byte[]> blocks = new HashMap<>();
        try (PreparedStatement select = connection.prepareStatement(
                "select payload_id, codec, raw_bytes, data from payload where payload_id = any(?) order by payload_id, part")) {
            select.setArray(1, connection.createArrayOf("bigint", ids.toArray()));
            try (ResultSet rows = select.executeQuery()) {
                Unpacking unpacking = null;
                while (rows.next()) {
                    long id = rows.getLong(1);
                    if (unpacking == null || unpacking.id != id) {
                        finish(unpacking, blocks);
                        unpacking = new Unpacking(id, rows.getInt(2), rows.getInt(3));
                    }
                    unpacking.part(rows.getBytes(4));
                }
                finish(unpacking, blocks);
            }
        }
        return blocks;
    }

    private static void finish(Unpacking unpacking, Map<Long, byte[]> blocks) {
        if (unpacking != null) {
            blocks.put(unpacking.id, unpacking.block());
        }
    }

    private static final class Unpacking {
        private final long id;
        private final byte[] block;
        private final Inflater inflater;
        private int length;

        Unpacking(long id, int codec, int rawBytes) {
            this.id = id;
            this.block = new byte[rawBytes];
            this.inflater = codec == DEFLATED ? new Inflater(true) : null;
        }

        void part(byte[] data) {
            if (inflater == null) {
                System.arraycopy(data, 0, block, length, data.length);
                length += data.length;
                return;
            }
            inflater.setInput(data);
            try {
                while (!inflater.finished() && length < block.length) {
                    int read = inflater.inflate(block, length, block.length - length);
                    if (read == 0 && inflater.needsInput()) {
                        return;
                    }
                    length += read;
                }
            } catch (DataFormatException e) {
                throw damaged(e);
            }
        }

        byte[] block() {
            if (inflater != null) {
                inflater.end();
            }
            if (length != block.length) {
                throw damaged(null);
            }
            return block;
        }

        private LedgerException damaged(Exception cause) {
            return new LedgerException(
                    "Payload " + id
                            + " of the ledger is damaged. Stop the server and restore the database from its backup.",
                    cause);
        }
    }
}
