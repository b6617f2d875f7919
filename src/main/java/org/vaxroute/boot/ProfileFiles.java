package org.vaxroute.boot;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.vaxroute.boot.settings.Settings;

/** Finds the files that make up a registry's profile: those of its base first, its own next, the site's last. */
final class ProfileFiles {
    private final Settings settings;
    private final Path config;

    ProfileFiles(Settings settings) {
        this.settings = settings;
        this.config = settings.home().config();
    }

    /** The rule files of a registry. */
    List<Path> rules(String registry) {
        return files(registry, "rules.yaml");
    }

    /** The transform files of a registry, without the site's own. */
    List<Path> transforms(String registry) {
        return files(registry, "transform.yaml");
    }

    /** The transform files of a registry, the site's own last. */
    List<Path> allTransforms(String registry) {
        List<Path> files = new ArrayList<>(transforms(registry));
        files.addAll(ownTransforms());
        return files;
    }

    /** The site's own transform files (config/transform), by name. */
    List<Path> ownTransforms() {
        Path own = config.resolve("transform");
        if (!Files.isDirectory(own)) {
            return List.of();
        }
        try (Stream<Path> found = Files.list(own)) {
            return found.filter(file -> file.getFileName().toString().endsWith(".yaml"))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Whether there is a registry of that id. */
    boolean known(String registry) {
        return registries().contains(registry);
    }

    /** Ids of the registries that have rules. */
    List<String> registries() {
        try (Stream<Path> found = Files.list(config.resolve("registries"))) {
            return found.filter(folder -> Files.exists(folder.resolve("rules.yaml")))
                    .map(folder -> folder.getFileName().toString())
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private List<Path> files(String registry, String name) {
        List<String> profiles = new ArrayList<>();
        settings.registry(registry).flatMap(scope -> scope.find("base")).ifPresent(profiles::add);
        profiles.add(registry);
        return profiles.stream()
                .filter(profile -> !profile.isEmpty())
                .map(profile -> config.resolve("registries").resolve(profile).resolve(name))
                .filter(Files::exists)
                .toList();
    }
}
