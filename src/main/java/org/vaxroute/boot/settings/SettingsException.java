package org.vaxroute.boot.settings;

import java.util.List;
import java.util.stream.Collectors;

/** The settings cannot be used; carries every fault that was found, so that one round of mending is enough. */
public class SettingsException extends RuntimeException {
    private final transient List<SettingFault> faults;

    public SettingsException(List<SettingFault> faults) {
        super(faults.stream()
                .map(fault -> "  " + fault)
                .collect(Collectors.joining(
                        System.lineSeparator(),
                        (faults.size() == 1 ? "1 fault" : faults.size() + " faults") + " in the settings:"
                                + System.lineSeparator(),
                        "")));
        this.faults = List.copyOf(faults);
    }

    public List<SettingFault> faults() {
        return faults;
    }
}
