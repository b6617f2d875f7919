package org.vaxroute.operate.mbean;

import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The settings of one home. */
final class ConfigurationOperations implements ConfigurationMBean {
    private final Operations.Configuration configuration;

    ConfigurationOperations(Operations.Configuration configuration) {
        this.configuration = configuration;
    }

    @Override
    public String getVersion() {
        return configuration.version();
    }

    @Override
    public String getHome() {
        return configuration.home();
    }

    @Override
    public List<Map<String, Object>> settings(String containing) {
        String part = containing == null ? "" : containing.strip().toLowerCase(Locale.ROOT);
        return configuration.settings().stream()
                .filter(setting -> setting.key().contains(part))
                .map(setting -> Rows.row(
                        "file", setting.file(),
                        "key", setting.key(),
                        "value", setting.value(),
                        "set", setting.set(),
                        "comment", setting.comment()))
                .toList();
    }
}
