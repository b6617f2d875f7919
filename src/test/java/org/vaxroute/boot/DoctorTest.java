package org.vaxroute.boot;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.vaxroute.cli.House.Symptom;

/** What the doctor finds although settings and routes are without fault. */
class DoctorTest {
    @TempDir
    Path folder;

    @Test
    void aSourceToWhichNobodyListens() {
        ShippedHome home = new ShippedHome(folder);
        home.set("config/connections/main.properties", "source.clinic-messages.kind", "mllp");

        assertThat(ill()).singleElement().satisfies(symptom -> {
            assertThat(symptom.what()).isEqualTo("source main.clinic-messages");
            assertThat(symptom.finding()).contains("intake.mllp.enabled is false");
        });

        home.set("config/vaxroute.properties", "intake.mllp.enabled", "true");
        assertThat(ill()).isEmpty();
    }

    private List<Symptom> ill() {
        return new StandaloneHouse()
                .doctor(folder).stream().filter(symptom -> !symptom.well()).toList();
    }
}
