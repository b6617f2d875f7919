package org.vaxroute.operate.http;

import io.hawt.HawtioContextListener;
import io.hawt.system.ConfigManager;
import io.hawt.web.auth.AuthConfigurationServlet;
import io.hawt.web.auth.AuthenticationFilter;
import io.hawt.web.auth.ClientRouteRedirectFilter;
import io.hawt.web.auth.LoginServlet;
import io.hawt.web.auth.LogoutServlet;
import io.hawt.web.auth.SessionExpiryFilter;
import io.hawt.web.auth.keycloak.KeycloakServlet;
import io.hawt.web.auth.keycloak.KeycloakUserServlet;
import io.hawt.web.filters.BaseTagHrefFilter;
import io.hawt.web.filters.ResponseHeadersFilter;
import io.hawt.web.plugin.PluginServlet;
import java.io.IOException;
import java.net.JarURLConnection;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.apache.catalina.Context;
import org.apache.catalina.WebResourceSet;
import org.apache.catalina.Wrapper;
import org.apache.catalina.core.StandardContext;
import org.apache.catalina.servlets.DefaultServlet;
import org.apache.catalina.webresources.DirResourceSet;
import org.apache.catalina.webresources.JarResourceSet;
import org.apache.catalina.webresources.StandardRoot;
import org.apache.tomcat.util.http.Rfc6265CookieProcessor;
import org.vaxroute.operate.access.Role;
import org.vaxroute.operate.access.RolePrincipal;
import org.vaxroute.operate.access.UserPrincipal;
import org.vaxroute.operate.access.Users;
import org.vaxroute.operate.access.UsersLoginModule;

/**
 * Sets Hawtio up in a context: its own static files and filters, our users, our guard before its MBeans. The parts that would reach other servers
 * (proxy, discovery, flight recordings) are left out.
 */
final class Console {
    private static final String FILES = "hawtio-static";
    private static final String OURS = "org/vaxroute/operate/console";
    private static final String TAB = "org/vaxroute/operate/tab";

    /** A name and a password, in bytes. */
    private static final int LARGEST_LOGIN = 10_000;

    /** Questions after many MBeans at a time, in bytes. */
    private static final int LARGEST_REQUEST = 1_000_000;

    private static final Map<String, String> MIME_TYPES = Map.ofEntries(
            Map.entry("html", "text/html"),
            Map.entry("js", "text/javascript"),
            Map.entry("css", "text/css"),
            Map.entry("json", "application/json"),
            Map.entry("svg", "image/svg+xml"),
            Map.entry("png", "image/png"),
            Map.entry("jpg", "image/jpeg"),
            Map.entry("ico", "image/x-icon"),
            Map.entry("woff", "font/woff"),
            Map.entry("woff2", "font/woff2"),
            Map.entry("ttf", "font/ttf"),
            Map.entry("txt", "text/plain"));

    private Console() {}

    static void install(Context context, Users users, Optional<LoginTrail> logins) throws IOException {
        UsersLoginModule.install(users);
        context.addServletContainerInitializer(
                (classes, servlets) ->
                        servlets.addListener(new HawtioContextListener(new ConfigManager(configuration()::get))),
                null);
        addFiles(context);
        addFilters(context, users, logins);
        addServlets(context);
        Rfc6265CookieProcessor cookies = new Rfc6265CookieProcessor();
        cookies.setSameSiteCookies("strict");
        ((StandardContext) context).setCookieProcessor(cookies);
        context.setUseHttpOnly(true);
        // The door to a record stands beside the console, and a login there counts here.
        context.setSessionCookiePath("/");
        context.setSessionTimeout(30);
    }

    private static Map<String, String> configuration() {
        String roles = String.join(",", Role.VIEWER.word(), Role.OPERATOR.word(), Role.STEWARD.word());
        return Map.of(
                "authenticationEnabled",
                "true",
                // It would keep names out for up to a day, and remember every one that was ever tried.
                "authenticationThrottled",
                "false",
                "realm",
                UsersLoginModule.REALM,
                "roles",
                roles,
                "rolePrincipalClasses",
                RolePrincipal.class.getName(),
                "userPrincipalClasses",
                UserPrincipal.class.getName(),
                "authenticationContainerDiscoveryClasses",
                "");
    }

    /** Our own files come first, so that they stand in place of Hawtio's of the same name. */
    private static void addFiles(Context context) throws IOException {
        StandardRoot root = new StandardRoot(context);
        root.addPreResources(files(root, OURS + "/hawtconfig.json", OURS));
        root.addPostResources(files(root, FILES + "/index.html", FILES));
        context.setResources(root);
        MIME_TYPES.forEach(context::addMimeMapping);
        context.addWelcomeFile("index.html");
    }

    /** Puts the files of our tab into a context of their own. */
    static void installTab(Context context) throws IOException {
        StandardRoot root = new StandardRoot(context);
        root.addPreResources(files(root, TAB + "/remoteEntry.js", TAB));
        context.setResources(root);
        MIME_TYPES.forEach(context::addMimeMapping);
        Wrapper files = HttpServer.serve(context, "default", new DefaultServlet(), "/");
        files.setLoadOnStartup(1);
    }

    private static WebResourceSet files(StandardRoot root, String known, String folder) throws IOException {
        URL place = Console.class.getClassLoader().getResource(known);
        if (place == null) {
            throw new IllegalStateException("This build holds no " + known + "; build it again with mvn package.");
        }
        if (place.openConnection() instanceof JarURLConnection jar) {
            return new JarResourceSet(root, "/", pathOf(jar.getJarFileURL()).toString(), "/" + folder);
        }
        return new DirResourceSet(root, "/", pathOf(place).getParent().toString(), "/");
    }

    private static Path pathOf(URL file) {
        try {
            return Path.of(file.toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(file + " is no place on a disk", e);
        }
    }

    private static void addFilters(Context context, Users users, Optional<LoginTrail> logins) {
        HttpServer.filter(context, "login-size", new BodyLimitFilter(LARGEST_LOGIN), "/auth/*");
        HttpServer.filter(context, "size", new BodyLimitFilter(LARGEST_REQUEST));
        HttpServer.filter(context, "login-log", new LoginLogFilter(users, logins), "/auth/login");
        HttpServer.filter(context, "still-user", new StillUserFilter(users));
        HttpServer.filter(context, "session-expiry", new SessionExpiryFilter());
        HttpServer.filter(context, "headers", new ResponseHeadersFilter());
        HttpServer.filter(context, "authentication", new AuthenticationFilter(), "/jolokia/*");
        HttpServer.filter(context, "client-routes", new ClientRouteRedirectFilter());
        HttpServer.filter(context, "base-href", new BaseTagHrefFilter(), "/", "/index.html");
    }

    private static void addServlets(Context context) {
        JolokiaDoor.open(context, "console");
        HttpServer.serve(context, "user", new KeycloakUserServlet(), "/user/*");
        HttpServer.serve(context, "login", new LoginServlet(), "/auth/login");
        HttpServer.serve(context, "logout", new LogoutServlet(), "/auth/logout");
        HttpServer.serve(context, "auth-config", new AuthConfigurationServlet(), "/auth/config/*");
        HttpServer.serve(context, "keycloak", new KeycloakServlet(), "/keycloak/*");
        HttpServer.serve(context, "plugin", new PluginServlet(), "/plugin/*");
        Wrapper files = HttpServer.serve(context, "default", new DefaultServlet(), "/");
        files.setLoadOnStartup(1);
    }
}
