package org.fedledger.client.participant;

import java.nio.file.Path;
import org.fedledger.spec.FederationSpec;
import org.fedledger.spec.RoundPlan;

/**
 * What a round builds on, each file with its digest checked.
 *
 * @param base the base version's model file
 */
public record RoundFiles(FederationSpec spec, RoundPlan plan, Path base) {}
