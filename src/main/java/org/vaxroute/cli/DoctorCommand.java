package org.vaxroute.cli;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ParentCommand;

@Command(
        name = "doctor",
        mixinStandardHelpOptions = true,
        description = {
            "Looks at everything that the server depends on, and sends nothing.",
            "Settings, database, disk, clock, for each account the server's key or certificate, the login and the folders, and whether EHRs' databases let us in."
        })
final class DoctorCommand implements Callable<Integer> {
    @ParentCommand
    Main main;

    @Override
    public Integer call() {
        Path home = main.home();
        List<House.Symptom> symptoms = main.house.doctor(
                home, () -> main.server(main.house.runFolder(home)).isPresent());
        for (House.Symptom symptom : symptoms) {
            main.out().println((symptom.well() ? "ok    " : "MEND  ") + symptom.what() + ": " + symptom.finding());
        }
        return symptoms.stream().allMatch(House.Symptom::well) ? ExitCodes.OK : ExitCodes.NOT_WELL;
    }
}
