package org.vaxroute.operate.mbean;

import java.util.List;
import java.util.Map;

/** What this installation is set to. */
@Description("The settings that are in force, without the secrets")
public interface ConfigurationMBean {
    @Description("Version of VaxRoute")
    String getVersion();

    @Description("The home folder")
    String getHome();

    @Description(
            "The lists that are read while the server runs: file, rows in force, since when, and why the file as it is now is"
                    + " not taken, if it is not")
    List<Map<String, Object>> getLists();

    @Description("Every setting that has a value: its file, key, value, whether the site set it, and what it is for;"
            + " of a secret only that it is set")
    List<Map<String, Object>> settings(
            @Description("Only keys that contain this text; empty for all") String containing);
}
