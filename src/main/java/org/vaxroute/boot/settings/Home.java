package org.vaxroute.boot.settings;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import javax.naming.InitialContext;
import javax.naming.NamingException;

/**
 * The folder holding {@code routes/}, {@code config/} and {@code work/}. Every relative path of the settings is relative to it, so that nothing
 * depends on the folder from which a server happened to be started.
 *
 * @param folder absolute and normalised
 */
public record Home(Path folder) {

    /** System property that names the home folder. */
    public static final String PROPERTY = "vaxroute.home";

    /** Environment variable that names the home folder. */
    public static final String VARIABLE = "VAXROUTE_HOME";

    /** JNDI name (under {@code java:comp/env/}) that names the home folder inside an application server. */
    public static final String JNDI_NAME = "vaxroute/home";

    /** Characters that other parts take for their own: Camel's addresses and placeholders, the log's file names, H2's addresses. */
    private static final Pattern OTHERS_OWN = Pattern.compile("[?%;(){}\\[\\]]|\\p{Cntrl}");

    public Home {
        folder = folder.toAbsolutePath().normalize();
    }

    /**
     * Finds the home folder: system property, environment variable, JNDI entry, else the current folder if it looks like a home.
     *
     * @throws HomeNotFoundException when none of them leads to a folder with {@code routes/} and {@code config/}
     */
    public static Home find() {
        return find(System::getProperty, System::getenv, Home::fromJndi, Path.of(""));
    }

    static Home find(
            UnaryOperator<String> properties,
            UnaryOperator<String> environment,
            Supplier<Optional<String>> jndi,
            Path currentFolder) {
        String named = properties.apply(PROPERTY);
        if (named != null && !named.isBlank()) {
            return checked(Path.of(named.strip()), "system property " + PROPERTY);
        }
        named = environment.apply(VARIABLE);
        if (named != null && !named.isBlank()) {
            return checked(Path.of(named.strip()), "environment variable " + VARIABLE);
        }
        Optional<String> bound = jndi.get();
        if (bound.isPresent()) {
            return checked(Path.of(bound.get().strip()), "JNDI entry " + JNDI_NAME);
        }
        Home here = new Home(currentFolder);
        if (!here.looksRight()) {
            throw new HomeNotFoundException("No VaxRoute home found: " + here.folder
                    + " has no routes/ and config/ folders. Start from the home folder, or name it with --home FOLDER, -D"
                    + PROPERTY + "=FOLDER or the environment variable " + VARIABLE + ".");
        }
        return here.inAFolderThatCanBeNamed();
    }

    /**
     * A home named by a person.
     *
     * @throws HomeNotFoundException when the folder has no {@code routes/} and {@code config/}
     */
    public static Home of(Path folder) {
        return checked(folder, "the folder given");
    }

    private static Home checked(Path folder, String namedBy) {
        Home home = new Home(folder);
        if (!home.looksRight()) {
            throw new HomeNotFoundException("The VaxRoute home " + home.folder + " (from " + namedBy
                    + ") has no routes/ and config/ folders. Name the folder that holds them.");
        }
        return home.inAFolderThatCanBeNamed();
    }

    private static Optional<String> fromJndi() {
        try {
            Object bound = new InitialContext().lookup("java:comp/env/" + JNDI_NAME);
            return Optional.ofNullable(bound).map(Object::toString).filter(text -> !text.isBlank());
        } catch (NamingException notInsideAServer) {
            return Optional.empty();
        }
    }

    /** A home in such a folder would start and lose its log, its placeholders or its ledger's name on the way. */
    private Home inAFolderThatCanBeNamed() {
        Matcher found = OTHERS_OWN.matcher(folder.toString());
        if (found.find()) {
            char character = found.group().charAt(0);
            throw new HomeNotFoundException(
                    "The path of the VaxRoute home " + folder.toString().replaceAll("\\p{Cntrl}", "?")
                            + " has "
                            + (Character.isISOControl(character) ? "a control character" : "the character " + character)
                            + " in it, which Camel, the log or the database would read as a sign of their own. Rename the folder, or make a link to it"
                            + " under a plain name and give that as the home; commas, spaces and letters of all languages do no harm.");
        }
        return this;
    }

    private boolean looksRight() {
        return Files.isDirectory(routes()) && Files.isDirectory(config());
    }

    /** An absolute path; a relative one is taken from the home folder. */
    public Path path(String text) {
        return folder.resolve(text).normalize();
    }

    public Path routes() {
        return folder.resolve("routes");
    }

    public Path config() {
        return folder.resolve("config");
    }

    /**
     * The files that routes are read from, in order: everything below {@code routes/} that ends in {@code .yaml}, {@code .yml} or {@code .xml}.
     *
     * @throws IOException when a folder cannot be listed
     */
    public List<Path> routeFiles() throws IOException {
        return filesBelow(routes()).stream()
                .filter(file -> file.toString().matches(".*\\.(ya?ml|xml)"))
                .toList();
    }

    /**
     * All files below a folder, in order. Links are followed: a site may keep its routes, or a part of its settings, elsewhere. Kubernetes
     * mounts the files of a ConfigMap as links into a folder whose name begins with two points; they are in it once. None where the folder
     * is not there.
     *
     * @throws IOException when a folder cannot be listed, or a link leads back to a folder that it lies in
     */
    public static List<Path> filesBelow(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> all = Files.walk(folder, FileVisitOption.FOLLOW_LINKS)) {
            return all.filter(Files::isRegularFile)
                    .filter(file -> StreamSupport.stream(folder.relativize(file).spliterator(), false)
                            .noneMatch(part -> part.toString().startsWith("..")))
                    .sorted()
                    .toList();
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    /** The name that MBeans and notices carry: the folder's own name, reduced to letters that are safe in an object name. */
    public String name() {
        Path last = folder.getFileName();
        String name = last == null ? "" : last.toString().replaceAll("[^A-Za-z0-9._-]", "-");
        return name.isEmpty() ? "vaxroute" : name;
    }
}
