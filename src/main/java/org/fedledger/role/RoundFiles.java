package org.fedledger.role;

import java.nio.file.Path;
import org.fedledger.spec.FederationSpec;
import org.fedledger.spec.RoundPlan;

/**
 * What a round is trained by, each file with its digest checked.
 *
 * @param base the base version's model file
 */
public record RoundFiles(FederationSpec spec, RoundPlan plan, Path base) {}
