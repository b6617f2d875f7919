package org.vaxroute.rules;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.List;
import java.util.Optional;
import org.vaxroute.codes.CodeTables;
import org.vaxroute.hl7.Message;

/** The shipped rules and transforms, and messages to try them on. The day is fixed so that ages and dates stay. */
final class Fixture {
    static final LocalDate TODAY = LocalDate.of(2026, 11, 22);
    static final CheckContext PRODUCTION = new CheckContext(TODAY, true);
    static final CheckContext TEST = new CheckContext(TODAY, false);

    static final ZoneId TEXAS_TIME = ZoneId.of("America/Chicago");

    private static final Path REGISTRIES = Path.of("config/registries");
    static final CodeTables CODES =
            CodeTables.load(Path.of("config/codes")).withFile(Path.of("src/test/resources/prescribers.csv"));
    static final RuleSet NATIONAL = RuleSet.load(List.of(REGISTRIES.resolve("national/rules.yaml")), CODES);
    static final RuleSet TEXAS = texas();
    static final Transforms TRANSFORMS = Transforms.load(
            List.of(REGISTRIES.resolve("national/transform.yaml"), REGISTRIES.resolve("immtrac2/transform.yaml")),
            CODES,
            TEXAS_TIME);

    private Fixture() {}

    /** The Texas rules, which have not judged anything yet. */
    static RuleSet texas() {
        return RuleSet.load(
                List.of(REGISTRIES.resolve("national/rules.yaml"), REGISTRIES.resolve("immtrac2/rules.yaml")), CODES);
    }

    /** A record with which the Texas rules find nothing to say. */
    static Message clean() {
        return read(Path.of("src/test/resources/golden/pid-7-present/keeps.hl7"));
    }

    static Message read(Path file) {
        try {
            return Message.parse(Files.readAllBytes(file));
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    static Message message(String text) {
        return Message.parse(text.getBytes(StandardCharsets.UTF_8));
    }

    /** Public sample messages kept beside the project, where they are there. */
    static Optional<Path> shared() {
        String named = System.getProperty("vaxroute.shared");
        if (named != null) {
            return Optional.of(Path.of(named)).filter(Files::isDirectory);
        }
        for (Path folder = Path.of("").toAbsolutePath(); folder != null; folder = folder.getParent()) {
            Path shared = folder.resolveSibling("shared");
            if (folder.getFileName() != null && Files.isDirectory(shared.resolve("data/samples"))) {
                return Optional.of(shared);
            }
        }
        return Optional.empty();
    }
}
