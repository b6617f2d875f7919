package org.vaxroute.intake;

import java.util.Locale;
import java.util.function.Function;
import org.vaxroute.hl7.Path;

/**
 * What of a site is written where, such as {@code MSH-4.1=id}.
 *
 * @param path in MSH, or in RXA for doses that were given at the site
 */
public record SiteFill(Path path, What what) {
    /** What of a site can be written. */
    public enum What {
        /** The site's id at the registry. */
        ID(Site::registryId),
        NAME(Site::name),
        /** The registry's id of the uppermost organization above the site. */
        PARENT_ID(site -> site.head().registryId()),
        PARENT_NAME(site -> site.head().name());

        private final Function<Site, String> value;

        What(Function<Site, String> value) {
            this.value = value;
        }

        String of(Site site) {
            return value.apply(site);
        }
    }

    /**
     * Reads one entry of the setting.
     *
     * @throws IllegalArgumentException when it is none; it says what to write
     */
    public static SiteFill of(String text) {
        String[] parts = text.split("=", 2);
        if (parts.length == 2) {
            Path path = Path.of(parts[0].strip());
            String word = parts[1].strip().toUpperCase(Locale.ROOT).replace('-', '_');
            boolean place = (path.segment().equals("MSH") && path.field() > 2
                            || path.segment().equals("RXA"))
                    && path.field() > 0
                    && !path.inOrder()
                    && path.segmentIndex() == 0;
            for (What what : What.values()) {
                if (place && what.name().equals(word)) {
                    return new SiteFill(path, what);
                }
            }
        }
        throw new IllegalArgumentException(
                "sites.fill: '" + text
                        + "' cannot be understood. Write a field of MSH or RXA and id, name, parent-id or parent-name, such as MSH-4.1=id.");
    }

    boolean ofDose() {
        return path.segment().equals("RXA");
    }

    /** The place in the n-th segment of the name. */
    Path at(int ordinal) {
        return ofDose() ? Path.of("RXA[" + ordinal + "]" + path.toString().substring(3)) : path;
    }
}
