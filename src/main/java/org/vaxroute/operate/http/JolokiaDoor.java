package org.vaxroute.operate.http;

import java.lang.management.ManagementFactory;
import org.apache.catalina.Context;
import org.apache.catalina.Wrapper;
import org.jolokia.server.core.http.AgentServlet;
import org.vaxroute.operate.access.RoleRestrictor;

/** Serves the MBeans as JSON under {@code /jolokia} of a context whose filters say who is calling. */
final class JolokiaDoor {
    private JolokiaDoor() {}

    static void open(Context context, String name) {
        HttpServer.filter(context, "get-looks-only", new GetLooksOnlyFilter(), "/jolokia/*");
        Wrapper jolokia = HttpServer.serve(
                context,
                "jolokia",
                new AgentServlet(new RoleRestrictor(ManagementFactory.getPlatformMBeanServer())),
                "/jolokia/*");
        jolokia.addInitParameter("agentId", "vaxroute-" + name);
        jolokia.addInitParameter("mbeanQualifier", "door=" + name);
        jolokia.addInitParameter("discoveryEnabled", "false");
        jolokia.addInitParameter("includeStackTrace", "false");
        jolokia.addInitParameter("includeRequest", "false");
        // Our own operations refuse with a sentence for the operator, which must arrive.
        jolokia.addInitParameter("allowErrorDetails", "true");
        jolokia.setLoadOnStartup(1);
    }
}
