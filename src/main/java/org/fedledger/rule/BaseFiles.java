package org.fedledger.rule;

import java.nio.file.Path;
import java.util.Optional;

/**
 * Files of the version that a round builds on, their digests already checked.
 *
 * @param state for a rule that has one
 */
public record BaseFiles(Path model, Optional<Path> state) {}
