package org.vaxroute.operate.http;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import javax.management.InstanceAlreadyExistsException;
import javax.management.InstanceNotFoundException;
import javax.management.JMException;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import org.apache.catalina.Context;
import org.apache.catalina.Wrapper;
import org.apache.catalina.servlets.DefaultServlet;
import org.apache.catalina.webresources.StandardRoot;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Our tab in Hawtio: serves its two files and announces it. The files are public before the login and hold nothing but the page. */
public final class Tab implements TabMBean {
    static final String PATH = "/vaxroute-ui";

    private static final Logger LOG = LoggerFactory.getLogger(Tab.class);
    private static final String FILES = "org/vaxroute/operate/tab";
    private static final String SCOPE = "vaxrouteTab";

    private final MBeanServer beans = ManagementFactory.getPlatformMBeanServer();
    private boolean announced;

    /** Puts the files into a context of that path. */
    static void serve(Context context) throws IOException {
        StandardRoot root = new StandardRoot(context);
        root.addPreResources(Console.files(root, FILES + "/remoteEntry.js", FILES));
        context.setResources(root);
        Console.MIME_TYPES.forEach(context::addMimeMapping);
        Wrapper files = HttpServer.serve(context, "default", new DefaultServlet(), "/");
        files.setLoadOnStartup(1);
    }

    /** Tells Hawtio of the tab. Of several homes in one process the first does so for all: the tab shows every one of them. */
    void announce() {
        try {
            beans.registerMBean(this, name());
            announced = true;
        } catch (InstanceAlreadyExistsException another) {
            LOG.debug("Another home has announced the tab");
        } catch (JMException e) {
            throw new IllegalStateException("The tab cannot be announced to Hawtio", e);
        }
    }

    void withdraw() {
        if (!announced) {
            return;
        }
        announced = false;
        try {
            beans.unregisterMBean(name());
        } catch (InstanceNotFoundException alreadyGone) {
            LOG.debug("The tab was withdrawn already");
        } catch (JMException e) {
            LOG.warn("The tab could not be withdrawn", e);
        }
    }

    private static ObjectName name() throws JMException {
        return new ObjectName("hawtio:type=plugin,name=" + SCOPE);
    }

    @Override
    public String getUrl() {
        return PATH;
    }

    @Override
    public String getScope() {
        return SCOPE;
    }

    @Override
    public String getModule() {
        return "./plugin";
    }

    @Override
    public String getRemoteEntryFileName() {
        return "remoteEntry.js";
    }

    @Override
    public boolean isBustRemoteEntryCache() {
        return true;
    }

    @Override
    public String getPluginEntry() {
        return "plugin";
    }
}
