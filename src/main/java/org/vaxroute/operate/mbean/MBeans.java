package org.vaxroute.operate.mbean;

import java.lang.management.ManagementFactory;
import java.util.ArrayDeque;
import java.util.Deque;
import javax.management.InstanceNotFoundException;
import javax.management.JMException;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Registers one home's MBeans as {@code org.vaxroute:home=<name>,type=<type>,name=<name>} and takes them away again. */
public final class MBeans implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(MBeans.class);

    private final MBeanServer server = ManagementFactory.getPlatformMBeanServer();
    private final Deque<ObjectName> registered = new ArrayDeque<>();
    private final String home;

    /** @param home name of the home, so that several may run in one server */
    public MBeans(String home) {
        this.home = home;
    }

    /**
     * Makes a bean visible.
     *
     * @param view its interface, with a {@link Description} on everything
     * @throws IllegalStateException when the name is taken, as by a second server of the same home
     */
    public <T> void register(String type, String name, T bean, Class<T> view) {
        register(type, name, DescribedMBean.of(bean, view));
    }

    /** As {@link #register(String, String, Object, Class)}, for the bean that tells of alarms. */
    void register(String type, String name, AlarmOperations bean, AlarmNews news) {
        news.name(register(type, name, DescribedMBean.of(bean, AlarmsMBean.class, news)));
    }

    private ObjectName register(String type, String name, DescribedMBean bean) {
        try {
            ObjectName objectName = name(type, name);
            server.registerMBean(bean, objectName);
            registered.push(objectName);
            return objectName;
        } catch (JMException e) {
            throw new IllegalStateException(
                    "MBean " + type + " " + name + " of home " + home
                            + " cannot be registered; does another VaxRoute of this home, or of one whose folder has the same name, run in this process?",
                    e);
        }
    }

    ObjectName name(String type, String name) throws JMException {
        return new ObjectName("org.vaxroute:home=" + quoted(home) + ",type=" + type + ",name=" + quoted(name));
    }

    private static String quoted(String value) {
        return value.matches("[A-Za-z0-9._-]+") ? value : ObjectName.quote(value);
    }

    /** Takes away what was registered here. */
    @Override
    public void close() {
        while (!registered.isEmpty()) {
            ObjectName name = registered.pop();
            try {
                server.unregisterMBean(name);
            } catch (InstanceNotFoundException alreadyGone) {
                LOG.debug("MBean {} was gone already", name);
            } catch (JMException e) {
                LOG.warn("MBean {} could not be taken away", name, e);
            }
        }
    }
}
