package org.vaxroute.cli;

import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ParentCommand;

@Command(
        name = "check",
        mixinStandardHelpOptions = true,
        description = {
            "Reads all settings and routes and lists every fault with file, line and remedy.",
            "Touches neither the ledger nor any server."
        })
final class CheckCommand implements Callable<Integer> {
    @ParentCommand
    Main main;

    @Override
    public Integer call() {
        List<String> faults = main.house.check(main.home());
        if (faults.isEmpty()) {
            main.out().println("ok: settings and routes are without fault.");
            List<String> off = main.house.notInUse(main.home());
            if (!off.isEmpty()) {
                main.out().println("Not in use, and not looked at: " + String.join(", ", off));
            }
            return ExitCodes.OK;
        }
        faults.forEach(main.out()::println);
        main.out().println(faults.size() == 1 ? "1 fault." : faults.size() + " faults.");
        return ExitCodes.NOT_WELL;
    }
}
