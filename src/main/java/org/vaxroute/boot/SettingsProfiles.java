package org.vaxroute.boot;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.vaxroute.boot.settings.Home;
import org.vaxroute.boot.settings.SettingScope;
import org.vaxroute.boot.settings.Settings;
import org.vaxroute.cli.RegistryProfiles;
import org.vaxroute.codes.CodeTables;
import org.vaxroute.hl7.Limits;
import org.vaxroute.intake.Sites;

/** The registry profiles as the settings of a home have them. */
public final class SettingsProfiles implements RegistryProfiles {
    @Override
    public Profile profile(Path home, String registry, String connection) {
        Settings settings = Settings.load(Home.of(home));
        SettingScope scope = connection(settings.connections(), connection);
        ProfileFiles files = new ProfileFiles(settings);
        String own = scope.text("registry");
        String chosen = chosen(files, registry, own);
        List<Path> transforms = new ArrayList<>(files.transforms(chosen));
        if (chosen.equals(own)) {
            transforms.addAll(files.ownTransforms());
        }
        return new Profile(
                chosen,
                scope.id(),
                files.rules(chosen),
                transforms,
                chosen.equals(own) ? files.sites(files.sites(), scope) : Sites.NONE,
                scope.zone("zone"),
                new Limits(
                        Math.toIntExact(settings.global().size("intake.largest-message")),
                        settings.global().flag("intake.file.accept-count-differences")));
    }

    @Override
    public List<Path> folders(Path home, String registry, String connection) {
        Settings settings = Settings.load(Home.of(home));
        ProfileFiles files = new ProfileFiles(settings);
        String own = connection(settings.connections(), connection).text("registry");
        return files.folders(chosen(files, registry, own));
    }

    private static String chosen(ProfileFiles files, String named, String own) {
        String chosen = named == null ? own : named;
        if (!files.known(chosen)) {
            throw new IllegalArgumentException("There is no registry profile " + chosen + "; config/registries has "
                    + String.join(", ", files.registries()) + ".");
        }
        return chosen;
    }

    @Override
    public CodeTables codes(Path home) {
        return ProfileFiles.codes(Home.of(home));
    }

    @Override
    public Path codesFolder(Path home) {
        return Home.of(home).config().resolve("codes");
    }

    private static SettingScope connection(Map<String, SettingScope> all, String named) {
        String id = named == null ? usual(all) : named;
        SettingScope scope = all.get(id);
        if (scope == null) {
            throw new IllegalArgumentException("There is no connection " + id + "; config/connections has "
                    + String.join(", ", all.keySet()) + ".");
        }
        return scope;
    }

    private static String usual(Map<String, SettingScope> all) {
        return all.size() == 1 ? all.keySet().iterator().next() : "main";
    }
}
