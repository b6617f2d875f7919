package org.vaxroute.boot;

import jakarta.servlet.ServletContextEvent;
import jakarta.servlet.ServletContextListener;
import java.util.List;
import org.vaxroute.boot.settings.Home;
import org.vaxroute.operate.http.Tab;

/**
 * VaxRoute as a web application of a Jakarta server, named in its {@code web.xml}. It runs for the home that JNDI ({@code java:comp/env/vaxroute/home}), the system property or
 * the environment names; a deployment fails when it cannot.
 */
public final class WebShell implements ServletContextListener {
    private ServerShell shell;
    private Tab tab;

    @Override
    public void contextInitialized(ServletContextEvent event) {
        shell = new ServerShell();
        shell.start(() -> List.of(Home.find()));
        // The web archive holds the tab's files; a Hawtio beside us asks for them.
        tab = new Tab(event.getServletContext().getContextPath() + "/tab");
        tab.announce();
    }

    @Override
    public void contextDestroyed(ServletContextEvent event) {
        if (tab != null) {
            tab.withdraw();
        }
        shell.stop();
    }
}
