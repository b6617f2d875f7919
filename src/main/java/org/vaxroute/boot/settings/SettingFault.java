package org.vaxroute.boot.settings;

/**
 * One thing wrong with the settings.
 *
 * @param file path seen from the home folder
 * @param line counted from 1; 0 when the fault is an absence
 * @param key the key it is about, empty when it is about the whole file
 * @param problem what is wrong; never the value of a secret
 * @param remedy what to do
 */
public record SettingFault(String file, int line, String key, String problem, String remedy) {

    @Override
    public String toString() {
        String where = line > 0 ? file + ":" + line : file;
        return where + ": " + (key.isEmpty() ? "" : key + ": ") + problem + ". " + remedy;
    }
}
