package org.vaxroute.operate.access;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Clock;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.security.auth.Subject;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The people who may log in: one line each, {@code name = pbkdf2:..., role}, in a file that is read again at each login, so that a new user or a
 * lost one counts at once.
 */
public final class Users {
    private static final Pattern LINE = Pattern.compile("([A-Za-z0-9._-]{1,64})\\s*=\\s*(\\S+)\\s*,\\s*(\\w+)");
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._-]{1,64}");
    private static final String HEADING =
            "# Who may log in to the console; written by \"vaxroute user add\". Remove a line to lock somebody out.";

    /** Compared with when the name is unknown, so that an answer's delay does not tell which names exist. */
    private static final String NOBODY = PasswordHash.ofNobody();

    /** Logins that are compared or wait for it. A flood of them must not hold every thread of the web server. */
    private static final int MOST_AT_A_TIME = 16;

    private static final Logger LOG = LoggerFactory.getLogger(Users.class);

    private final Path file;
    private final LoginLimit limit;
    private final ThreadLocal<String> refused = new ThreadLocal<>();
    private final Semaphore room = new Semaphore(MOST_AT_A_TIME);
    private volatile User guest;

    /** Somebody who may log in, as the file had him at that moment. */
    record User(String name, String hash, Role role) {
        @Override
        public String toString() {
            return name + ", " + role.word();
        }
    }

    /** @param file need not exist yet */
    public Users(Path file) {
        this(file, Clock.systemUTC());
    }

    Users(Path file, Clock clock) {
        this.file = file;
        this.limit = new LoginLimit(clock);
    }

    /** Whether there is anybody who could log in. */
    public boolean any() {
        return guest != null || !read().isEmpty();
    }

    /** Lets somebody in until this process ends, with a password that stands nowhere. For rehearsals. */
    public void welcome(String name, char[] password, Role role) {
        guest = new User(checked(name), PasswordHash.ofThisRun(password), role);
    }

    /** This person, if the password is right and the name does not rest after too many wrong ones; nobody while too many are at it. */
    Optional<User> logIn(String name, char[] password) {
        refused.remove();
        // A name that nobody can have is neither compared nor remembered, however many and long they are.
        if (!NAME.matcher(name).matches() || !room.tryAcquire()) {
            return Optional.empty();
        }
        try {
            return compared(name, password);
        } finally {
            room.release();
        }
    }

    /** One at a time: guesses made side by side are counted like others, and take one processor at most. */
    private synchronized Optional<User> compared(String name, char[] password) {
        Optional<User> known = Optional.ofNullable(guest)
                .filter(user -> user.name().equals(name))
                .or(() ->
                        read().stream().filter(user -> user.name().equals(name)).findFirst());
        known.map(User::name).ifPresent(refused::set);
        if (limit.rests(name)) {
            return Optional.empty();
        }
        boolean right = PasswordHash.matches(password, known.map(User::hash).orElse(NOBODY));
        if (right && known.isPresent()) {
            limit.succeeded(name);
            refused.remove();
            return known;
        }
        if (limit.failed(name)) {
            // An unknown name may be a password that somebody typed into the wrong field.
            LOG.warn(
                    "Too many wrong passwords in a row for {}; that name is kept out for a quarter of an hour.",
                    known.map(User::name).orElse("a name that is no user"));
        }
        return Optional.empty();
    }

    /**
     * Gives and forgets which user this thread's last login was refused to; empty when what was typed as a name is no user's, and may be a password,
     * or when it was not looked at.
     */
    public Optional<String> takeRefused() {
        Optional<String> name = Optional.ofNullable(refused.get());
        refused.remove();
        return name;
    }

    /** Whether whoever logged in as this subject still could: neither taken out since, nor given another role or password. */
    public boolean stillKnow(Subject subject) {
        Set<User> loggedIn = subject.getPrivateCredentials(User.class);
        return !loggedIn.isEmpty() && loggedIn.stream().allMatch(user -> user.equals(guest) || read().contains(user));
    }

    /**
     * Writes a user into the file, in place of one of the same name.
     *
     * @throws IllegalArgumentException when the name or the password will not do
     * @throws UncheckedIOException when the file cannot be written
     */
    public void put(String name, char[] password, Role role) {
        checked(name);
        if (password.length < 10) {
            throw new IllegalArgumentException("The password has fewer than 10 characters; take a longer one.");
        }
        List<String> lines = new ArrayList<>();
        lines.add(HEADING);
        for (User user : read()) {
            if (!user.name().equals(name)) {
                lines.add(line(user));
            }
        }
        lines.add(line(new User(name, PasswordHash.of(password), role)));
        write(lines);
    }

    /**
     * Takes a user out of the file.
     *
     * @return whether there was one
     * @throws UncheckedIOException when the file cannot be written
     */
    public boolean remove(String name) {
        List<User> users = read();
        if (users.stream().noneMatch(user -> user.name().equals(name))) {
            return false;
        }
        List<String> lines = new ArrayList<>();
        lines.add(HEADING);
        users.stream()
                .filter(user -> !user.name().equals(name))
                .map(Users::line)
                .forEach(lines::add);
        write(lines);
        return true;
    }

    /** Who may log in and as what, in the order of the file. */
    public Map<String, Role> roles() {
        Map<String, Role> roles = new LinkedHashMap<>();
        read().forEach(user -> roles.put(user.name(), user.role()));
        return roles;
    }

    private void write(List<String> lines) {
        try {
            Files.createDirectories(file.toAbsolutePath().getParent());
            Path next = file.resolveSibling("." + file.getFileName() + ".new");
            Files.deleteIfExists(next);
            OwnerOnly.create(next);
            Files.write(next, lines, StandardCharsets.UTF_8);
            OwnerOnly.giveToOwnerOfFolder(next);
            Files.move(next, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "The users file " + file + " cannot be written; check the folder's rights.", e);
        }
    }

    private static String line(User user) {
        return user.name() + " = " + user.hash() + ", " + user.role().word();
    }

    private static String checked(String name) {
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException(
                    "A user's name holds letters, digits, dots, hyphens and underscores, at most 64.");
        }
        return name;
    }

    private List<User> read() {
        if (!Files.exists(file)) {
            return List.of();
        }
        List<User> users = new ArrayList<>();
        try {
            int number = 0;
            for (String text : Files.readAllLines(file, StandardCharsets.UTF_8)) {
                number++;
                String line = text.strip();
                if (line.isEmpty() || line.startsWith("#")) {
                    continue;
                }
                Matcher found = LINE.matcher(line);
                Optional<Role> role = found.matches() ? Role.of(found.group(3)) : Optional.empty();
                if (role.isEmpty() || !PasswordHash.isHash(found.group(2))) {
                    throw new IllegalStateException(file + ":" + number
                            + ": is no user. Write it with \"vaxroute user add NAME --role viewer|operator|steward\".");
                }
                users.add(new User(found.group(1), found.group(2), role.get()));
            }
        } catch (IOException e) {
            throw new UncheckedIOException("The users file " + file + " cannot be read.", e);
        }
        return users;
    }
}
