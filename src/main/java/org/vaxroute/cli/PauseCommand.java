package org.vaxroute.cli;

import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** What {@code pause} and {@code resume} have in common. */
final class PauseCommand {
    private PauseCommand() {}

    /** What can be paused by itself. */
    enum Kind {
        DELIVERY,
        SOURCE,
        FEED;

        String type() {
            return name().charAt(0) + name().substring(1).toLowerCase(Locale.ROOT);
        }
    }

    /** Names one thing. */
    static final class What {
        @Parameters(index = "0", paramLabel = "KIND", description = "delivery, source or feed.")
        Kind kind;

        @Parameters(
                index = "1",
                paramLabel = "ID",
                description =
                        "Its id, as \"vaxroute status\" shows it: main, main.clinic-files, main.ongoing. The last part alone"
                                + " is enough where it is unambiguous.")
        String id;

        @Option(names = "--why", paramLabel = "TEXT", required = true, description = "Why; name no patient.")
        String why;

        Integer pause(Main main) {
            try (Door door = main.door()) {
                main.out().println(door.call(kind.type(), name(door.names(kind.type())), "pause", why));
                return ExitCodes.OK;
            }
        }

        /** Ends the pause also of what is in the settings no more. */
        Integer resume(Main main) {
            try (Door door = main.door()) {
                List<String> inUse = door.names(kind.type());
                String word = kind.name().toLowerCase(Locale.ROOT);
                List<String> gone = Json.rows(door.read("Pauses", Main.ALL, "Standing")).stream()
                        .filter(pause -> pause.get("kind").equals(word))
                        .map(pause -> pause.get("id").toString())
                        .filter(paused -> !inUse.contains(paused))
                        .toList();
                String name = name(Stream.concat(inUse.stream(), gone.stream()).toList());
                main.out()
                        .println(
                                gone.contains(name)
                                        ? door.call("Pauses", Main.ALL, "resume", word, name, why)
                                        : door.call(kind.type(), name, "resume", why));
                return ExitCodes.OK;
            }
        }

        private String name(List<String> known) {
            List<String> ending =
                    known.stream().filter(name -> name.endsWith("." + id)).toList();
            if (!known.contains(id) && ending.size() > 1) {
                throw new CommandFailed("\"" + id + "\" could be " + String.join(" or ", ending) + "; say which.");
            }
            return known.contains(id) || ending.isEmpty() ? id : ending.get(0);
        }
    }

    @Command(
            name = "pause",
            mixinStandardHelpOptions = true,
            description = {
                "Stops a delivery, a source or a feed until it is resumed, over restarts too.",
                "Nothing is lost: what is paused waits where it is, and an alarm stands meanwhile."
            })
    static final class Pause implements Callable<Integer> {
        @ParentCommand
        Main main;

        @Mixin
        What what;

        @Override
        public Integer call() {
            return what.pause(main);
        }
    }

    @Command(
            name = "resume",
            mixinStandardHelpOptions = true,
            description = "Goes on with a delivery, a source or a feed that was paused.")
    static final class Resume implements Callable<Integer> {
        @ParentCommand
        Main main;

        @Mixin
        What what;

        @Override
        public Integer call() {
            return what.resume(main);
        }
    }
}
