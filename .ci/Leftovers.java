import com.sun.tools.attach.VirtualMachine;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import javax.management.MBeanServerConnection;
import javax.management.ObjectName;
import javax.management.openmbean.CompositeData;
import javax.management.remote.JMXConnector;
import javax.management.remote.JMXConnectorFactory;
import javax.management.remote.JMXServiceURL;

/**
 * Says what is in a running JVM, one thing a line, so that before and after can be compared: every thread and MBean (numbers in names as N), every
 * loaded copy of our classes, every open file whose path begins as given (a regular expression) and every connection to given ports.
 *
 * <pre>java Leftovers PID [PATH|PORT]...         everything
 * java Leftovers PID = MBEAN ATTRIBUTE      one attribute</pre>
 */
public final class Leftovers {
    private static final String OURS = "org.vaxroute.boot.ServerShell";

    private final String pid;
    private final MBeanServerConnection jvm;

    private Leftovers(String pid, MBeanServerConnection jvm) {
        this.pid = pid;
        this.jvm = jvm;
    }

    public static void main(String[] args) throws Exception {
        VirtualMachine machine = VirtualMachine.attach(args[0]);
        String address = machine.startLocalManagementAgent();
        machine.detach();
        try (JMXConnector connector = JMXConnectorFactory.connect(new JMXServiceURL(address))) {
            MBeanServerConnection jvm = connector.getMBeanServerConnection();
            if (args.length == 4 && args[1].equals("=")) {
                System.out.println(jvm.getAttribute(new ObjectName(args[2]), args[3]));
                return;
            }
            Leftovers here = new Leftovers(args[0], jvm);
            Set<String> lines = new TreeSet<>();
            here.classes(lines);
            here.threads(lines);
            here.beans(lines);
            for (int i = 1; i < args.length; i++) {
                if (args[i].matches("[0-9]+")) {
                    here.connections(Integer.parseInt(args[i]), lines);
                } else {
                    here.files(args[i], lines);
                }
            }
            lines.forEach(System.out::println);
        }
    }

    private void classes(Set<String> lines) throws Exception {
        for (int i = 0; i < 3; i++) {
            jvm.invoke(new ObjectName(ManagementFactory.MEMORY_MXBEAN_NAME), "gc", null, null);
        }
        String said = (String) jvm.invoke(
                new ObjectName("com.sun.management:type=DiagnosticCommand"),
                "vmClassHierarchy",
                new Object[] {new String[] {OURS}},
                new String[] {String[].class.getName()});
        said.lines().filter(line -> line.contains(OURS + "/")).forEach(line -> lines.add("class " + line.strip()));
    }

    private void threads(Set<String> lines) throws Exception {
        CompositeData[] threads = (CompositeData[]) jvm.invoke(
                new ObjectName(ManagementFactory.THREAD_MXBEAN_NAME),
                "dumpAllThreads",
                new Object[] {false, false},
                new String[] {"boolean", "boolean"});
        for (CompositeData thread : threads) {
            String name = numbered((String) thread.get("threadName"));
            // Those are ours, who look.
            if (!name.matches("RMI .*|JMX server .*|Attach Listener")) {
                lines.add("thread " + name);
            }
        }
    }

    private void beans(Set<String> lines) throws IOException {
        for (ObjectName name : jvm.queryNames(null, null)) {
            lines.add("mbean " + numbered(name.getCanonicalName()));
        }
    }

    private static String numbered(String name) {
        return name.replaceAll("[0-9]+", "N");
    }

    private void files(String path, Set<String> lines) throws IOException {
        Pattern begins = Pattern.compile(path);
        for (String open : open()) {
            if (begins.matcher(open).lookingAt()) {
                lines.add("file " + open);
            }
        }
    }

    private void connections(int port, Set<String> lines) throws IOException {
        Set<String> sockets = new HashSet<>(open());
        String remote = String.format(":%04X", port);
        for (String table : List.of("tcp", "tcp6")) {
            int found = 0;
            for (String line : Files.readAllLines(Path.of("/proc", pid, "net", table))) {
                String[] fields = line.strip().split("\\s+");
                if (fields[2].endsWith(remote) && fields[3].equals("01") && sockets.contains("socket:[" + fields[9] + "]")) {
                    lines.add("connection " + ++found + " over " + table + " to port " + port);
                }
            }
        }
    }

    private List<String> open() throws IOException {
        List<String> found = new ArrayList<>();
        try (DirectoryStream<Path> all = Files.newDirectoryStream(Path.of("/proc", pid, "fd"))) {
            for (Path one : all) {
                try {
                    found.add(Files.readSymbolicLink(one).toString());
                } catch (NoSuchFileException closedMeanwhile) {
                    continue;
                }
            }
        }
        return found;
    }
}
