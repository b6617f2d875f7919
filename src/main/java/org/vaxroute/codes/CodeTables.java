package org.vaxroute.codes;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/** All code tables of an installation by name. Immutable; loaded once at start-up and shared. */
public final class CodeTables {
    private final Map<String, CodeTable> tables;

    private CodeTables(Map<String, CodeTable> tables) {
        this.tables = Collections.unmodifiableMap(tables);
    }

    /**
     * Reads every {@code *.csv} of the folder.
     *
     * @throws CodeTableException when a file is not a code table or two files carry one name
     */
    public static CodeTables load(Path folder) {
        return load(List.of(folder));
    }

    /**
     * Reads every {@code *.csv} of the folders that begins with a comment line; other CSV files of a registry's folder
     * are no code tables. A table of a later folder replaces the one of that name of an earlier folder, which is how a
     * registry brings its own eligibility codes.
     *
     * @throws CodeTableException when a folder is missing or a file is broken
     */
    public static CodeTables load(List<Path> folders) {
        Map<String, CodeTable> tables = new TreeMap<>();
        for (Path folder : folders) {
            Map<String, CodeTable> here = new TreeMap<>();
            for (Path file : csvFiles(folder)) {
                CodeTable table = CodeTable.read(file);
                CodeTable other = here.put(table.name(), table);
                if (other != null) {
                    throw new CodeTableException("the table " + table.name() + " stands in two files, "
                            + other.file().map(Path::toString).orElse("?") + " and " + file + "; keep one of them");
                }
            }
            tables.putAll(here);
        }
        return new CodeTables(tables);
    }

    public static CodeTables of(Collection<CodeTable> tables) {
        Map<String, CodeTable> named = new TreeMap<>();
        tables.forEach(table -> named.put(table.name(), table));
        return new CodeTables(named);
    }

    /** These tables and those of the folder, which replace any of the same name. */
    public CodeTables with(Path folder) {
        Map<String, CodeTable> all = new TreeMap<>(tables);
        all.putAll(load(folder).tables);
        return new CodeTables(all);
    }

    /**
     * These tables and the one in that file, when the file is there.
     *
     * @throws CodeTableException when it is no code table
     */
    public CodeTables withFile(Path file) {
        if (!Files.exists(file)) {
            return this;
        }
        Map<String, CodeTable> all = new TreeMap<>(tables);
        CodeTable table = CodeTable.read(file);
        all.put(table.name(), table);
        return new CodeTables(all);
    }

    private static List<Path> csvFiles(Path folder) {
        try (Stream<Path> files = Files.list(folder)) {
            List<Path> found = new ArrayList<>();
            for (Path file : files.sorted().toList()) {
                if (file.getFileName().toString().endsWith(".csv") && TableText.beginsWithComment(file)) {
                    found.add(file);
                }
            }
            return found;
        } catch (IOException e) {
            throw new CodeTableException(
                    folder + ": the folder of code tables cannot be read (" + e.getMessage() + ")", e);
        }
    }

    /**
     * The table of that name.
     *
     * @throws CodeTableException when there is none
     */
    public CodeTable table(String name) {
        return find(name)
                .orElseThrow(() ->
                        new CodeTableException("there is no code table '" + name + "'; there are " + tables.keySet()));
    }

    public Optional<CodeTable> find(String name) {
        return Optional.ofNullable(tables.get(name));
    }

    /** All tables, by name. */
    public Collection<CodeTable> all() {
        return tables.values();
    }
}
