package org.vaxroute;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The walls of the house as {@code docs/architecture.md} draws them. */
class HouseRulesTest {
    private static final Path SOURCES = Path.of("src/main/java/org/vaxroute");

    /** From the top of the house down; a room sees the rooms of lower tiers only. */
    private static final List<Set<String>> TIERS = List.of(
            Set.of("boot"),
            Set.of("cli"),
            Set.of("practice"),
            Set.of("operate"),
            Set.of("intake", "feeds", "submit", "answers"),
            Set.of("ledger"),
            Set.of("vxu", "rules"),
            Set.of("hl7", "codes"));

    private static final Set<String> ROOMS_WITH_ADAPTERS = Set.of("intake", "feeds", "submit", "answers", "operate");

    private static JavaClasses house;

    @BeforeAll
    static void readClasses() {
        house = new ClassFileImporter()
                .withImportOption(new ImportOption.DoNotIncludeTests())
                .withImportOption(place -> !place.contains("/bench/"))
                .importPackages("org.vaxroute");
    }

    static Stream<String> rooms() {
        return TIERS.stream().flatMap(Set::stream).sorted();
    }

    @ParameterizedTest
    @MethodSource("rooms")
    void aRoomSeesLowerTiersOnly(String room) {
        List<String> closed = new ArrayList<>();
        for (Set<String> tier : TIERS) {
            tier.stream()
                    .filter(other -> !other.equals(room))
                    .map(HouseRulesTest::packageOf)
                    .forEach(closed::add);
            if (tier.contains(room)) {
                break;
            }
        }
        if (!closed.isEmpty()) {
            noClasses()
                    .that()
                    .resideInAPackage(packageOf(room))
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage(closed.toArray(String[]::new))
                    .because("dependencies point down, and rooms of one tier meet only in the ledger")
                    .allowEmptyShould(true)
                    .check(house);
        }
    }

    @Test
    void onlyBootAndTheCommandLineKnowThePracticeRoom() {
        noClasses()
                .that()
                .resideOutsideOfPackages(packageOf("practice"), packageOf("boot"), packageOf("cli"))
                .should()
                .dependOnClassesThat()
                .resideInAPackage(packageOf("practice"))
                .check(house);
    }

    @Test
    void roomsFormNoCircles() {
        slices().matching("org.vaxroute.(*)..").should().beFreeOfCycles().check(house);
    }

    @Test
    void camelIsMetInBootAndInNamedAdaptersOnly() {
        noClasses()
                .that(areNotAdapters())
                .should()
                .dependOnClassesThat()
                .resideInAPackage("org.apache.camel..")
                .because("everything else is plain Java whose tests need no Camel")
                .check(house);
    }

    @Test
    void readingHl7NeedsNothingButTheJdk() {
        noClasses()
                .that()
                .resideInAPackage(packageOf("hl7"))
                .should()
                .dependOnClassesThat()
                .resideOutsideOfPackages("java..", packageOf("hl7"))
                .allowEmptyShould(true)
                .check(house);
    }

    @Test
    void codeTablesNeedTheJdkAndACsvReader() {
        noClasses()
                .that()
                .resideInAPackage(packageOf("codes"))
                .should()
                .dependOnClassesThat()
                .resideOutsideOfPackages(
                        "java..",
                        "javax.xml..",
                        "org.w3c.dom..",
                        "org.xml.sax..",
                        "org.apache.commons.csv..",
                        "org.slf4j..",
                        packageOf("codes"))
                .allowEmptyShould(true)
                .check(house);
    }

    @Test
    void nothingIsKeptInACupboard() {
        noClasses()
                .should()
                .resideInAnyPackage("..util..", "..utils..", "..common..", "..misc..", "..helper..", "..helpers..")
                .orShould()
                .haveSimpleNameEndingWith("Util")
                .orShould()
                .haveSimpleNameEndingWith("Utils")
                .orShould()
                .haveSimpleNameEndingWith("Helper")
                .orShould()
                .haveSimpleNameEndingWith("Manager")
                .because("a name says what a thing is for")
                .check(house);
    }

    @Test
    void onlyTheCommandLineWritesToTheTerminal() {
        noClasses()
                .that()
                .resideOutsideOfPackage(packageOf("cli"))
                .should()
                .accessField(System.class, "out")
                .orShould()
                .accessField(System.class, "err")
                .orShould()
                .callMethod(Throwable.class, "printStackTrace")
                .check(house);
    }

    @Test
    void timeIsHandedIn() {
        noClasses()
                .should()
                .callMethod(java.time.Instant.class, "now")
                .orShould()
                .callMethod(java.time.LocalDate.class, "now")
                .orShould()
                .callMethod(java.time.LocalDateTime.class, "now")
                .orShould()
                .callMethod(java.time.ZonedDateTime.class, "now")
                .orShould()
                .callMethod(java.time.OffsetDateTime.class, "now")
                .because("a test must be able to set the clock")
                .check(house);
    }

    @Test
    void everyPackageSaysWhatItIsFor() throws IOException {
        try (Stream<Path> folders = Files.walk(SOURCES)) {
            assertThat(folders.filter(Files::isDirectory)
                            .filter(HouseRulesTest::holdsClasses)
                            .filter(folder -> !Files.exists(folder.resolve("package-info.java"))))
                    .isEmpty();
        }
    }

    @Test
    void noPromiseIsLeftInTheCode() throws IOException {
        try (Stream<Path> files = Files.walk(SOURCES)) {
            assertThat(files.filter(file -> file.toString().endsWith(".java")).filter(HouseRulesTest::promises))
                    .isEmpty();
        }
    }

    private static boolean holdsClasses(Path folder) {
        try (Stream<Path> files = Files.list(folder)) {
            return files.anyMatch(file -> file.toString().endsWith(".java"));
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static boolean promises(Path file) {
        try {
            String text = Files.readString(file);
            return text.contains("TODO") || text.contains("FIXME") || text.contains("XXX:");
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static String packageOf(String room) {
        return "org.vaxroute." + room + "..";
    }

    private static DescribedPredicate<JavaClass> areNotAdapters() {
        return DescribedPredicate.describe(
                "are neither in boot nor an *Endpoint, *Step or *Reader of a room with adapters", type -> {
                    String room = type.getPackageName()
                            .replaceFirst("^org\\.vaxroute\\.?", "")
                            .replaceFirst("\\..*", "");
                    String outermost = type.getName()
                            .substring(type.getPackageName().length() + 1)
                            .replaceFirst("\\$.*", "");
                    return !room.equals("boot")
                            && !(ROOMS_WITH_ADAPTERS.contains(room) && outermost.matches(".*(Endpoint|Step|Reader)"));
                });
    }
}
