package org.vaxroute.cli;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.vaxroute.rules.Rule;
import org.vaxroute.rules.RuleHistory;
import org.vaxroute.rules.RuleSet;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

@Command(
        name = "rules",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND",
        description = "Shows by which rules records are judged.")
final class RulesCommand {
    @ParentCommand
    Main main;

    @Command(
            name = "list",
            mixinStandardHelpOptions = true,
            description = {
                "Lists the rules in reading order, where each comes from, and what later files changed or switched off."
            })
    int list(
            @Option(
                            names = "--registry",
                            paramLabel = "ID",
                            description = "A profile of config/registries (default: the connection's).")
                    String registry,
            @Option(
                            names = "--connection",
                            paramLabel = "ID",
                            description = "Whose profile (default: the only connection, else main).")
                    String connection,
            @Option(names = "--json", description = "Write one JSON object a line, for other programs.") boolean json) {
        Path home = main.home();
        RegistryProfiles profiles = RegistryProfiles.find();
        RegistryProfiles.Profile profile = profiles.profile(home, registry, connection);
        RuleSet rules = RuleSet.load(profile.rules(), profiles.codes(home));
        List<RuleHistory> histories = RuleHistory.read(profile.rules());
        if (json) {
            histories.forEach(history -> main.out().println(Json.of(line(home, history, rules.rule(history.id())))));
        } else {
            text(home, profile, histories, rules);
        }
        main.out().flush();
        return ExitCodes.OK;
    }

    private static Map<String, Object> line(Path home, RuleHistory history, Optional<Rule> rule) {
        Map<String, Object> line = new LinkedHashMap<>();
        line.put("rule", history.id());
        line.put("off", history.off());
        rule.ifPresent(found -> {
            line.put("path", found.path());
            line.put("when", found.when());
            line.put("check", found.check());
            line.put("severity", TryWords.word(found.severity()));
            line.put("effect", TryWords.word(found.effect()));
            line.put("text", found.reason());
            line.put("remedy", found.remedy());
            line.put("guide", found.guide());
        });
        line.put("defined", within(home, history.defined()));
        line.put(
                "changed",
                history.alterations().stream()
                        .map(alteration -> {
                            Map<String, Object> change = new LinkedHashMap<>();
                            change.put("at", within(home, alteration.at()));
                            change.put("keys", alteration.keys());
                            return change;
                        })
                        .toList());
        return line;
    }

    private void text(Path home, RegistryProfiles.Profile profile, List<RuleHistory> histories, RuleSet rules) {
        main.out()
                .println("Rules of " + profile.registry() + ", read from "
                        + profile.rules().stream()
                                .map(file -> within(home, file.toString()))
                                .collect(Collectors.joining(", then ")));
        Table table = new Table("", "rule", "location", "severity", "effect", "from", "then");
        int number = 0;
        for (RuleHistory history : histories) {
            Optional<Rule> rule = rules.rule(history.id());
            table.row(
                    ++number,
                    history.id(),
                    rule.map(Rule::path).orElse(""),
                    rule.map(found -> TryWords.word(found.severity())).orElse("off"),
                    rule.map(found -> TryWords.word(found.effect())).orElse(""),
                    within(home, history.defined()),
                    history.alterations().stream()
                            .map(change -> (change.keys().isEmpty() ? "off" : String.join(", ", change.keys())) + " at "
                                    + within(home, change.at()))
                            .collect(Collectors.joining("; ")));
        }
        main.out().print(table);
        long off = histories.stream().filter(RuleHistory::off).count();
        main.out().println((number - off) + " rules, and " + off + " that are off.");
    }

    /** The place as seen from the home folder. */
    private static String within(Path home, String place) {
        String folder = home.toAbsolutePath().normalize() + java.io.File.separator;
        return place.startsWith(folder) ? place.substring(folder.length()) : place;
    }
}
