package org.vaxroute.operate.mbean;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Supplier;

/** The settings of one home. */
final class ConfigurationOperations implements ConfigurationMBean {
    private final Operations.Configuration configuration;
    private volatile Supplier<List<KeptList>> lists = List::of;

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

    void lists(Supplier<List<KeptList>> kept) {
        lists = kept;
    }

    @Override
    public List<Map<String, Object>> getLists() {
        return lists.get().stream()
                .map(list -> Rows.row(
                        "file", list.file(),
                        "rows", list.rows(),
                        "inForceSince", list.since().toString(),
                        "refusedBecause", list.refused()))
                .toList();
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
