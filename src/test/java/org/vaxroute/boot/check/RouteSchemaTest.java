package org.vaxroute.boot.check;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class RouteSchemaTest {
    /** {@link RouteCheck} relies on this: it does not hold files that are as shipped to the schema. */
    @Test
    void everyShippedRouteKeepsToCamelsSchema() throws IOException {
        RouteSchema schema = new RouteSchema();
        List<Path> files;
        try (Stream<Path> all = Files.walk(Path.of("routes"))) {
            files = all.filter(file -> file.toString().endsWith(".yaml")).toList();
        }

        assertThat(files).hasSizeGreaterThan(20);
        for (Path file : files) {
            assertThat(schema.refusals(Files.readString(file)))
                    .describedAs("%s", file)
                    .isEmpty();
        }
    }
}
