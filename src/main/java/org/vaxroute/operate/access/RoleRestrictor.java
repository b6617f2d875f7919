package org.vaxroute.operate.access;

import java.util.Map;
import java.util.Optional;
import java.util.Set;
import javax.management.InstanceNotFoundException;
import javax.management.IntrospectionException;
import javax.management.MBeanOperationInfo;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import javax.management.ReflectionException;
import org.jolokia.server.core.service.api.Restrictor;
import org.jolokia.server.core.util.HttpMethod;
import org.jolokia.server.core.util.RequestType;

/**
 * What a caller may ask of the MBeans through Jolokia: an allow-list by role and door. Everything that is not named here is refused: writing,
 * sending or browsing messages, tracing, heap dumps, anything of the platform but a few figures.
 *
 * <p>Operations are compared by name without the signature, because Jolokia hands them over as the caller spelled them.
 */
public final class RoleRestrictor implements Restrictor {
    private static final String OWN_DOMAIN = "org.vaxroute";
    private static final Set<RequestType> LOOKING =
            Set.of(RequestType.READ, RequestType.EXEC, RequestType.LIST, RequestType.SEARCH, RequestType.VERSION);

    /**
     * What Hawtio calls to draw the Camel tab and to ask what it may do; none of it shows or moves a message. The texts of routes are given without the
     * flag that puts values in place of their placeholders, so in one signature only.
     */
    private static final Map<String, Set<String>> CONSOLE_OPERATIONS = Map.of(
            "org.apache.camel:context",
            Set.of("dumpRoutesAsXml()", "dumpRoutesStatsAsXml"),
            "org.apache.camel:routes",
            Set.of("dumpRouteAsXml()", "dumpRouteStatsAsXml", "isUpdateRouteEnabled"),
            "hawtio:security",
            Set.of("list", "canInvoke"));

    private static final Set<String> SECRET_ATTRIBUTES = Set.of(
            "java.lang:Runtime/SystemProperties",
            "java.lang:Runtime/InputArguments",
            "java.lang:Runtime/ClassPath",
            "java.lang:Runtime/BootClassPath",
            "java.lang:Runtime/LibraryPath");

    private static final Set<String> COMMAND_LINE_PLATFORM_ATTRIBUTES = Set.of(
            "java.lang:Runtime/Uptime",
            "java.lang:Runtime/StartTime",
            "java.lang:Runtime/SpecVersion",
            "java.lang:Memory/HeapMemoryUsage",
            "java.lang:Threading/ThreadCount");

    private static final Set<String> CONSOLE_DOMAINS =
            Set.of(OWN_DOMAIN, "org.apache.camel", "java.lang", "hawtio", "jolokia", "JMImplementation");

    private final MBeanServer server;

    public RoleRestrictor(MBeanServer server) {
        this.server = server;
    }

    @Override
    public boolean isHttpMethodAllowed(HttpMethod method) {
        return true;
    }

    @Override
    public boolean isTypeAllowed(RequestType type) {
        return Caller.current().isPresent() && LOOKING.contains(type);
    }

    @Override
    public boolean isAttributeReadAllowed(ObjectName name, String attribute) {
        Optional<Caller> caller = Caller.current();
        if (caller.isEmpty()) {
            return false;
        }
        if (name.getDomain().equals(OWN_DOMAIN)) {
            return true;
        }
        String place = name.getDomain() + ":" + name.getKeyProperty("type") + "/" + attribute;
        return switch (caller.get().door()) {
            case COMMAND_LINE ->
                COMMAND_LINE_PLATFORM_ATTRIBUTES.contains(place)
                        || name.getDomain().equals("org.apache.camel")
                                && Set.of("context", "routes").contains(name.getKeyProperty("type"));
            case CONSOLE -> CONSOLE_DOMAINS.contains(name.getDomain()) && !SECRET_ATTRIBUTES.contains(place);
        };
    }

    @Override
    public boolean isAttributeWriteAllowed(ObjectName name, String attribute) {
        return false;
    }

    @Override
    public boolean isOperationAllowed(ObjectName name, String operation) {
        Optional<Caller> caller = Caller.current();
        if (caller.isEmpty()) {
            return false;
        }
        String plain = operation.replaceFirst("\\(.*", "");
        if (name.getDomain().equals(OWN_DOMAIN)) {
            return caller.get().role().covers(roleFor(name, plain));
        }
        Set<String> allowed =
                CONSOLE_OPERATIONS.getOrDefault(name.getDomain() + ":" + name.getKeyProperty("type"), Set.of());
        return caller.get().door() == Caller.Door.CONSOLE && (allowed.contains(plain) || allowed.contains(operation));
    }

    /** An operation of ours that only tells something is for viewers, one that does something for operators. */
    private Role roleFor(ObjectName name, String operation) {
        try {
            for (MBeanOperationInfo info : server.getMBeanInfo(name).getOperations()) {
                if (info.getName().equals(operation) && info.getImpact() != MBeanOperationInfo.INFO) {
                    return Role.OPERATOR;
                }
            }
            return Role.VIEWER;
        } catch (InstanceNotFoundException notThere) {
            return Role.VIEWER;
        } catch (IntrospectionException | ReflectionException e) {
            throw new IllegalStateException("MBean " + name + " cannot be described", e);
        }
    }

    @Override
    public boolean isRemoteAccessAllowed(String... hostOrAddress) {
        return true;
    }

    @Override
    public boolean isOriginAllowed(String origin, boolean strictCheck) {
        // The same-origin filter stands before every request; it knows the host that was asked for, which is not known
        // here.
        return true;
    }

    @Override
    public boolean isObjectNameHidden(ObjectName name) {
        return !CONSOLE_DOMAINS.contains(name.getDomain());
    }
}
