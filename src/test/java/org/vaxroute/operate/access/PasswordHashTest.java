package org.vaxroute.operate.access;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PasswordHashTest {
    @Test
    void theHashOfNobodyIsReadLikeAnyOtherAndIsOfNoPassword() {
        String nobody = PasswordHash.ofNobody();
        String somebody = PasswordHash.of("correct horse".toCharArray());

        assertThat(PasswordHash.isHash(nobody)).isTrue();
        // As many rounds and as many bits: an answer's delay must not tell which names exist.
        assertThat(nobody.split(":")[1]).isEqualTo(somebody.split(":")[1]);
        assertThat(nobody).hasSameSizeAs(somebody).isNotEqualTo(PasswordHash.ofNobody());
        assertThat(PasswordHash.matches("nobody".toCharArray(), nobody)).isFalse();
        assertThat(PasswordHash.matches("correct horse".toCharArray(), somebody))
                .isTrue();
    }

    @Test
    void aPasswordOfThisRunIsKnownAsAnyOther() {
        String hash = PasswordHash.ofThisRun("a2b3c4d5".toCharArray());

        assertThat(PasswordHash.isHash(hash)).isTrue();
        assertThat(PasswordHash.matches("a2b3c4d5".toCharArray(), hash)).isTrue();
        assertThat(PasswordHash.matches("a2b3c4d6".toCharArray(), hash)).isFalse();
    }
}
