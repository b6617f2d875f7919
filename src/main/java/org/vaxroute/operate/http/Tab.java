package org.vaxroute.operate.http;

import java.lang.management.ManagementFactory;
import javax.management.InstanceAlreadyExistsException;
import javax.management.InstanceNotFoundException;
import javax.management.JMException;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Announces our tab to the Hawtio of this process, be it ours or that of a server around us. The tab's files are public before the login and
 * hold nothing but the page.
 */
public final class Tab implements TabMBean {
    private static final Logger LOG = LoggerFactory.getLogger(Tab.class);
    private static final String SCOPE = "vaxrouteTab";

    private final MBeanServer beans = ManagementFactory.getPlatformMBeanServer();
    private final String url;
    private boolean announced;

    /** @param url folder of the tab's files, as the browser sees it */
    public Tab(String url) {
        this.url = url;
    }

    /** Tells Hawtio of the tab. Where several homes serve it the browser takes one: the tab shows all of them. */
    public void announce() {
        try {
            beans.registerMBean(this, name());
            announced = true;
        } catch (InstanceAlreadyExistsException another) {
            LOG.debug("Another home has announced the tab");
        } catch (JMException e) {
            throw new IllegalStateException("The tab cannot be announced to Hawtio", e);
        }
    }

    public void withdraw() {
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

    /** One for each place of the files, so that the tab stays while one of them is there. */
    private ObjectName name() throws JMException {
        return new ObjectName("hawtio:type=plugin,name=" + SCOPE + url.replaceAll("[^A-Za-z0-9._-]", "-"));
    }

    @Override
    public String getUrl() {
        return url;
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
