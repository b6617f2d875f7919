package org.vaxroute.operate.http;

import jakarta.servlet.Filter;
import jakarta.servlet.Servlet;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.apache.catalina.Context;
import org.apache.catalina.LifecycleException;
import org.apache.catalina.LifecycleState;
import org.apache.catalina.Wrapper;
import org.apache.catalina.connector.Connector;
import org.apache.catalina.core.StandardContext;
import org.apache.catalina.core.StandardHost;
import org.apache.catalina.startup.Tomcat;
import org.apache.catalina.valves.RemoteIpValve;
import org.apache.tomcat.util.descriptor.web.FilterDef;
import org.apache.tomcat.util.descriptor.web.FilterMap;
import org.apache.tomcat.util.modeler.Registry;
import org.apache.tomcat.util.net.SSLHostConfig;
import org.apache.tomcat.util.net.SSLHostConfigCertificate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.vaxroute.ledger.Trail;
import org.vaxroute.operate.Readiness;
import org.vaxroute.operate.access.Users;
import org.vaxroute.operate.held.RecordDoor;

/**
 * The embedded web server. {@code /health} is open, {@code /vaxroute/jolokia} is for the command line with its token, {@code /hawtio} is the
 * console behind a login, {@code /vaxroute/records} shows patient data to stewards who come by either.
 */
public final class HttpServer {
    private static final Logger LOG = LoggerFactory.getLogger(HttpServer.class);
    private static final String TAB = "/vaxroute-ui";

    /** Held, because the platform forgets the level of a logger that nobody holds. Its start and stop are told by our own lines. */
    private static final java.util.logging.Logger TOMCAT = java.util.logging.Logger.getLogger("org.apache");

    static {
        TOMCAT.setLevel(java.util.logging.Level.WARNING);
    }

    private final HttpSettings settings;
    private final Readiness readiness;
    private final Users users;
    private final TokenFile tokenFile;
    private final Tab tab = new Tab(TAB);
    private Optional<LoginTrail> logins = Optional.empty();
    private RecordDoor records;
    private Supplier<String> figures;
    private boolean healthAlone;
    private Context console;
    private Tomcat tomcat;

    public HttpServer(HttpSettings settings, Readiness readiness, Users users) {
        this.settings = settings;
        this.readiness = readiness;
        this.users = users;
        this.tokenFile = new TokenFile(settings.run());
    }

    /** Serves {@code /health} and nothing else, while there is nothing yet that could be operated or shown. */
    public static HttpServer healthAlone(HttpSettings settings, Readiness readiness) {
        HttpServer server = new HttpServer(settings, readiness, null);
        server.healthAlone = true;
        return server;
    }

    /** Also serves the door to patient data, under {@code /vaxroute/records}; to be called before the start. */
    public HttpServer serving(RecordDoor door) {
        records = door;
        return this;
    }

    /** Also writes on this trail who logs in to the console and who is refused; to be called before the start. */
    public HttpServer noting(Trail trail, Clock clock) {
        logins = Optional.of(new LoginTrail(trail, clock));
        return this;
    }

    /** Also serves these figures under {@code /metrics}; to be called before the start. */
    public HttpServer measuring(Supplier<String> scrape) {
        figures = scrape;
        return this;
    }

    /**
     * Refuses settings by which it would not start, whatever else listens on this machine.
     *
     * @throws IllegalArgumentException when it would speak plain text beyond loopback unasked
     * @throws IllegalStateException when the certificate cannot be read
     */
    public static void requireUsable(HttpSettings settings) {
        requireSafe(settings);
        if (settings.tls() != null) {
            ServerCertificate.of(settings.tls());
        }
    }

    /**
     * Starts listening.
     *
     * @throws IllegalArgumentException when it would speak plain text beyond loopback unasked
     * @throws IllegalStateException when the certificate cannot be read
     * @throws PortTakenException when another program listens there or the address is none of this machine's
     * @throws UncheckedIOException when the token file cannot be written
     */
    public void start() {
        requireSafe(settings);
        byte[] certificate = settings.tls() == null ? new byte[0] : encoded(ServerCertificate.of(settings.tls()));
        // Nobody looks at Tomcat's own MBeans, and the descriptions of all of them would be read first.
        Registry.disableRegistry();
        tomcat = new Tomcat();
        String token = TokenFile.newToken();
        try {
            tomcat.setBaseDir(
                    Files.createDirectories(settings.run().resolve("tomcat")).toString());
            tomcat.setConnector(connector());
            showErrorsBy(new ErrorPage());
            if (settings.plainText()) {
                tomcat.getEngine().getPipeline().addValve(proxyWord());
            }
            List<Context> parts = new ArrayList<>();
            parts.add(health());
            if (!healthAlone) {
                parts.add(commandLineDoor(token));
            }
            if (hasConsole()) {
                console = console();
                parts.add(console);
                logins.ifPresent(LoginTrail::start);
                parts.add(tab());
            }
            tomcat.start();
            requireStarted(parts);
            if (hasConsole()) {
                tab.announce();
            }
            if (!healthAlone) {
                tokenFile.write(token, address(), certificate);
            }
        } catch (LifecycleException e) {
            stop();
            throw portTaken(e);
        } catch (IOException e) {
            stop();
            throw new UncheckedIOException(
                    "The folder " + settings.run() + " cannot be written; check its rights and the space on its disk.",
                    e);
        }
        LOG.info("Listening on {}", address());
    }

    private boolean hasConsole() {
        return settings.console() && !healthAlone;
    }

    /** Stops listening and takes the token away. */
    public void stop() {
        if (tomcat == null) {
            return;
        }
        tab.withdraw();
        try {
            tomcat.stop();
            tomcat.destroy();
            // Without a token of its own there may lie that of a server of this home which runs.
            if (!healthAlone) {
                tokenFile.remove();
            }
        } catch (LifecycleException | IOException e) {
            LOG.warn("The web server did not stop cleanly", e);
        }
        tomcat = null;
        if (hasConsole()) {
            logins.ifPresent(LoginTrail::close);
        }
    }

    /** The port that is listened on, also when the settings left the choice. */
    public int port() {
        return tomcat.getConnector().getLocalPort();
    }

    /** The base address. */
    public String address() {
        String host = settings.host().contains(":") ? "[" + settings.host() + "]" : settings.host();
        return (settings.tls() == null ? "http://" : "https://") + (host.equals("0.0.0.0") ? "127.0.0.1" : host) + ":"
                + port();
    }

    private Connector connector() {
        Connector connector = new Connector();
        connector.setPort(settings.port());
        connector.setProperty("address", settings.host());
        connector.setProperty("compression", "on");
        connector.setProperty("useSendfile", "false");
        connector.setXpoweredBy(false);
        connector.setThrowOnFailure(true);
        if (settings.tls() != null) {
            connector.setSecure(true);
            connector.setScheme("https");
            connector.setProperty("SSLEnabled", "true");
            connector.addSslHostConfig(tls(settings.tls()));
        }
        return connector;
    }

    /** The host takes one that is there already for its own if it is of the class that it would make. */
    private void showErrorsBy(ErrorPage page) {
        ((StandardHost) tomcat.getHost()).setErrorReportValveClass(ErrorPage.class.getName());
        tomcat.getHost().getPipeline().addValve(page);
    }

    /** Believes a proxy on this machine or on a private network that the browser speaks TLS with it, so that the cookie is for TLS only. */
    private static RemoteIpValve proxyWord() {
        RemoteIpValve valve = new RemoteIpValve();
        valve.setProtocolHeader("X-Forwarded-Proto");
        return valve;
    }

    private static SSLHostConfig tls(HttpSettings.Tls tls) {
        SSLHostConfig host = new SSLHostConfig();
        host.setProtocols("TLSv1.2+TLSv1.3");
        SSLHostConfigCertificate certificate =
                new SSLHostConfigCertificate(host, SSLHostConfigCertificate.Type.UNDEFINED);
        certificate.setCertificateKeystoreFile(tls.keyStore().toString());
        certificate.setCertificateKeystoreType("PKCS12");
        certificate.setCertificateKeystorePassword(tls.password());
        host.addCertificate(certificate);
        return host;
    }

    /** Passwords and sessions do not travel in plain text unless somebody says that they are safe by other means. */
    private static void requireSafe(HttpSettings settings) {
        if (settings.tls() != null || settings.plainText()) {
            return;
        }
        try {
            if (InetAddress.getByName(settings.host()).isLoopbackAddress()) {
                return;
            }
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException(
                    "operate.http.host is " + settings.host() + ", which is no address of this machine.", e);
        }
        throw new IllegalArgumentException("operate.http.host is " + settings.host()
                + ", beyond loopback, without TLS. Set operate.http.key-store, or operate.http.plain-text = true if a"
                + " TLS proxy stands before it.");
    }

    private static byte[] encoded(X509Certificate certificate) {
        try {
            return certificate.getEncoded();
        } catch (CertificateEncodingException e) {
            throw new IllegalStateException("The console's certificate cannot be written", e);
        }
    }

    private void requireStarted(List<Context> parts) throws LifecycleException {
        if (tomcat.getConnector().getState() != LifecycleState.STARTED || port() <= 0) {
            throw new LifecycleException("The connector did not start");
        }
        for (Context part : parts) {
            if (part.getState() != LifecycleState.STARTED) {
                stop();
                throw new IllegalStateException(
                        "The part \"" + part.getPath() + "\" of the web server did not start; the log says why.");
            }
        }
    }

    private PortTakenException portTaken(LifecycleException cause) {
        return new PortTakenException(
                "Nothing can listen on " + settings.host() + ":" + settings.port()
                        + ": another program (another VaxRoute?) holds the port, or the address is none of this"
                        + " machine's. Stop it, or set operate.http.port or operate.http.host.",
                cause);
    }

    private Context health() {
        Context context = context("");
        serve(context, "health", new HealthServlet(readiness), "/health/*");
        if (figures != null) {
            serve(context, "metrics", new MetricsServlet(figures), "/metrics");
        }
        return context;
    }

    private Context commandLineDoor(String token) {
        Context context = context("/vaxroute");
        CommandLineFilter commandLine = new CommandLineFilter(token);
        filter(context, "token", commandLine, "/jolokia/*");
        JolokiaDoor.open(context, "command-line");
        if (records != null) {
            filter(
                    context,
                    "who",
                    new RecordFilter(commandLine, () -> Optional.ofNullable(console), users),
                    "/records/*");
            serve(context, "records", new RecordServlet(records), "/records/*");
        }
        return context;
    }

    private Context tab() throws IOException {
        Context context = context(TAB);
        Console.installTab(context);
        return context;
    }

    private Context console() throws IOException {
        if (!users.any()) {
            LOG.warn(NobodyYetFilter.CLOSED);
        }
        Context context = context("/hawtio");
        filter(context, "nobody-yet", new NobodyYetFilter(users));
        Console.install(context, users, logins);
        return context;
    }

    private Context context(String path) {
        Context context =
                tomcat.addContext(path, settings.run().toAbsolutePath().toString());
        context.setParentClassLoader(HttpServer.class.getClassLoader());
        quiet((StandardContext) context);
        filter(context, "same-origin", new SameOriginFilter(settings.host(), settings.plainText()));
        return context;
    }

    /** The search for leaks of redeployed applications means nothing here and asks for flags that we do not set. */
    private static void quiet(StandardContext context) {
        context.setClearReferencesObjectStreamClassCaches(false);
        context.setClearReferencesRmiTargets(false);
        context.setClearReferencesThreadLocals(false);
    }

    static Wrapper serve(Context context, String name, Servlet servlet, String... patterns) {
        Wrapper wrapper = Tomcat.addServlet(context, name, servlet);
        for (String pattern : patterns) {
            context.addServletMappingDecoded(pattern, name);
        }
        return wrapper;
    }

    static void filter(Context context, String name, Filter filter, String... patterns) {
        FilterDef definition = new FilterDef();
        definition.setFilterName(name);
        definition.setFilter(filter);
        context.addFilterDef(definition);
        FilterMap map = new FilterMap();
        map.setFilterName(name);
        for (String pattern : patterns.length == 0 ? new String[] {"/*"} : patterns) {
            map.addURLPatternDecoded(pattern);
        }
        context.addFilterMap(map);
    }
}
