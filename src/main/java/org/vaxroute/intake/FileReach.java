package org.vaxroute.intake;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * Which files of a drop folder the file route reads: it takes the same settings, and passes over what begins with a dot.
 *
 * @param depth levels of folders that are looked into; 1 is the drop folder itself ({@code intake.file.depth})
 * @param exclude names of files that are left alone, such as those of unfinished copies ({@code intake.file.exclude})
 */
public record FileReach(int depth, Pattern exclude) {
    // So long a copy may rest before it is taken for one that nobody goes on with.
    private static final Duration COPYING = Duration.ofDays(1);

    private record Dropped(Path path, Instant written) {}

    /** @param closed what may not be looked into */
    private record Found(List<Dropped> files, List<Path> closed) {}

    /** As the settings say it; the case of names does not matter to the route. */
    public static FileReach of(int depth, String exclude) {
        return new FileReach(depth, Pattern.compile(exclude, Pattern.CASE_INSENSITIVE));
    }

    /** Files of a source that the route reads in their turn. */
    List<Path> read(Path sourceFolder) {
        return dropped(sourceFolder).files.stream()
                .filter(file -> reaches(sourceFolder, file.path) && !leavesAlone(file.path))
                .map(Dropped::path)
                .sorted()
                .toList();
    }

    /** How many files of a source are still to be read: also copies that somebody has written to within a day. */
    int waiting(Path sourceFolder, Instant now) {
        return (int) dropped(sourceFolder).files.stream()
                .filter(file -> reaches(sourceFolder, file.path)
                        && (!leavesAlone(file.path) || file.written.isAfter(now.minus(COPYING))))
                .count();
    }

    /** Files of a source that nobody will read: how many lie in which folder, why, and what to do; a line each. */
    public List<String> unread(Path sourceFolder, Instant now) {
        Map<String, Integer> deep = new TreeMap<>();
        Map<String, Integer> alone = new TreeMap<>();
        Found found = dropped(sourceFolder);
        for (Dropped file : found.files) {
            String folder = named(sourceFolder, file.path.getParent());
            if (!reaches(sourceFolder, file.path)) {
                deep.merge(folder, 1, Integer::sum);
            } else if (leavesAlone(file.path) && !file.written.isAfter(now.minus(COPYING))) {
                alone.merge(folder, 1, Integer::sum);
            }
        }
        List<String> lines = new ArrayList<>();
        deep.forEach((folder, files) -> lines.add(folder + " lies deeper than intake.file.depth = " + depth
                + ", so its files are not read (" + files + "): move them into " + sourceFolder.getFileName()));
        alone.forEach((folder, files) -> lines.add("in " + folder
                + " files are not read for their names (intake.file.exclude), and nobody has written to them for a day ("
                + files + "): rename what is complete, remove the rest"));
        found.closed.forEach(
                folder -> lines.add(
                        "what lies in " + named(sourceFolder, folder)
                                + " is not read, because it may not be looked into: let the account that runs VaxRoute read it, or take it away"));
        return lines;
    }

    private static String named(Path sourceFolder, Path folder) {
        return sourceFolder.getParent().relativize(folder).toString();
    }

    private boolean reaches(Path sourceFolder, Path file) {
        return sourceFolder.relativize(file).getNameCount() < depth;
    }

    private boolean leavesAlone(Path file) {
        return exclude.matcher(file.getFileName().toString()).matches();
    }

    private static Found dropped(Path sourceFolder) {
        Found found = new Found(new ArrayList<>(), new ArrayList<>());
        if (!Files.isDirectory(sourceFolder)) {
            return found;
        }
        try {
            // It may be a link to where the EHR exports to: the route reads what lies there.
            Path real = sourceFolder.toRealPath();
            Files.walkFileTree(real, new SimpleFileVisitor<>() {
                @Override
                public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
                    return isHidden(folder) && !folder.equals(real)
                            ? FileVisitResult.SKIP_SUBTREE
                            : FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                    if (attributes.isRegularFile() && !isHidden(file)) {
                        found.files.add(new Dropped(
                                sourceFolder.resolve(real.relativize(file)),
                                attributes.lastModifiedTime().toInstant()));
                    }
                    return FileVisitResult.CONTINUE;
                }

                // What is gone was read, or taken away, since its folder was listed. A folder is opened before it is
                // asked about, also one that is to be passed over.
                @Override
                public FileVisitResult visitFileFailed(Path place, IOException e) {
                    if (!(e instanceof NoSuchFileException) && !isHidden(place)) {
                        found.closed.add(sourceFolder.resolve(real.relativize(place)));
                    }
                    return FileVisitResult.CONTINUE;
                }
            });
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return found;
    }

    private static boolean isHidden(Path path) {
        return path.getFileName().toString().startsWith(".");
    }
}
