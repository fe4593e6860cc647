package org.fedledger.client.federation;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.fedledger.client.cli.CommandException;
import org.fedledger.ledger.FederationState;
import org.fedledger.spec.FederationSpec;
import org.fedledger.spec.RoundPlan;
import org.fedledger.spec.SpecJson;
import org.fedledger.store.BlobStore;
import org.fedledger.store.FileBlobStore;
import org.fedledger.store.LocalFiles;
import org.fedledger.tensor.Blobs;
import org.fedledger.types.Digest;

/**
 * What a coordinator sends to nodes: spec, plan, and version 0 where it is supplied.
 *
 * @param plan the one that the spec gives for every round
 */
record CoordinatorFiles(RoundPlan plan, BlobStore store) {

  /**
   * @param folder in which the files are kept
   */
  static CoordinatorFiles of(FederationSpec spec, Optional<Path> model, Path folder)
      throws IOException {
    byte[] written = SpecJson.write(spec);
    RoundPlan plan = new RoundPlan(Digest.ofContent(written), spec.plan());
    FileBlobStore store = new FileBlobStore(folder.resolve("blobs"));
    for (byte[] content : new byte[][] {written, SpecJson.write(plan)}) {
      store.store(Digest.ofContent(content), content.length, new ByteArrayInputStream(content));
    }
    if (model.isPresent()) {
      LocalFiles.store(store, Blobs.id(model.get()).digest(), model.get());
    }
    return new CoordinatorFiles(plan, store);
  }

  /**
   * @throws CommandException if the federation was founded with another spec
   */
  void requireSpecOf(FederationState state) {
    if (!state.created().spec().equals(plan.spec())) {
      throw CommandException.refused(
          "--spec: the contract was founded with another spec, " + state.created().spec());
    }
  }
}
