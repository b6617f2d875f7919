package org.vaxroute.submit;

import java.nio.file.Path;

/**
 * A submission file that stands under its temporary name.
 *
 * @param unfinished the temporary file
 * @param manifest what was written, with the SHA-256 of its bytes
 */
record Written(Path unfinished, Manifest manifest) {}
