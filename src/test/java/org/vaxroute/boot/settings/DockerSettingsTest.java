package org.vaxroute.boot.settings;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.io.IOException;
import java.io.Reader;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.vaxroute.boot.ShippedHome;
import org.vaxroute.cli.House;

/** What {@code docker/} sets, mounts and names fits together and fits VaxRoute. Nothing of it runs here: no engine is asked for. */
class DockerSettingsTest {
    private static final Path DOCKER = Path.of("docker");
    private static final Pattern SECRET = Pattern.compile("secret:file:/run/secrets/(\\S+)");
    private static final List<String> SETTINGS = List.of("vaxroute.properties", "main.properties");

    @TempDir
    Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"compose.yaml", "compose.metrics.yaml", "compose.cluster.yaml", "cluster/parts.yaml"})
    void aComposeFileFollowsTheComposeSpecification(String name) throws IOException {
        // Its ids are of an older draft than it names, and its durations are those of Go.
        String text = Files.readString(Path.of("src/test/resources/docker/compose-spec.json"))
                .replaceAll("\"(id|[$]schema)\": \"[^\"]*\",", "")
                .replaceAll(",\\s*\"format\": \"duration\"", "");
        Schema schema =
                SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_7).getSchema(text, InputFormat.JSON);

        assertThat(schema.validate("services: {one: {imagine: none}}", InputFormat.YAML))
                .as("the schema is in force")
                .isNotEmpty();
        assertThat(schema.validate(Files.readString(DOCKER.resolve(name)), InputFormat.YAML))
                .isEmpty();
    }

    @Test
    void theSettingsAreKnownAndWithoutFault() throws IOException {
        assertThat(settings("vaxroute.properties").stringPropertyNames())
                .allMatch(
                        key -> SettingCatalogue.find(SettingFile.VAXROUTE, key).isPresent());
        assertThat(settings("main.properties").stringPropertyNames())
                .allMatch(key ->
                        SettingCatalogue.find(SettingFile.CONNECTION, key).isPresent());

        ShippedHome home = new ShippedHome(folder);
        home.write("config/vaxroute.properties", Files.readString(DOCKER.resolve("site/vaxroute.properties")));
        home.write("config/connections/main.properties", Files.readString(DOCKER.resolve("site/main.properties")));
        home.write("config/known_hosts", "registry ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAAA\n");
        assertThat(House.find().check(folder))
                .filteredOn(fault -> !fault.contains("/run/secrets/"))
                .isEmpty();
    }

    @Test
    void everySecretIsMountedAndEveryHostIsAService() throws IOException {
        Map<String, Object> compose = compose();
        List<?> mounted = (List<?>) service(compose, "vaxroute").get("secrets");
        List<String> named = new ArrayList<>();
        List<String> hosts = new ArrayList<>();
        for (String name : SETTINGS) {
            settings(name).forEach((key, value) -> {
                Matcher secret = SECRET.matcher(value.toString());
                if (secret.matches()) {
                    named.add(secret.group(1));
                } else if (value.toString().startsWith("jdbc:")) {
                    hosts.add(URI.create(value.toString().substring("jdbc:".length()))
                            .getHost());
                } else if (key.equals("account.host")) {
                    hosts.add(value.toString());
                }
            });
        }

        assertThat(named)
                .hasSameElementsAs(mounted.stream().map(Object::toString).toList());
        assertThat(part(compose, "secrets")).containsKeys(named.toArray(String[]::new));
        assertThat(part(compose, "services")).containsKeys(hosts.toArray(String[]::new));
        assertThat(hosts).hasSize(3);
    }

    @Test
    void theImageRunsWithoutRootAndIsAskedWhereItListens() throws IOException {
        String image = Files.readString(DOCKER.resolve("Dockerfile"));
        String port = SettingCatalogue.find(SettingFile.VAXROUTE, "operate.http.port")
                .orElseThrow()
                .fallback();
        Map<String, Object> vaxroute = service(compose(), "vaxroute");

        assertThat(image)
                .contains("\nEXPOSE " + port + "\n")
                .contains("\"http://127.0.0.1:" + port + "/health/ready\"")
                .as("jar keeps no modes, and docs/deployment.md calls bin/class-archive too")
                .contains("chmod 755 vaxroute/bin/*\n")
                .containsPattern("\nUSER [1-9][0-9]+:[1-9][0-9]+\n");
        assertThat(vaxroute)
                .containsEntry("read_only", true)
                .containsEntry("cap_drop", List.of("ALL"))
                .containsEntry("ports", List.of("127.0.0.1:" + port + ":" + port));
        assertThat(settings("vaxroute.properties")).doesNotContainKey("operate.http.port");
    }

    @ParameterizedTest
    @ValueSource(strings = {"nodes.yaml", "services.yaml", "network.yaml", "monitor.yaml"})
    void aManifestFollowsTheSchemasOfKubernetes(String name) throws IOException {
        Schema schema = SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_7)
                .getSchema(
                        Files.readString(Path.of("src/test/resources/docker/kubernetes-schemas.json")),
                        InputFormat.JSON);
        String manifest = Files.readString(DOCKER.resolve("kubernetes").resolve(name));
        assertThat(schema.validate(
                        manifest.split("(?m)^---$")[0].replaceFirst("spec:|metadata:", "imagine:"), InputFormat.YAML))
                .as("the schema is in force")
                .isNotEmpty();

        for (String one : manifest.split("(?m)^---$")) {
            assertThat(schema.validate(one, InputFormat.YAML)).isEmpty();
        }
    }

    @Test
    void theNodesOfKubernetesRunLikeTheImage() throws IOException {
        String nodes = Files.readString(DOCKER.resolve("kubernetes/nodes.yaml"));
        Matcher user =
                Pattern.compile("\nUSER ([0-9]+):([0-9]+)\n").matcher(Files.readString(DOCKER.resolve("Dockerfile")));
        assertThat(user.find()).isTrue();
        assertThat(nodes)
                .contains("runAsUser: " + user.group(1))
                .contains("runAsGroup: " + user.group(2))
                .contains("runAsNonRoot: true", "readOnlyRootFilesystem: true", "drop: [ALL]")
                .contains("path: /health/live", "path: /health/ready")
                .contains("claimName: vaxroute-work", "accessModes: [ReadWriteMany]");
        Map<String, Object> kustomization = yaml("kubernetes/kustomization.yaml");
        assertThat((List<?>) kustomization.get("resources"))
                .allSatisfy(resource -> assertThat(DOCKER.resolve("kubernetes").resolve(resource.toString()))
                        .exists());
        Map<?, ?> generated = (Map<?, ?>) ((List<?>) kustomization.get("configMapGenerator")).get(0);
        for (Object file : (List<?>) generated.get("files")) {
            Path name = Path.of(file.toString()).getFileName();
            assertThat(DOCKER.resolve("kubernetes").resolve(file.toString())).exists();
            assertThat(nodes).contains("subPath: " + name);
        }
        assertThat(nodes).contains("configMap: {name: " + generated.get("name") + "}");
    }

    @ParameterizedTest
    @ValueSource(strings = {"cluster", "kubernetes/settings"})
    void theSettingsOfAClusterAreWithoutFault(String place) throws IOException {
        ShippedHome home = new ShippedHome(folder);
        home.write(
                "config/vaxroute.properties",
                Files.readString(DOCKER.resolve(place + "/vaxroute.properties"))
                        .replace("{{env:VAXROUTE_NODE}}", "node-1"));
        home.write("config/connections/main.properties", Files.readString(DOCKER.resolve(place + "/main.properties")));
        home.write("config/known_hosts", "registry ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAAA\n");

        assertThat(House.find().check(folder))
                .filteredOn(fault -> !fault.contains("/run/secrets/"))
                .isEmpty();
    }

    @Test
    void theHostsOfTheClusterAreServicesWithANameOfTheirOwn() throws IOException {
        Map<String, Object> compose = yaml("compose.cluster.yaml");
        Map<String, Object> services = part(compose, "services");
        String settings = Files.readString(DOCKER.resolve("cluster/vaxroute.properties"));
        String balancer = Files.readString(DOCKER.resolve("cluster/haproxy.cfg"));
        for (int n = 1; n <= 3; n++) {
            assertThat(service(compose, "node-" + n))
                    .containsEntry("environment", Map.of("VAXROUTE_NODE", "node-" + n));
            assertThat(balancer).contains("server node-" + n + " node-" + n + ":2575");
            assertThat(settings).contains("kafka-" + n + ":9092");
            assertThat(service(compose, "kafka-" + n).get("environment"))
                    .hasToString(
                            "{KAFKA_NODE_ID=" + n + ", KAFKA_ADVERTISED_LISTENERS=PLAINTEXT://kafka-" + n + ":9092}");
        }
        assertThat(services).containsKeys("ledger", "registry", "balancer", "topic");
        assertThat(settings).contains("jdbc:postgresql://ledger/");
        String topic = SettingCatalogue.find(SettingFile.VAXROUTE, "intake.kafka.topic")
                .orElseThrow()
                .fallback();
        assertThat(service(compose, "topic").get("command").toString()).contains("--topic=" + topic);
    }

    private static Properties settings(String name) throws IOException {
        Properties settings = new Properties();
        try (Reader reader = Files.newBufferedReader(DOCKER.resolve("site").resolve(name))) {
            settings.load(reader);
        }
        return settings;
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Object> yaml(String name) throws IOException {
        return (Map<String, Object>)
                new Load(LoadSettings.builder().build()).loadFromString(Files.readString(DOCKER.resolve(name)));
    }

    private static Map<String, Object> compose() throws IOException {
        return yaml("compose.yaml");
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Object> part(Map<String, Object> compose, String name) {
        return (Map<String, Object>) compose.get(name);
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Object> service(Map<String, Object> compose, String name) {
        return (Map<String, Object>) part(compose, "services").get(name);
    }
}
