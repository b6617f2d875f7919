package org.vaxroute.submit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** Which names and folders of a registry's server may be our own. */
class AccountFoldersTest {
    @Test
    void theNameUnderWhichAFileTravelsTellsWhichFileItIs() {
        for (String template : List.of("{name}.part", "tmp_{name}", "a{name}b", "{name}{name}", "x-{name}.{name}")) {
            Account.Naming naming = new Account.Naming(template, true, true);
            assertThat(naming.uploads(naming.temporary("A26001.0.hl7")))
                    .as(template)
                    .contains("A26001.0.hl7");
            assertThat(naming.uploads("A26001.0.hl7.ack")).as(template).isEmpty();
            assertThat(naming.uploads(template.replace("{name}", "")))
                    .as(template)
                    .isEmpty();
        }
        assertThat(new Account.Naming("tmp_{name}", true, true).uploads("TMP_a.hl7"))
                .contains("a.hl7");
        assertThat(new Account.Naming("{name}.{name}", true, true).uploads("ab.cd"))
                .isEmpty();
    }

    @Test
    void aDropOffFolderMayBeTheResultsFolderUnlessTheyAreSurelyTwo() {
        assertThat(List.of(".", "", "./", "x/..", "/home/clinic")).allMatch(results(".")::mayHoldResults);
        assertThat(List.of("in", "out/in", "..")).noneMatch(results(".")::mayHoldResults);
        assertThat(List.of("out", "OUT/", "./out", "/clinic/out")).allMatch(results("out")::mayHoldResults);
        assertThat(List.of("/in", "/out/in", "/")).noneMatch(results("/out")::mayHoldResults);
    }

    private static Account results(String folder) {
        return Account.builder("main", Account.Kind.FOLDER).results(folder).build();
    }
}
