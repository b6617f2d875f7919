package org.vaxroute.cli;

import java.util.List;
import javax.management.MalformedObjectNameException;
import javax.management.ObjectName;

/** Reads the names of our beans. */
final class BeanNames {
    private BeanNames() {}

    static String nameIn(String objectName) {
        try {
            return nameIn(new ObjectName(objectName));
        } catch (MalformedObjectNameException e) {
            throw new CommandFailed("The server named a bean in an unknown way: " + objectName, e);
        }
    }

    static String nameIn(ObjectName objectName) {
        String name = objectName.getKeyProperty("name");
        return name.startsWith("\"") ? ObjectName.unquote(name) : name;
    }

    static String unknown(String type, String name, List<String> known) {
        return "There is no " + type.toLowerCase(java.util.Locale.ROOT) + " \"" + name + "\". "
                + (known.isEmpty() ? "None is in use." : "In use: " + String.join(", ", known) + ".");
    }
}
