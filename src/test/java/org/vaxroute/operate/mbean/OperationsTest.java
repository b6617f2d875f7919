package org.vaxroute.operate.mbean;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import javax.management.MBeanAttributeInfo;
import javax.management.MBeanInfo;
import javax.management.MBeanOperationInfo;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class OperationsTest {
    private final MBeanServer server = ManagementFactory.getPlatformMBeanServer();

    /** Every one there is, so that none is forgotten here. */
    static Stream<Class<?>> views() throws Exception {
        Path compiled = Path.of(
                        AlarmsMBean.class.getResource("AlarmsMBean.class").toURI())
                .getParent();
        try (Stream<Path> files = Files.list(compiled)) {
            List<String> names = files.map(file -> file.getFileName().toString())
                    .filter(name -> name.matches("[A-Za-z]+MBean[.]class"))
                    .map(name -> AlarmsMBean.class.getPackageName() + "." + name.replace(".class", ""))
                    .toList();
            List<Class<?>> found = new ArrayList<>();
            for (String name : names) {
                Class<?> one = Class.forName(name);
                if (one.isInterface()) {
                    found.add(one);
                }
            }
            assertThat(found).hasSizeGreaterThan(10);
            return found.stream();
        }
    }

    @ParameterizedTest
    @MethodSource("views")
    void everythingThatAConsoleShowsSaysWhatItIsFor(Class<?> view) throws Exception {
        MBeanInfo info = describe(view);

        assertThat(info.getDescription()).isNotBlank();
        for (MBeanAttributeInfo attribute : info.getAttributes()) {
            assertThat(attribute.getDescription()).as(attribute.getName()).isNotBlank();
            assertThat(attribute.isWritable()).as(attribute.getName()).isFalse();
        }
        for (MBeanOperationInfo operation : info.getOperations()) {
            assertThat(operation.getDescription()).as(operation.getName()).isNotBlank();
            assertThat(operation.getImpact()).isIn(MBeanOperationInfo.INFO, MBeanOperationInfo.ACTION);
            assertThat(operation.getSignature()).as(operation.getName()).allSatisfy(parameter -> {
                assertThat(parameter.getDescription()).isNotBlank();
                assertThat(parameter.getName()).doesNotMatch("p\\d+|arg\\d+");
            });
        }
    }

    @Test
    void whatChangesSomethingIsAnAction() throws Exception {
        assertThat(describe(HeldMBean.class).getOperations())
                .extracting(operation -> operation.getName() + " " + operation.getImpact())
                .contains(
                        "list " + MBeanOperationInfo.INFO,
                        "bySite " + MBeanOperationInfo.INFO,
                        "consent " + MBeanOperationInfo.INFO,
                        "begin " + MBeanOperationInfo.ACTION,
                        "recheck " + MBeanOperationInfo.ACTION,
                        "realPerson " + MBeanOperationInfo.ACTION,
                        "release " + MBeanOperationInfo.ACTION,
                        "drop " + MBeanOperationInfo.ACTION);
        assertThat(describe(AnswersMBean.class).getOperations())
                .extracting(operation -> operation.getName() + " " + operation.getImpact())
                .contains(
                        "outlook " + MBeanOperationInfo.INFO,
                        "show " + MBeanOperationInfo.INFO,
                        "dismiss " + MBeanOperationInfo.ACTION,
                        "again " + MBeanOperationInfo.ACTION,
                        "resend " + MBeanOperationInfo.ACTION);
    }

    @Test
    void severalHomesLiveSideBySideAndLeaveNothingBehind() throws Exception {
        try (MBeans east = new MBeans("east");
                MBeans west = new MBeans("west, with a comma")) {
            east.register("Alarms", "all", new Quiet(), AlarmsMBean.class);
            west.register("Alarms", "all", new Quiet(), AlarmsMBean.class);

            assertThat(server.queryNames(new ObjectName("org.vaxroute:type=Alarms,*"), null))
                    .hasSize(2);
            assertThat(server.getAttribute(east.name("Alarms", "all"), "Count")).isEqualTo(0);
        }
        assertThat(server.queryNames(new ObjectName("org.vaxroute:type=Alarms,*"), null))
                .isEmpty();
    }

    private static MBeanInfo describe(Class<?> view) {
        return describeAs(view);
    }

    private static <T> MBeanInfo describeAs(Class<T> view) {
        T nobody = view.cast(java.lang.reflect.Proxy.newProxyInstance(
                view.getClassLoader(), new Class<?>[] {view}, (proxy, method, arguments) -> null));
        return DescribedMBean.of(nobody, view).getMBeanInfo();
    }

    private static final class Quiet implements AlarmsMBean {
        @Override
        public int getCount() {
            return 0;
        }

        @Override
        public java.util.List<Map<String, Object>> getOpen() {
            return java.util.List.of();
        }
    }
}
