package org.vaxroute.cli;

import java.io.PrintStream;
import java.nio.charset.Charset;
import java.util.List;
import java.util.Locale;

/**
 * Shows how far a run is: a block of bars drawn over itself on a terminal, and a plain line for each change where the output goes to a file
 * or a pipe.
 */
public final class ProgressScreen {

    private static final int BAR = 28;
    // A line that is wider than the terminal is cut at its edge: a wrapped one would not be drawn over.
    private static final String NO_WRAP = "\u001b[?7l";
    private static final String WRAP = "\u001b[?7h";

    private final PrintStream out;
    private final boolean terminal;
    private int drawn;
    private String last = "";

    /**
     * One stage of a run.
     *
     * @param label what is counted
     * @param done how many so far
     * @param total how many there will be; 0 when that is not known
     * @param detail words behind the figures, may be empty
     */
    public record Stage(String label, long done, long total, String detail) {}

    /** @param terminal whether the cursor may be moved */
    public ProgressScreen(PrintStream out, boolean terminal) {
        this.out = out;
        this.terminal = terminal;
    }

    /** Prints a line that stays, above the bars. */
    public void say(String line) {
        erase();
        out.println(line);
        out.flush();
    }

    /** Draws the stages, in their order. */
    public void show(List<Stage> stages) {
        StringBuilder text = new StringBuilder();
        for (Stage stage : stages) {
            text.append(terminal ? bar(stage) : plain(stage));
        }
        String now = text.toString();
        if (now.equals(last) && (drawn > 0 || !terminal)) {
            return;
        }
        erase();
        last = now;
        if (terminal) {
            out.print(NO_WRAP + now + WRAP);
            drawn = stages.size();
        } else {
            out.println(now.strip());
        }
        out.flush();
    }

    /** Takes the stages away; what was said stays. */
    public void clear() {
        erase();
        last = "";
        out.flush();
    }

    private void erase() {
        if (drawn > 0) {
            out.print("\u001b[" + drawn + "A\u001b[J");
            drawn = 0;
        }
    }

    private static String bar(Stage stage) {
        if (stage.total() <= 0) {
            return String.format(
                    Locale.ROOT,
                    "  %-9s %-" + (BAR + 2) + "s %,7d          %s%n",
                    stage.label(),
                    "",
                    stage.done(),
                    stage.detail());
        }
        int full = (int) Math.min(BAR, BAR * stage.done() / stage.total());
        return String.format(
                Locale.ROOT,
                "  %-9s %s%s %,7d / %,-6d %s%n",
                stage.label(),
                full().repeat(full),
                empty().repeat(BAR - full) + "  ",
                stage.done(),
                stage.total(),
                stage.detail());
    }

    private static String full() {
        return canDraw() ? "\u2588" : "#";
    }

    private static String empty() {
        return canDraw() ? "\u2591" : ".";
    }

    private static boolean canDraw() {
        String encoding =
                System.getProperty("stdout.encoding", Charset.defaultCharset().name());
        return Charset.forName(encoding).newEncoder().canEncode('\u2588');
    }

    private static String plain(Stage stage) {
        String of = stage.total() > 0 ? String.format(Locale.ROOT, "/%,d", stage.total()) : "";
        return String.format(Locale.ROOT, "%s %,d%s  ", stage.label(), stage.done(), of);
    }
}
