package org.vaxroute.boot;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.camel.spi.ThreadPoolProfile;
import org.vaxroute.answers.AnswerCatalogue;
import org.vaxroute.answers.AnswerFormats;
import org.vaxroute.answers.AnswerRegister;
import org.vaxroute.answers.AnswersBeans;
import org.vaxroute.answers.AnswersSettings;
import org.vaxroute.answers.ResultsAccount;
import org.vaxroute.answers.ResultsFolder;
import org.vaxroute.answers.Silence;
import org.vaxroute.boot.settings.SettingScope;
import org.vaxroute.boot.settings.Settings;
import org.vaxroute.feeds.AnswerBook;
import org.vaxroute.ledger.Ledger;
import org.vaxroute.submit.Account;
import org.vaxroute.submit.ResultsEndpoint;
import org.vaxroute.submit.TransferRefused;

/** Builds the room of answers from settings, and joins it to the rooms that it does not see: delivery's sessions and the gate. */
final class AnswerRoom {
    private final Settings settings;

    AnswerRoom(Settings settings) {
        this.settings = settings;
    }

    /**
     * The beans that the answer routes name.
     *
     * @param accounts of the connections in use
     * @param sessions opens their results folders
     */
    AnswersBeans beans(Collection<Account> accounts, ResultsEndpoint sessions, Ledger ledger, Clock clock) {
        List<ResultsAccount> results =
                accounts.stream().flatMap(account -> results(account).stream()).toList();
        Map<String, AnswerFormats> formats = accounts.stream()
                .map(Account::connection)
                .distinct()
                .collect(Collectors.toMap(Function.identity(), this::formats));
        return new AnswersBeans(
                answers(),
                results,
                (account, endpoint) -> sessions.open(account, endpoint).map(OpenFolder::new),
                formats,
                accounts.stream()
                        .map(Account::connection)
                        .distinct()
                        .collect(Collectors.toMap(Function.identity(), this::silence)),
                ledger,
                clock);
    }

    /** How many files of answers are read at a time, as the pool that the route names. */
    ThreadPoolProfile readers() {
        return RoutePools.of("answer-readers", answers().readers());
    }

    private AnswersSettings answers() {
        SettingScope global = settings.global();
        return new AnswersSettings(
                global.path("vaxroute.work").resolve("answers"),
                global.integer("answers.chunk"),
                global.integer("answers.readers"));
    }

    /** What the gate may ask of answers. */
    static AnswerBook book(Ledger ledger) {
        AnswerRegister register = new AnswerRegister(ledger);
        return file -> register.of(file)
                .map(standing -> new AnswerBook.Answer(standing.errors(), standing.warnings(), standing.summary()));
    }

    /** What the codes of a connection's registry mean. */
    AnswerCatalogue catalogue(String connection) {
        return AnswerFormats.catalogue(profiles(connection));
    }

    private Silence silence(String connection) {
        SettingScope profile = settings.registry(
                        settings.connections().get(connection).text("registry"))
                .orElseThrow();
        return new Silence(
                Silence.Means.valueOf(
                        profile.text("answers.silence").replace('-', '_').toUpperCase(Locale.ROOT)),
                profile.duration("answers.silence-after"),
                profile.duration("answers.sleep"),
                profile.duration("answers.report-lag"),
                settings.connections().get(connection).zone("zone"));
    }

    /** How the answers of a connection's registry are read. */
    AnswerFormats formats(String connection) {
        return AnswerFormats.load(profiles(connection));
    }

    private List<Path> profiles(String connection) {
        return new ProfileFiles(settings)
                .folders(settings.connections().get(connection).text("registry"));
    }

    private Optional<ResultsAccount> results(Account account) {
        boolean local = account.kind() == Account.Kind.FOLDER;
        if (local && account.results().equals(".")) {
            // The home itself: nobody said where a person lays the answers.
            return Optional.empty();
        }
        SettingScope connection = settings.connections().get(account.connection());
        Path here = settings.home().path(account.results());
        return Optional.of(new ResultsAccount(
                account.id(),
                account.connection(),
                account.kind().name().toLowerCase(Locale.ROOT),
                local ? "" : account.host(),
                local ? 0 : account.port(),
                local ? here.toString() : account.results(),
                connection.duration("account.answers-min-age"),
                connection.integer("account.answers-per-turn"),
                settings.global().size("answers.largest-file"),
                connection.flag("account.answers-remove"),
                local ? folder -> settings.home().path(folder).equals(here) : account::mayHoldResults,
                account.naming()::uploads));
    }

    /** A session of delivery's kind, as the room of answers sees it. */
    private record OpenFolder(ResultsEndpoint.Session session) implements ResultsFolder {
        @Override
        public List<Listed> list() {
            return session.list().stream()
                    .map(entry -> new Listed(entry.name(), entry.size(), entry.changed(), entry.plain()))
                    .toList();
        }

        @Override
        public void fetch(String name, OutputStream to) throws IOException {
            try {
                session.fetch(name, to);
            } catch (TransferRefused e) {
                throw new Refused(e.getMessage(), e);
            }
        }

        @Override
        public void remove(String name) throws Refused {
            try {
                session.remove(name);
            } catch (TransferRefused e) {
                throw new Refused(e.getMessage(), e);
            }
        }

        @Override
        public void close() {
            session.close();
        }
    }
}
