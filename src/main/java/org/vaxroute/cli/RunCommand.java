package org.vaxroute.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ParentCommand;

@Command(
        name = "run",
        mixinStandardHelpOptions = true,
        description = {
            "Runs the server of a home folder until Ctrl-C or SIGTERM.",
            "Checks settings and routes first; stops with every fault at once if there is one."
        })
final class RunCommand implements Callable<Integer> {
    @ParentCommand
    Main main;

    @Override
    public Integer call() throws Exception {
        return main.house.run(main.home(), main.out());
    }
}
