package org.vaxroute.boot.settings;

/** The three kinds of property file; each has its own keys. */
public enum SettingFile {
    VAXROUTE("config/vaxroute.properties", "what every installation sets"),
    CONNECTION(
            "config/connections/*.properties",
            "one organization's standing with one registry; the file's name is the connection's id"),
    REGISTRY("config/registries/*/registry.properties", "what a registry asks of everybody who sends to it");

    private final String place;
    private final String purpose;

    SettingFile(String place, String purpose) {
        this.place = place;
        this.purpose = purpose;
    }

    /** Where the file stands, seen from the home folder. */
    public String place() {
        return place;
    }

    public String purpose() {
        return purpose;
    }
}
