package org.vaxroute.ledger;

import java.security.SecureRandom;
import java.time.Clock;

/**
 * What tells this ledger from every other: the tag of its control ids, and the key without which its hashes of patients and doses say
 * nothing.
 */
record Identity(String tag, byte[] hashKey) {
    // Without vowels no word comes of it; without I, L, O nothing is misread on the telephone.
    private static final String LETTERS = "BCDFGHJKMNPQRSTVWXYZ";

    static Identity of(Database database, Clock clock) {
        return database.transact(sql -> {
            var known = sql.sql("select tag, hash_key from ledger_identity")
                    .query((row, n) -> new Identity(row.getString(1), row.getBytes(2)))
                    .optional();
            if (known.isPresent()) {
                return known.get();
            }
            Identity made = random();
            sql.sql("insert into ledger_identity (tag, hash_key, created_at) values (?, ?, ?)")
                    .params(made.tag, made.hashKey, Database.at(clock.instant()))
                    .update();
            return made;
        });
    }

    static Identity random() {
        SecureRandom random = new SecureRandom();
        StringBuilder tag = new StringBuilder();
        for (int i = 0; i < 4; i++) {
            tag.append(LETTERS.charAt(random.nextInt(LETTERS.length())));
        }
        byte[] key = new byte[32];
        random.nextBytes(key);
        return new Identity(tag.toString(), key);
    }
}
