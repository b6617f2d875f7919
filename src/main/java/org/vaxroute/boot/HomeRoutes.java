package org.vaxroute.boot;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.apache.camel.CamelContext;
import org.apache.camel.main.DefaultRoutesCollector;
import org.apache.camel.spi.Resource;
import org.apache.camel.support.ResourceHelper;
import org.vaxroute.boot.settings.Home;

/**
 * Gives Camel the route files of a home. By Camel's own pattern of files a comma or an asterisk in the home's path would be read as a part of the
 * pattern, and links to folders would not be followed.
 */
final class HomeRoutes extends DefaultRoutesCollector {
    private final Home home;

    HomeRoutes(Home home) {
        this.home = home;
    }

    @Override
    public Collection<Resource> findRouteResourcesFromDirectory(
            CamelContext context, String excludePattern, String includePattern) {
        try {
            List<Resource> routes = new ArrayList<>();
            for (Path file : home.routeFiles()) {
                routes.add(ResourceHelper.fromBytes("file:" + file, Files.readAllBytes(file)));
            }
            return routes;
        } catch (IOException e) {
            throw new StartFailed("The files below " + home.routes() + " cannot be read: " + e, e);
        }
    }
}
