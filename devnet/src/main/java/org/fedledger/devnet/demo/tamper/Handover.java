package org.fedledger.devnet.demo.tamper;

import java.nio.file.Path;
import org.fedledger.contracts.Rpc;
import org.fedledger.store.BlobSource;
import org.fedledger.types.Address;

/**
 * What a culprit has who hands evidence over.
 *
 * @param files of its node
 * @param folder where it writes what it hands over
 */
public record Handover(Rpc rpc, Address contract, BlobSource files, Path folder) {}
