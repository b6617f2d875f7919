package org.vaxroute.intake;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Instant;

/** What tells, without reading it, that a file was written to or replaced. */
record FileStamp(long size, Instant modified, Object key) {
    /** @throws IOException when the file cannot be looked at; {@link java.nio.file.NoSuchFileException} when it is gone */
    static FileStamp of(Path file) throws IOException {
        var attributes = Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
        return new FileStamp(attributes.size(), attributes.lastModifiedTime().toInstant(), attributes.fileKey());
    }
}
