package org.vaxroute.crash;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.stream.Stream;

/** Homes as they are shipped, made and taken away. */
final class Homes {
    private Homes() {}

    /** Makes a home as it is shipped, empty of work. */
    static void ship(Path home) throws IOException {
        for (String part : List.of("routes", "config")) {
            try (Stream<Path> all = Files.walk(Path.of(part))) {
                for (Path one : all.filter(Files::isRegularFile).toList()) {
                    Path to = home.resolve(one);
                    Files.createDirectories(to.getParent());
                    Files.copy(one, to);
                }
            }
        }
    }

    static void delete(Path folder) throws IOException {
        if (!Files.exists(folder)) {
            return;
        }
        Files.walkFileTree(folder, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.delete(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path dir, IOException fault) throws IOException {
                Files.delete(dir);
                return FileVisitResult.CONTINUE;
            }
        });
    }
}
