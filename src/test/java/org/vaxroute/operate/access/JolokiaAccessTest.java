package org.vaxroute.operate.access;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.InputStream;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import javax.management.ObjectName;
import org.jolokia.server.core.restrictor.policy.PolicyRestrictor;
import org.jolokia.server.core.service.api.Restrictor;
import org.jolokia.server.core.util.RequestType;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The policy file for a hawtio-war beside us says the same as our own guard says to an operator. */
class JolokiaAccessTest {
    private static final String CAMEL = "org.apache.camel:context=vaxroute,type=";

    private static Restrictor policy;
    private static Restrictor ours;

    @BeforeAll
    static void read() throws Exception {
        try (InputStream file = Files.newInputStream(Path.of("src/main/dist/servers/jolokia-access.xml"))) {
            policy = new PolicyRestrictor(file);
        }
        ours = new RoleRestrictor(ManagementFactory.getPlatformMBeanServer());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "org.vaxroute:home=x,type=Feed,name=main.ongoing|pause(java.lang.String)",
                CAMEL + "context,name=\"vaxroute\"|dumpRoutesAsXml()",
                CAMEL + "context,name=\"vaxroute\"|dumpRoutesAsXml(boolean)",
                CAMEL + "context,name=\"vaxroute\"|dumpRoutesStatsAsXml(boolean,boolean)",
                CAMEL + "context,name=\"vaxroute\"|sendBody",
                CAMEL + "context,name=\"vaxroute\"|sendBody(java.lang.String,java.lang.Object)",
                CAMEL + "context,name=\"vaxroute\"|stop()",
                CAMEL + "routes,name=\"intake-file\"|dumpRouteAsXml()",
                CAMEL + "routes,name=\"intake-file\"|dumpRouteAsXml(boolean)",
                CAMEL + "routes,name=\"intake-file\"|dumpRouteStatsAsXml(boolean,boolean)",
                CAMEL + "routes,name=\"intake-file\"|isUpdateRouteEnabled",
                CAMEL + "routes,name=\"intake-file\"|stop()",
                CAMEL + "endpoints,name=\"e\"|browseAllMessagesAsXml(java.lang.Boolean)",
                CAMEL + "services,name=InflightRepository|browse()",
                CAMEL + "tracer,name=BacklogTracer|dumpAllTracedMessagesAsXml()",
                "hawtio:type=security,name=RBACRegistry|list()",
                "hawtio:type=security,name=HawtioDummyJMXSecurity|canInvoke(java.util.Map)",
                "com.sun.management:type=HotSpotDiagnostic|dumpHeap(java.lang.String,boolean)",
                "com.sun.management:type=DiagnosticCommand|vmSystemProperties",
                "java.lang:type=Threading|dumpAllThreads(boolean,boolean)",
                "java.lang:type=Memory|gc()",
                "Catalina:type=Server|stop()"
            })
    void anOperationIsAllowedOrRefusedAsInOurOwnConsole(String operation) throws Exception {
        String[] part = operation.split("\\|");
        ObjectName bean = new ObjectName(part[0]);
        boolean allowed = new Caller("anna", Role.OPERATOR, Caller.Door.CONSOLE)
                .call(() -> ours.isOperationAllowed(bean, part[1]));

        assertThat(policy.isOperationAllowed(bean, part[1])).isEqualTo(allowed);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "org.vaxroute:home=x,type=Feed,name=main.ongoing|Backlog",
                "java.lang:type=Memory|HeapMemoryUsage",
                "java.lang:type=Runtime|Uptime",
                "java.lang:type=Runtime|SystemProperties",
                "java.lang:type=Runtime|InputArguments",
                "Users:type=User,username=\"anna\",database=UserDatabase|password",
                "Catalina:type=Resource,resourcetype=Context,class=javax.sql.DataSource|password"
            })
    void aFigureIsShownOrNotAsInOurOwnConsole(String attribute) throws Exception {
        String[] part = attribute.split("\\|");
        ObjectName bean = new ObjectName(part[0]);
        boolean allowed = new Caller("anna", Role.OPERATOR, Caller.Door.CONSOLE)
                .call(() -> ours.isAttributeReadAllowed(bean, part[1]));

        assertThat(policy.isAttributeReadAllowed(bean, part[1])).isEqualTo(allowed);
        assertThat(policy.isAttributeWriteAllowed(bean, part[1])).isFalse();
    }

    @Test
    void nothingIsWrittenOrListenedTo() {
        for (RequestType type :
                List.of(RequestType.WRITE, RequestType.EXEC, RequestType.NOTIFICATION, RequestType.CONFIG)) {
            assertThat(policy.isTypeAllowed(type)).as(type.getName()).isFalse();
        }
        for (RequestType type : List.of(RequestType.READ, RequestType.LIST, RequestType.SEARCH, RequestType.VERSION)) {
            assertThat(policy.isTypeAllowed(type)).as(type.getName()).isTrue();
        }
    }
}
