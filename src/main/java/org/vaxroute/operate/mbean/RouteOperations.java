package org.vaxroute.operate.mbean;

import java.time.Duration;
import java.util.List;
import java.util.Map;

/** The route files in words and rows. */
final class RouteOperations implements RoutesMBean {
    private final RouteFiles files;

    RouteOperations(RouteFiles files) {
        this.files = files;
    }

    @Override
    public String getState() {
        return word(files.state());
    }

    private static String word(RouteFiles.State state) {
        if (!state.faults().isEmpty()) {
            return "refused";
        }
        return state.waiting().isEmpty() ? "current" : "restart";
    }

    @Override
    public List<Map<String, Object>> getFaults() {
        return files.state().faults().stream()
                .map(fault -> Rows.row(
                        "file", fault.file(),
                        "line", fault.line(),
                        "column", fault.column(),
                        "problem", fault.problem(),
                        "remedy", fault.remedy()))
                .toList();
    }

    @Override
    public List<String> getWaitingForRestart() {
        return files.state().waiting();
    }

    @Override
    public List<Map<String, Object>> getSwapped() {
        return files.state().swapped().stream()
                .map(swap -> Rows.row("at", swap.at(), "file", swap.file(), "what", swap.what()))
                .toList();
    }

    @Override
    public String getLooksEvery() {
        return files.every().map(Duration::toString).orElse("");
    }

    @Override
    public String look() {
        RouteFiles.State state = files.look();
        return switch (word(state)) {
            case "refused" -> state.faults().size() + " faults; what ran before goes on";
            case "restart" -> "waits for a restart: " + String.join("; ", state.waiting());
            default -> "what runs is what the files say";
        };
    }
}
